"""What floe loads of a raw file says what Python's csv, json and pyarrow read of it, or the file is refused."""

import csv
import datetime
import decimal
import io
import json
import math

import pyarrow
import pyarrow.parquet
import pytest

from iceberg_catalog import open_catalog
from test_ingestion import Source

REACHED_BY = ("plugins/floe.computes/", "libfloe-core/src/engine/", "libfloe-core/src/verbs/", "libfloe-iceberg/src/schema/")
# Texts of one column of a CSV file, or of a string of JSON lines.
COLUMNS = [
    ["1", "2"], ["007", "1"], ["+49", "1"], ["0x1A", "1"], ["0b1"], ["1_000"], ["1e5", "1"], ["1.5", "2"], ["01.5"], [".5", "1."],
    ["9223372036854775808", "1"], ["9007199254740993", "1.5"], ["1e400"], ["NaN", "1.5", "-inf"], ["1,234"], ["1.234.567"], ["5%"], ["$5"], ["٣"],
    ["true", "false"], ["t", "f"], ["true", "1"], ["NULL", "x"], ["NA", "1"], [" x ", "y"], ["a\0b", "\0"], ["\\x00"],
    ["2024-01-31", "2024-2-1"], ["2024/02/03"], ["02/03/2024"], ["31/12/2024", "02/03/2024"], ["02-03-2024"], ["02-03-24"], ["02.03.2024"], ["20240203"],
    ["epoch"], ["infinity"], ["2024-01-01", "-infinity"], ["2024-01-01 (BC)"],
    ["2024-01-01T00:00:00"], ["2024-01-01 10:00:00.5"], ["2024-01-01", "2024-01-01 10:00:00"], ["2024-01-01 00:00:00.123456789"], ["02/03/2024 10:00:00"],
    ["2024-01-01T00:00:00Z"], ["2024-01-01T00:00:00+02:00", "2024-01-01T00:00:00Z"], ["2024-01-01 00:00:00+02"], ["2024-01-01 00:00:00 UTC"],
    ["2024-01-01T00:00:00.5-05:30"], ["2024-01-01T00:00:00+02:00", "2024-01-01T00:00:00"], ["2024-01-01T00:00:00Z", "2024-01-01"], ["2024-01-01T00:00+02:00"],
    ["10:00:00", "01:02:03.5"], ["24:00:00"], ["10:00:00+02:00"], ["10:00:00.1234567"], ["10:00:00", "2024-01-01 10:00:00"],
    ["550e8400-e29b-41d4-a716-446655440000"], ["550E8400-E29B-41D4-A716-446655440000"]]
# Values of JSON lines that are no texts.
NUMBERS = [[1, 2.5], [2**53 + 1, 1.5], [2**63, 1], [2**64, 1], [12345678901234567890123], [1, "1"], [True, 1], [None, "null", ""], [0.1], [True, False]]


def says(value, text):
    """Whether a loaded value is what its text says; nothing else may read it as something else."""
    if value is None or isinstance(value, str):
        return value == text
    if isinstance(value, bool):
        return text.lower() in (("true", "t", "yes") if value else ("false", "f", "no"))
    if isinstance(value, float) and (math.isnan(value) or math.isinf(value)):
        return float(text) == value or math.isnan(value) and math.isnan(float(text))
    if isinstance(value, (int, float, decimal.Decimal)):
        exact = decimal.Decimal(text)
        is_code = text.lstrip("-").startswith("0") and text.lstrip("-")[1:2].isdigit() or text.startswith("+")
        return not is_code and (decimal.Decimal(value) == exact if exact == exact.to_integral_value() else float(text) == float(value))
    text = text.replace("/", "-").replace(" UTC", "+00:00")
    if isinstance(value, datetime.datetime):
        moment = datetime.datetime.fromisoformat(text)
        assert (moment.tzinfo is None) == (value.tzinfo is None)
        return moment == value
    if isinstance(value, datetime.date):
        return datetime.date(*map(int, text.split("-"))) == value
    if isinstance(value, datetime.time):
        return datetime.time.fromisoformat(text.ljust(11, "0") if "." in text else text) == value
    return str(value) == text  # a UUID


def loaded(source):
    """The values of `v` by `id`; None when the source was refused by name."""
    codes, message = source.again()
    if message is None:
        assert codes, "refused without a finding"
        return None
    return loaded_rows(source)


def loaded_rows(source):
    return {row["id"]: row["v"] for row in open_catalog(source).load_table("raw.orders").scan().to_arrow().to_pylist()}


@pytest.mark.parametrize("bad_rows", ["fail", "rejects"])
@pytest.mark.parametrize("column", COLUMNS, ids=" ".join)
def test_texts_of_csv(tmp_path, column, bad_rows):
    source = Source(tmp_path / "p", "csv", on_bad_rows=bad_rows)
    with open(source.file, "w", newline="") as file:
        csv.writer(file, lineterminator="\n").writerows([["id", "v"], *enumerate(column)])
    with open(source.file, newline="") as file:
        expected = {int(row["id"]): row["v"] for row in csv.DictReader(file)}
    found = loaded(source)
    assert found is not None and found.keys() == expected.keys()
    for key, text in expected.items():
        assert says(found[key], text), (found[key], text)


