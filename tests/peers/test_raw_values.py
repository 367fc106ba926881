"""What floe loads of a raw file says what Python's csv, json and pyarrow read of it, or the file is refused."""

import csv
import datetime
import decimal
import io
import json
import math
import struct

import pyarrow
import pyarrow.parquet
import pytest

from iceberg_catalog import open_catalog
from test_ingestion import Source

REACHED_BY = ("plugins/floe.computes/", "libfloe-core/src/engine/", "libfloe-core/src/verbs/", "libfloe-iceberg/src/schema/")
# Texts of one column of a CSV file, or of a string of JSON lines.
COLUMNS = [
    ["1", "2"], ["007", "1"], ["-007", "1"], ["-007.5", "1"], ["-0.5", "-0", "1"], ["+49", "1"], ["0x1A", "1"], ["0b1"], ["1_000"], ["1e5", "1"], ["1.5", "2"], ["01.5"], [".5", "1."],
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


# Of a type: values that it has, and values that it has not, as they stand in a JSON line. In CSV files without the quotes.
TYPES = {
    "DECIMAL(38, 10)": (["1234567.89", "1e3", "1.5e-3", "12345678901234567890.0123456789", "0.10", "-0.0"],
                        ["1e30", "0.12345678901", "1.23456789012345678901e5", "1e-400"]),
    "DECIMAL(38, 0)": (["1e30", "123456789012345678901234567890", "5.0", "1500e-2"], ["1.5", "1e38", "15e-1", "10000000000000000000000000000.5"]),
    "BIGINT": (["9007199254740993", "9007199254740993.0", "1e3", "-0"], ["9223372036854775808", "9007199254740993.5", "1.5e0", '"0x1A"']),
    "INTEGER": (["7", '"7"'], ["3000000000", "1.5", '"seven"']),
    "FLOAT": (["0.1", "16777216", "16777216.0"], ["16777217", "16777217.0", "1e39"]),
    "DOUBLE": (["0.1", "9007199254740992.0", "12345678901234567.891", "1.7976931348623157e308"], ["9007199254740993", "9007199254740993.0", "1e400"]),
    "VARCHAR": (['"2024-1-1"', '"10:00"', '"007"', '"x"', "5", "12345678901234567.891", "1e400", "true", '"2024-01-01T00:00:00+02:00"', '" y"'], []),
    "BOOLEAN": (["true", "false"], ["7", '"maybe"']),
    "DATE": (['"2024-1-1"', '"2024-01-31"', '"2024-01-01 00:00:00"'], ['"02-03-24"', '"epoch"', '"infinity"', '"2024-01-01 10:00:00"', '"2024-01-01T00:00:00Z"']),
    "TIME": (['"10:00"', '"10:00:00.123456"'], ['"24:00:00"', '"10:00:00.1234567"', '"10:00:00+02"', '"2024-01-01 10:00:00"']),
    "TIMESTAMP": (['"2024-1-1"', '"2024-01-01T10:00:00.123456"'], ['"2024-01-01 24:00:00"', '"2024-01-01 10:00:00.1234567"', '"2024-01-01T00:00:00+02:00"', '"epoch"']),
    "TIMESTAMPTZ": (['"2024-01-01T00:00:00+02:00"', '"2024-01-01 00:00:00Z"'], ['"2024-01-01 00:00:00.1234567Z"'])}
NESTS = {  # type, JSON of a value, and the value of what is read
    "flat": (lambda type_: type_, lambda text: text, lambda value: value),
    "struct": (lambda type_: f"STRUCT(x {type_})", lambda text: f'{{"x": {text}}}', lambda value: value["x"]),
    "list": (lambda type_: f"STRUCT(x {type_}[])[]", lambda text: f'[{{"x": [{text}, null]}}]', lambda value: value[0]["x"][0])}
PLACES = [("csv", "flat"), ("jsonl", "flat"), ("jsonl", "struct"), ("jsonl", "list")]


def is_same(value, text, type_):
    """Whether the loaded value is what stands in the file."""
    given = json.loads(text, parse_float=decimal.Decimal, parse_int=decimal.Decimal)
    if isinstance(value, bool):
        return value is given
    if isinstance(value, float):
        if decimal.Decimal(given) == decimal.Decimal(value):
            return True
        nearest = struct.unpack("f", struct.pack("f", float(given)))[0] if type_ == "FLOAT" else float(given)
        is_fraction = "e" in text or given != given.to_integral_value()  # a number with an exponent is one of some digits
        return value == nearest and is_fraction
    if isinstance(value, (int, decimal.Decimal)):
        return decimal.Decimal(value) == decimal.Decimal(given)
    if isinstance(value, str):
        return value == (given if isinstance(given, str) else text)
    parts = given.replace("T", " ").replace("Z", "+00:00").split(" ")
    if isinstance(value, datetime.time):
        return value == datetime.time.fromisoformat(given)
    day = datetime.date(*map(int, parts[0].split("-")))
    time = datetime.time.fromisoformat(parts[1]) if parts[1:] else datetime.time()
    wanted = datetime.datetime.combine(day, time)
    return (datetime.datetime.combine(value, datetime.time()) if type(value) is datetime.date else value) == wanted


def write_values(source, form, nest, texts):
    """Rows of `id` from 1 with these values; none of them NULL."""
    if form == "csv":
        with open(source.file, "w", newline="") as file:
            rows = enumerate((json.loads(text) if text.startswith('"') else text for text in texts), 1)
            csv.writer(file, lineterminator="\n").writerows([["id", "v"], *rows])
    else:
        source.file.write_text("".join(f'{{"id": {row}, "v": {NESTS[nest][1](text)}}}\n' for row, text in enumerate(texts, 1)))


def assert_same(found, nest, texts, type_, rows=None):
    assert sorted(found) == (rows or list(range(1, len(texts) + 1)))
    for row, value in found.items():
        inner = NESTS[nest][2](value)
        assert is_same(inner, texts[row - 1], type_), (inner, texts[row - 1])


def answer(source):
    """What `again` says, without the warning of new columns of type TIME."""
    codes, message = source.again()
    return [code for code in codes if code != "W1313"], message


def declared(source, nest, type_, **settings):
    columns = [{"name": "id", "type": "BIGINT"}, {"name": "v", "type": NESTS[nest][0](type_)}]
    source.says(columns=columns, **settings)


def with_table(source, form, nest, type_, contract):
    """A table that has the column with this type and no rows, and the source that appends to it."""
    declared(source, nest, type_)
    source.file.write_text('id,v\n0,\n' if form == "csv" else '{"id": 0, "v": null}\n')
    assert answer(source) == ([], "OK")
    source.says(write_mode="append", schema_contract=contract)


def added_rows(source):
    return {row: value for row, value in loaded_rows(source).items() if row != 0}


@pytest.mark.parametrize("type_", TYPES)
@pytest.mark.parametrize("form, nest", PLACES)
def test_declared_types_have_the_values_of_the_file(tmp_path, form, nest, type_):
    source = Source(tmp_path / "p", form)
    good, bad = TYPES[type_]
    for bad_rows in ("fail", "rejects"):
        declared(source, nest, type_, on_bad_rows=bad_rows)
        write_values(source, form, nest, good)
        assert answer(source) == ([], "OK")
        assert_same(loaded_rows(source), nest, good, type_)
    for text in bad if nest != "struct" else []:
        write_values(source, form, nest, [good[0], text])
        codes, message = answer(source)
        assert (codes, message) in [(["E0355"], None), (["W1314"], "OK, 1 row rejected")], text
        assert message is None or loaded_rows(source).keys() == {1}, text


@pytest.mark.parametrize("type_", TYPES)
@pytest.mark.parametrize("form, nest", PLACES)
@pytest.mark.parametrize("contract", ["evolve", "freeze", "discard"])
def test_tables_have_the_values_of_the_file(tmp_path, form, nest, type_, contract):
    source = Source(tmp_path / "p", form)
    with_table(source, form, nest, type_, contract)
    good, bad = TYPES[type_]
    write_values(source, form, nest, [*good, *bad])
    if contract == "discard":
        assert answer(source) == ((["W1311"], f"OK, {len(bad)} row{'s' if len(bad) > 1 else ''} left out") if bad else ([], "OK"))
        assert_same(added_rows(source), nest, good, type_)
    elif bad:
        codes, message = answer(source)
        if contract == "evolve" and message == "OK":  # a wider type, which has all values
            return assert_same(added_rows(source), nest, [*good, *bad], "DOUBLE" if type_ == "FLOAT" else type_)
        assert (codes, message) == (["E0355" if contract == "freeze" else "E0356"], None)
        assert f": {len(bad)} row{'s do' if len(bad) > 1 else ' does'} not fit `v` (" in source.run("ingest", expect=1).stderr
        write_values(source, form, nest, good)
        assert answer(source) == ([], "OK")
        assert_same(added_rows(source), nest, good, type_)


@pytest.mark.parametrize("contract", ["freeze", "discard"])
@pytest.mark.parametrize("form", ["csv", "jsonl"])
def test_declared_columns_under_a_contract_have_the_values_of_the_file(tmp_path, form, contract):
    for type_, (good, _) in TYPES.items():
        source = Source(tmp_path / type_.replace(" ", ""), form)
        declared(source, "flat", type_, schema_contract=contract)
        write_values(source, form, "flat", good)
        assert answer(source) == ([], "OK"), type_
        assert_same(loaded_rows(source), "flat", good, type_)


def test_a_number_of_json_that_no_double_has_is_kept(tmp_path):
    source = Source(tmp_path / "p", "jsonl", columns=[{"name": "id", "type": "BIGINT"}, {"name": "v", "type": "JSON"}])
    texts = ['{"x":[0.12345678901234567890,1.5]}', "1e-400", "12345678901234567890.5", '"x"']
    source.file.write_text("".join(f'{{"id":{row},"v":{text}}}\n' for row, text in enumerate(texts)))
    assert answer(source) == ([], "OK")
    assert loaded_rows(source) == dict(enumerate(texts))


def test_texts_among_other_values_are_texts(tmp_path):
    """At the first load as at the next ones."""
    source = Source(tmp_path / "p", "jsonl", write_mode="append")
    values = ["x", 5, "5", True, {"k": "v"}, ["y"], "null"]
    expected = ["x", "5", "5", "true", '{"k":"v"}', '["y"]', "null"]
    for nest in (lambda value: value, lambda value: {"x": value}, lambda value: [value]):
        source.says(write_mode="replace")
        for rows in (range(7), range(7, 14)):
            source.file.write_text("".join(json.dumps({"id": row, "v": nest(values[row % 7])}) + "\n" for row in rows))
            assert answer(source) == ([], "OK")
            source.says(write_mode="append")
        assert loaded_rows(source) == {row: nest(expected[row % 7]) for row in range(14)}


@pytest.mark.parametrize("how", ["declared", "evolve", "freeze", "discard"])
def test_floats_of_parquet_files_become_the_decimals_that_they_are_written_as(tmp_path, how):
    source = Source(tmp_path / "p", "parquet")
    values, bad = [1234567.89, 0.1, 1e20], [0.1 + 0.2, 1e30, math.nan]
    if how == "declared":
        declared(source, "flat", "DECIMAL(38, 10)")
    else:
        declared(source, "flat", "DECIMAL(38, 10)")
        source.file.write_bytes(parquet([], pyarrow.float64()))
        assert answer(source) == ([], "OK")
        source.says(write_mode="append", schema_contract=how)
    source.file.write_bytes(parquet([*values, *bad], pyarrow.float64()))
    codes = {"declared": ["E0355"], "evolve": ["E0356"], "freeze": ["E0355"], "discard": ["W1311"]}[how]
    assert answer(source) == (codes, "OK, 3 rows left out" if how == "discard" else None)
    if how != "discard":
        source.file.write_bytes(parquet(values, pyarrow.float64()))
        assert answer(source) == ([], "OK")
    assert loaded_rows(source) == {row: decimal.Decimal(repr(value)) for row, value in enumerate(values)}


def parquet(values, type_):
    file = io.BytesIO()
    pyarrow.parquet.write_table(pyarrow.table({"id": list(range(len(values))), "v": pyarrow.array(values, type_)}), file)
    return file.getvalue()


MOMENT = datetime.datetime(2024, 1, 1, tzinfo=datetime.timezone.utc)
D = decimal.Decimal
PARQUET = [  # of two files: values and types, the type of the one column that they become, or of a declared one; and whether it has the values
    ([2**53 + 1], pyarrow.int64(), [1.5], pyarrow.float64(), "", False), ([1], pyarrow.int64(), [1.5], pyarrow.float64(), "", True),
    ([datetime.datetime(2024, 1, 1)], pyarrow.timestamp("us"), [MOMENT], pyarrow.timestamp("us", tz="UTC"), "", False),
    ([datetime.date(2024, 1, 1)], pyarrow.date32(), [MOMENT], pyarrow.timestamp("us", tz="UTC"), "", False),
    ([1], pyarrow.int32(), [2**40], pyarrow.int64(), "", True),
    ([True], pyarrow.bool_(), [2], pyarrow.int64(), "", False), ([True], pyarrow.bool_(), [2.5], pyarrow.float64(), "", False),
    ([[True]], pyarrow.list_(pyarrow.bool_()), [[2]], pyarrow.list_(pyarrow.int64()), "", False),
    ([{"a": True}], pyarrow.struct([("a", pyarrow.bool_())]), [{"a": 2}], pyarrow.struct([("a", pyarrow.int64())]), "", False),
    ([{"a": 1}], pyarrow.struct([("a", pyarrow.int32())]), [{"a": 2**40}], pyarrow.struct([("a", pyarrow.int64())]), "", True),
    ([D("1.25")], pyarrow.decimal128(5, 2), [D("0." + "1" * 38)], pyarrow.decimal128(38, 38), "", False),
    ([D("1.25")], pyarrow.decimal128(5, 2), [D("2.5")], pyarrow.decimal128(20, 1), "", True),
    ([D("1.25")], pyarrow.decimal128(5, 2), [0.5], pyarrow.float32(), "", False), ([D("1.25")], pyarrow.decimal128(5, 2), [0.5], pyarrow.float64(), "", True),
    ([b"\xff"], pyarrow.binary(), ["x"], pyarrow.string(), "", False), (["[1, 2]"], pyarrow.string(), [[1, 2]], pyarrow.list_(pyarrow.int64()), "", False),
    ([2**53 + 1], pyarrow.int64(), [1.5], pyarrow.float64(), "VARCHAR", False), ([True], pyarrow.bool_(), [2], pyarrow.int64(), "BIGINT", False),
    ([2**53 + 1], pyarrow.int64(), [2.0], pyarrow.float64(), "BIGINT", False), ([7], pyarrow.int32(), [2**40], pyarrow.int64(), "BIGINT", True)]


@pytest.mark.parametrize("one, one_type, other, other_type, declared_type, is_one", PARQUET)
def test_columns_of_several_parquet_files(tmp_path, one, one_type, other, other_type, declared_type, is_one):
    source = Source(tmp_path / "p", "parquet", path="data/*.parquet")
    if declared_type:
        declared(source, "flat", declared_type, path="data/*.parquet")
    for files in (("1", "2"), ("2", "1")):
        for name, values, type_ in zip(files, (one, other), (one_type, other_type)):
            (source.directory / f"data/{name}.parquet").write_bytes(parquet(values, type_))
        assert source.again() == (([], "OK") if is_one else (["E0805"], None))
        if is_one:
            table = open_catalog(source).load_table("raw.orders").scan().to_arrow()
            assert sorted(table.column("v").to_pylist(), key=str) == sorted([*one, *other], key=str)


@pytest.mark.parametrize("contract", ["evolve", "freeze", "discard"])
@pytest.mark.parametrize("type_, given, given_type", [
    ("BIGINT", True, pyarrow.bool_()), ("DECIMAL(9, 2)", True, pyarrow.bool_()), ("DOUBLE", False, pyarrow.bool_()), ("BOOLEAN", 0, pyarrow.int64()),
    ("BOOLEAN", -0.0, pyarrow.float64()), ("VARCHAR", b"\xff", pyarrow.binary()), ("BIGINT[]", [True], pyarrow.list_(pyarrow.bool_()))])
def test_a_parquet_value_of_another_kind_is_refused(tmp_path, contract, type_, given, given_type):
    source = Source(tmp_path / "p", "parquet")
    declared(source, "flat", type_)
    source.file.write_bytes(parquet([], given_type))
    assert answer(source) == ([], "OK")
    source.says(write_mode="append", schema_contract=contract)
    source.file.write_bytes(parquet([None, given], given_type))
    assert answer(source) == {"evolve": (["E0356"], None), "freeze": (["E0355"], None), "discard": (["W1311"], "OK, 1 row left out")}[contract]
    assert loaded_rows(source) == ({0: None} if contract == "discard" else {})


@pytest.mark.parametrize("how", ["declared", "evolve", "freeze", "discard"])
def test_nested_values_of_parquet_files_in_a_text_column_are_json(tmp_path, how):
    source = Source(tmp_path / "p", "parquet")
    type_ = pyarrow.struct([("a", pyarrow.list_(pyarrow.string())), ("b", pyarrow.float64())])
    values = [{"a": ["it's", None, 'say "x"'], "b": 1.5}, None]
    declared(source, "flat", "VARCHAR")
    if how != "declared":
        source.file.write_bytes(parquet([], pyarrow.string()))
        assert answer(source) == ([], "OK")
        source.says(write_mode="append", schema_contract=how)
    source.file.write_bytes(parquet(values, type_))
    assert answer(source) == ([], "OK")
    assert {row: value and json.loads(value) for row, value in loaded_rows(source).items()} == dict(enumerate(values))


@pytest.mark.parametrize("nest", [lambda value: value, lambda value: {"x": value}, lambda value: [value]], ids=["flat", "struct", "list"])
@pytest.mark.parametrize("contract", ["evolve", "freeze", "discard"])
def test_a_column_without_a_value_is_text(tmp_path, contract, nest):
    """JSON would quote the texts that come later."""
    source = Source(tmp_path / "p", "jsonl")
    loads = [[None, None], ["x", 5, None], [{"k": None}, [None], "null"]]
    for rows in loads:
        source.file.write_text("".join(json.dumps({"id": row, "v": nest(value)}) + "\n" for row, value in enumerate(rows)))
        assert answer(source) == ([], "OK")
        source.says(write_mode="append", schema_contract=contract)
    found = open_catalog(source).load_table("raw.orders").scan().to_arrow().to_pylist()
    expected = [None, None, "x", "5", None, '{"k":null}', "[null]", "null"]
    assert sorted((row["v"] for row in found), key=str) == sorted(map(nest, expected), key=str)


def test_a_new_member_that_is_null_is_no_text(tmp_path):
    source = Source(tmp_path / "p", "jsonl", write_mode="append")
    lines = [['{"id":0,"v":{"a":1}}'], ['{"id":1,"v":{"a":1,"b":null}}', '{"id":2,"v":{"a":1,"b":{"c":null}}}'], ['{"id":3,"v":{"a":2,"b":{"c":"x"}}}']]
    for load in lines:
        source.file.write_text("\n".join(load) + "\n")
        assert answer(source) == ([], "OK")
    found = loaded_rows(source)
    assert found == {0: {"a": 1, "b": None}, 1: {"a": 1, "b": None}, 2: {"a": 1, "b": {"c": None}}, 3: {"a": 2, "b": {"c": "x"}}}


@pytest.mark.parametrize("settings", [{}, {"columns": [{"name": "id", "type": "BIGINT"}, {"name": "c", "type": "BIGINT"}]}], ids=["inferred", "declared"])
@pytest.mark.parametrize("mode", ["append", "merge"])
@pytest.mark.parametrize("contract", ["evolve", "freeze", "discard"])
def test_keys_that_differ_in_case_between_lines_are_named_by_line(tmp_path, contract, mode, settings):
    source = Source(tmp_path / "p", "jsonl", path="data/*.jsonl", **settings)
    source.file.write_text('{"id":1,"c":1}\n')
    assert source.again() == ([], "OK")
    keys = {"keys": ["id"]} if mode == "merge" else {}
    source.says(path="data/*.jsonl", write_mode=mode, schema_contract=contract, **settings, **keys)
    source.file.write_text('{"id":2,"C":2}\n')  # the one column of the table
    assert source.again() == ([], "OK")
    (source.directory / "data/z.jsonl").write_text('{"id":3}\n{"id":4,"c":4}\n')
    process = source.run("ingest", "-q", "--error-format", "json", expect=1)
    (finding,) = json.loads(process.stderr)["diagnostics"]
    assert finding["code"] == "FLOE-E0801" and f"`c` is `C` in line 1 of `{source.file.name}`" in finding["message"], finding
    rows = open_catalog(source).load_table("raw.orders").scan().to_arrow().to_pylist()
    assert sorted((row["id"], row["c"]) for row in rows) == [(1, 1), (2, 2)]


# Texts of one column in two files, whose types have none in common.
@pytest.mark.parametrize("one, other", [
    (["TRUE"], ["0e0", "9223372036854775809"]), (["true"], ["2.5"]), (["true"], ["1"]), (["100"], ["9999-12-31", "02-03-24"]), (["10:00:00"], ["2024-01-01"]),
    (["9007199254740993"], ["2.5"]), (["1"], ["007"]), (["2024-01-01T00:00:00"], ["2024-01-01T00:00:00+02:00"])], ids=str)
@pytest.mark.parametrize("header", ["id,v", "v,id"])
@pytest.mark.parametrize("bad_rows", ["fail", "rejects"])
def test_texts_of_two_csv_files(tmp_path, one, other, header, bad_rows):
    source = Source(tmp_path / "p", "csv", path="data/*.csv", on_bad_rows=bad_rows)
    expected = dict(enumerate([*one, *other]))
    names = header.split(",")
    for name, head, rows in (("1", ["id", "v"], range(len(one))), ("2", names, range(len(one), len(expected)))):
        lines = [head, *([str(row) if column == "id" else expected[row] for column in head] for row in rows)]
        (source.directory / f"data/{name}.csv").write_text("".join(",".join(line) + "\n" for line in lines))
    assert answer(source) == ([], "OK")
    assert loaded_rows(source) == expected


def rows_of(source):
    """The rows in order of their ids, times as texts; None when there is no table."""
    table = source.table()
    return table and [[value.isoformat() if hasattr(value, "isoformat") else value for value in row] for row in table[1]]


DECLARED = [{"name": "id", "type": "BIGINT"}, {"name": "v", "type": "VARCHAR"}]
# Settings, lines, and the rows: the same whether lines are told from each other or not. `FILE` is the path of the file.
LINE_SETTINGS = {
    "dates": ({"options": {"date_format": "%d/%m/%Y"}}, ['{"id":1,"v":"02/03/2024"}'], [[1, "2024-03-02"]]),
    "nested dates": ({"options": {"date_format": "%d/%m/%Y"}}, ['{"id":1,"v":{"d":["02/03/2024"]}}'], [[1, {"d": [datetime.date(2024, 3, 2)]}]]),
    "timestamps": ({"options": {"timestamp_format": "%d/%m/%Y %H:%M"}}, ['{"id":1,"v":"02/03/2024 10:00"}'], [[1, "2024-03-02T10:00:00"]]),
    "nanoseconds": ({"options": {"timestamp_format": "%Y-%m-%d %H:%M:%S.%n"}}, ['{"id":1,"v":"2024-01-31 10:00:00.123456789"}'], [[1, "2024-01-31 10:00:00.123456789"]]),
    "file name": ({"options": {"filename": True}}, ['{"id":1}'], [[1, "FILE"]]),
    "declared file name": ({"options": {"filename": True}, "columns": [*DECLARED, {"name": "filename", "type": "VARCHAR"}]}, ['{"id":1,"v":"x"}'], [[1, "x", "FILE"]]),
    "partition": ({"options": {"hive_partitioning": True}}, ['{"id":1}'], [[1, 7]]),
    "partition unasked": ({}, ['{"id":1}'], [[1, 7]]),
    "partition over a key": ({}, ['{"id":1,"y":5}'], [[1, 7]]),
    "declared partition": ({"columns": [DECLARED[0], {"name": "y", "type": "VARCHAR"}]}, ['{"id":1}'], [[1, "7"]]),
    "no partition": ({"options": {"hive_partitioning": False}}, ['{"id":1}'], [[1]]),
    "another case": ({"columns": [DECLARED[0], {"name": "V", "type": "VARCHAR"}]}, ['{"id":1,"v":"x"}'], [[1, "x"]]),
}


@pytest.mark.parametrize("bad", ["", '{"id":2,\n'], ids=["good", "malformed"])
@pytest.mark.parametrize("bad_rows", ["fail", "rejects"])
@pytest.mark.parametrize("name", LINE_SETTINGS)
def test_lines_of_json_are_read_alike_with_rejects(tmp_path, name, bad_rows, bad):
    settings, lines, expected = LINE_SETTINGS[name]
    is_partitioned = "partition" in name
    source = Source(tmp_path / "p", "jsonl", on_bad_rows=bad_rows, path="data/y=7/a.jsonl" if is_partitioned else "data/orders.jsonl", **settings)
    source.file = source.directory / "data" / ("y=7/a.jsonl" if is_partitioned else "orders.jsonl")
    source.file.parent.mkdir(exist_ok=True)
    source.file.write_text("".join(line + "\n" for line in lines) + bad)
    if bad and bad_rows == "fail":
        assert source.again() == (["E0801"], None)
        return
    assert source.again() == ((["W1314"], "OK, 1 row rejected") if bad else ([], "OK"))
    assert rows_of(source) == [[str(source.file) if value == "FILE" else value for value in row] for row in expected]


GROUPED = {"delimiter": ";", "decimal_separator": ",", "thousands": "."}
# Options, declared types of `v`, texts of `v`, and what they are: values, or the code that refuses them.
CSV_OPTIONS = [
    ({"timestamp_format": "%d/%m/%Y %H:%M"}, "TIMESTAMPTZ", ["02/03/2024 10:00"], ["2024-03-02T10:00:00+00:00"]),
    ({"timestamp_format": "%d/%m/%Y %H:%M %z"}, "TIMESTAMPTZ", ["02/03/2024 10:00 +0200"], ["2024-03-02T08:00:00+00:00"]),
    ({"timestamp_format": "%d/%m/%Y %H:%M"}, "TIMESTAMPTZ", ["02/03/2024 10:00", "garbage"], "E0801"),
    ({"timestamp_format": "%d/%m/%Y %H:%M"}, None, ["2024-03-02 10:00:00", "2024-03-02 11:00:00"], ["2024-03-02 10:00:00", "2024-03-02 11:00:00"]),
    ({"timestamp_format": "%d/%m/%Y %H:%M"}, None, ["2024-03-02 10:00:00", "2024-03-02 10:00:00+01"], ["2024-03-02 10:00:00", "2024-03-02 10:00:00+01"]),
    ({"timestamp_format": "%d/%m/%Y %H:%M"}, None, ["2024-03-02 10:00:00+01"], ["2024-03-02T09:00:00+00:00"]),
    ({"timestamp_format": "%Y-%m-%d %H:%M:%S.%n"}, None, ["2024-01-31 10:00:00.123456789"], ["2024-01-31 10:00:00.123456789"]),
    ({"timestamp_format": "%Y-%m-%d %H:%M:%S.%n"}, None, ["2024-01-31 10:00:00.123456000"], ["2024-01-31T10:00:00.123456"]),
    (GROUPED, None, ["10.12.20.24", "192.168.1.1"], ["10.12.20.24", "192.168.1.1"]),
    (GROUPED, None, ["1.2.3", "1.234"], ["1.2.3", "1.234"]),
    (GROUPED, None, ["1.234.567,5", "-1.234", "12,5", "1e3"], [1234567.5, -1234.0, 12.5, 1000.0]),
    (GROUPED, "DECIMAL(9, 1)", ["1.2.3"], "E0355"),
    (GROUPED, "DECIMAL(9, 1)", ["1.234,5"], [1234.5]),
    (GROUPED, "DOUBLE", ["1.2.3"], "E0355"),
    ({"delimiter": ";", "decimal_separator": ",", "thousands": "'"}, None, ["1'234,5"], [1234.5]),
]


@pytest.mark.parametrize("options, type_, texts, expected, header", [(*case, True) for case in CSV_OPTIONS] + [(*case, False) for case in CSV_OPTIONS if case[1]], ids=str)
def test_options_of_csv_change_no_value(tmp_path, options, type_, texts, expected, header):
    columns = {"columns": [{"name": "id", "type": "BIGINT"}, {"name": "v", "type": type_}]} if type_ else {}
    source = Source(tmp_path / "p", "csv", options={**options, "header": header}, **columns)
    separator = options.get("delimiter", ",")
    source.file.write_text((f"id{separator}v\n" if header else "") + "".join(f"{row}{separator}{text}\n" for row, text in enumerate(texts)))
    codes, message = source.again()
    if isinstance(expected, str):
        assert (codes, message) == ([expected], None)
        return
    assert (codes, message) == ([], "OK")
    assert rows_of(source) == [[row, value] for row, value in enumerate(expected)]


@pytest.mark.parametrize("contract, code", [("evolve", "E0356"), ("freeze", "E0355")])
def test_a_point_is_no_decimal_one_beside_another(tmp_path, contract, code):
    options = {"delimiter": ";", "decimal_separator": ","}
    source = Source(tmp_path / "p", "csv", write_mode="append", options=options)
    source.file.write_text("id;v\n1;1,5\n")
    assert source.again() == ([], "OK")
    source.says(write_mode="append", options=options, schema_contract=contract)
    source.file.write_text("id;v\n2;1.234\n")
    assert source.again() == ([code], None)
    assert rows_of(source) == [[1, 1.5]]


def test_a_merge_with_a_malformed_line_keeps_no_older_value(tmp_path):
    """Its column is declared in another case than the key."""
    source = Source(tmp_path / "p", "jsonl", write_mode="merge", keys=["id"], on_bad_rows="rejects", columns=[DECLARED[0], {"name": "NOTE", "type": "VARCHAR"}])
    source.file.write_text('{"id":1,"note":"a"}\n')
    assert source.again() == ([], "OK")
    source.file.write_text('{"id":1,"note":"b"}\n{"id":2,\n')
    assert source.again() == (["W1314"], "OK, 1 row rejected")
    assert rows_of(source) == [[1, "b"]]