@pytest.mark.parametrize("nest", [lambda value: value, lambda value: {"x": value}, lambda value: [[value]]], ids=["flat", "struct", "list"])
@pytest.mark.parametrize("column", [*COLUMNS, *NUMBERS], ids=str)
def test_values_of_json_lines(tmp_path, column, nest):
    source = Source(tmp_path / "p", "jsonl")
    source.file.write_text("".join(json.dumps({"id": row, "v": nest(value)}) + "\n" for row, value in enumerate(column)))
    expected = [json.loads(line)["v"] for line in source.file.read_text().splitlines()]
    found = loaded(source)
    assert found is not None and sorted(found) == list(range(len(expected)))
    for row, value in enumerate(expected):
        inner, wanted = (found[row], value) if nest(0) == 0 else (found[row]["x"], value["x"]) if isinstance(value, dict) else (found[row][0][0], value[0][0])
        if isinstance(wanted, str):
            # Text among values of other types is kept as JSON.
            assert says(inner, wanted) or inner == json.dumps(wanted), (inner, wanted)
        else:
            assert inner == wanted or inner == json.dumps(wanted), (inner, wanted)


def test_keys_that_stand_twice_and_keys_with_a_nul(tmp_path):
    source = Source(tmp_path / "p", "jsonl")
    for line in ('{"v":{"x":1,"x":2}}', '{"v":[{"x":{"y":1,"y":1}}]}', '{"v\\u0000":1,"v":2}', '{"id":1,"id":2}'):
        source.file.write_text('{"id":0,"v":null}\n' + line + "\n")
        assert source.again() == (["E0801"], None), line


@pytest.mark.parametrize("first, second", [("\n", "\r\n"), ("\r\n", "\n"), ("\n", "\r")])
def test_newlines_of_several_kinds_are_named_by_line(tmp_path, first, second):
    source = Source(tmp_path / "p", "csv")
    source.file.write_bytes(f'id,v{first}1,"a{second}b"{first}2,b{second}3,c{first}'.encode())
    process = source.run("ingest", "-q", "--error-format", "json", expect=1)
    (finding,) = json.loads(process.stderr)["diagnostics"]
    line = 4 if (first + second).count("\n") + (second == "\r") > 1 else 3
    assert finding["code"] == "FLOE-E0801" and finding["message"].startswith(f"line {line} ends in "), finding


@pytest.mark.parametrize("mode", ["append", "merge"])
@pytest.mark.parametrize("nest", [lambda value: value, lambda value: {"u": value}, lambda value: [value]], ids=["struct", "nested", "list"])
def test_structs_that_share_no_member_are_united(tmp_path, mode, nest):
    source = Source(tmp_path / "p", "jsonl", write_mode=mode, **({"keys": ["id"]} if mode == "merge" else {}))
    assert source.ingest([{"id": 1, "v": nest({"a": 1})}]) == ([], "OK")
    assert source.ingest([{"id": 2, "v": nest({"b": "x"})}]) == ([], "OK")
    assert loaded_rows(source) == {1: nest({"a": 1, "b": None}), 2: nest({"a": None, "b": "x"})}


@pytest.mark.parametrize("first, then", [("2024-01-01T00:00:00", "2024-01-01T00:00:00+02:00"), ("2024-01-01T00:00:00Z", "2024-01-01T00:00:00")])
@pytest.mark.parametrize("form", ["csv", "jsonl"])
def test_a_table_of_local_times_takes_no_moments_nor_the_other_way_round(tmp_path, form, first, then):
    source = Source(tmp_path / "p", form, write_mode="append")
    if form == "jsonl":  # DuckDB reads this form alone as a timestamp without an offset
        first, then = (text if text[19:] else text.replace("T", " ") for text in (first, then))
    assert source.ingest([{"id": 1, "v": first}]) == ([], "OK")
    kept = loaded_rows(source)
    assert isinstance(kept[1], datetime.datetime)
    assert source.ingest([{"id": 2, "v": then}]) == (["E0356"], None)
    assert loaded_rows(source) == kept


def parquet(values, type_):
    file = io.BytesIO()
    pyarrow.parquet.write_table(pyarrow.table({"id": list(range(len(values))), "v": pyarrow.array(values, type_)}), file)
    return file.getvalue()


MOMENT = datetime.datetime(2024, 1, 1, tzinfo=datetime.timezone.utc)
PARQUET = [  # of two files: values and types, and whether they are one column
    ([2**53 + 1], pyarrow.int64(), [1.5], pyarrow.float64(), False), ([1], pyarrow.int64(), [1.5], pyarrow.float64(), True),
    ([datetime.datetime(2024, 1, 1)], pyarrow.timestamp("us"), [MOMENT], pyarrow.timestamp("us", tz="UTC"), False),
    ([datetime.date(2024, 1, 1)], pyarrow.date32(), [MOMENT], pyarrow.timestamp("us", tz="UTC"), False),
    ([1], pyarrow.int32(), [2**40], pyarrow.int64(), True)]


@pytest.mark.parametrize("one, one_type, other, other_type, is_one", PARQUET)
def test_columns_of_several_parquet_files(tmp_path, one, one_type, other, other_type, is_one):
    source = Source(tmp_path / "p", "parquet", path="data/*.parquet")
    for name, values, type_ in (("1", one, one_type), ("2", other, other_type)):
        (source.directory / f"data/{name}.parquet").write_bytes(parquet(values, type_))
    codes, message = source.again()
    assert (codes, message) == (([], "OK") if is_one else (["E0805"], None))
    if is_one:
        table = open_catalog(source).load_table("raw.orders").scan().to_arrow()
        assert sorted(table.column("v").to_pylist()) == sorted([*one, *other])
