"""floe.sinks/files: what pyarrow gives in, Python, DuckDB and pyarrow read back; each delivery once, each file whole."""

import base64
import csv
import datetime
import decimal
import json
import shutil
import uuid

import duckdb
import pyarrow
import pyarrow.csv
import pytest

from abi_host import plugin, refused
from floe import abi

pytestmark = pytest.mark.skipif(not shutil.which("cargo"), reason="the plugin is written in Rust, and there is no cargo")

UTC = datetime.timezone.utc
BERLIN = datetime.timezone(datetime.timedelta(hours=1))
MOMENT = datetime.datetime(2024, 2, 29, 12, 34, 56, 789000)
TEXTS = ["plain", "", "comma, quote \" and\nline\r\nend", "Grüße 日本語 😀 \u2028", "\\ \t \x01", "NULL", " spaces "]

COLUMNS = {
    "flag": (pyarrow.bool_(), [True, False]),
    "tiny": (pyarrow.int8(), [-128, 127]),
    "small": (pyarrow.uint16(), [0, 65535]),
    "whole": (pyarrow.int32(), [-2**31, 2**31 - 1]),
    "long": (pyarrow.int64(), [-2**63, 2**63 - 1]),
    "unsigned": (pyarrow.uint64(), [0, 2**64 - 1]),
    "single": (pyarrow.float32(), [0.1, -3.4028234663852886e38]),
    "double": (pyarrow.float64(), [0.1, 1e300, 5e-324, -0.0]),
    "price": (pyarrow.decimal128(9, 2), [decimal.Decimal("-0.05"), decimal.Decimal("1234567.80")]),
    "huge": (pyarrow.decimal128(38, 0), [decimal.Decimal(-(10**38 - 1)), decimal.Decimal(7)]),
    "name": (pyarrow.string(), TEXTS),
    "large_name": (pyarrow.large_string(), TEXTS),
    "viewed_name": (pyarrow.string_view(), TEXTS + ["longer than twelve bytes, so in another buffer"]),
    "code": (pyarrow.dictionary(pyarrow.int8(), pyarrow.string()), ["a", "b", "a"]),
    "raw": (pyarrow.binary(), [b"", b"\x00\xff", b"abc"]),
    "day": (pyarrow.date32(), [datetime.date(1, 1, 1), datetime.date(1969, 12, 31), datetime.date(9999, 12, 31)]),
    "hour": (pyarrow.time64("us"), [datetime.time(0, 0), datetime.time(23, 59, 59, 999999)]),
    "local": (pyarrow.timestamp("us"), [MOMENT, datetime.datetime(1899, 12, 31, 23, 59, 59, 1)]),
    "coarse": (pyarrow.timestamp("ms"), [MOMENT]),
    "instant": (pyarrow.timestamp("us", tz="UTC"), [MOMENT.replace(tzinfo=UTC), MOMENT.replace(tzinfo=BERLIN)]),
    "tags": (pyarrow.list_(pyarrow.string()), [[], ["a", None, "ü"], ["b"]]),
    "pair": (pyarrow.list_(pyarrow.int32(), 2), [[1, 2], [3, None]]),
    "person": (pyarrow.struct([("name", pyarrow.string()), ("born", pyarrow.date32())]),
               [{"name": "Ada", "born": datetime.date(1815, 12, 10)}, {"name": None, "born": None}]),
    "scores": (pyarrow.map_(pyarrow.string(), pyarrow.decimal128(4, 1)), [[("a", decimal.Decimal("1.5")), ("b", None)], []]),
    "deep": (pyarrow.list_(pyarrow.struct([("m", pyarrow.map_(pyarrow.int32(), pyarrow.list_(pyarrow.float64())))])),
             [[{"m": [(1, [0.5, None])]}, {"m": None}, None]]),
    "nothing": (pyarrow.null(), [None]),
}
ROWS = 40


def every_type():
    """Rows of several batches, none of which begins at the first value of its arrays; every third value is NULL."""
    columns = {}
    for name, (kind, values) in COLUMNS.items():
        spread = [None if i % 3 == 2 else values[i % len(values)] for i in range(ROWS + 5)]
        columns[name] = pyarrow.array(spread, kind)
    columns["id"] = pyarrow.array(range(ROWS + 5))
    table = pyarrow.table(columns).slice(5)
    return pyarrow.Table.from_batches(table.to_batches(max_chunksize=16))


def as_json(value):
    """docs/reference/types.md: as JSON."""
    if isinstance(value, bytes):
        return base64.b64encode(value).decode()
    if isinstance(value, datetime.datetime):
        return (value.astimezone(UTC) if value.tzinfo else value).isoformat(timespec="microseconds")
    if isinstance(value, datetime.time):
        return value.isoformat(timespec="microseconds")
    if isinstance(value, (decimal.Decimal, datetime.date, uuid.UUID)):
        return str(value)
    if isinstance(value, dict):
        return {key: as_json(one) for key, one in value.items()}
    if isinstance(value, (list, tuple)):
        return [as_json(one) for one in value]
    return value


def deliver(directory, rows, key="k1", **target):
    """The result of one delivery of an instance of its own."""
    with plugin("floe.sinks", "files", {"directory": str(directory)}) as sink:
        handle = sink.call("open", {"name": "out", "mode": "replace", **target})
        result = sink.call("write", handle, rows, {"idempotency_key": key})
        sink.call("close", handle)
    return result


def visible(directory):
    return sorted(str(path.relative_to(directory)) for path in directory.rglob("*") if path.is_file() and not path.name.startswith("."))


def test_json_lines_hold_every_type(tmp_path):
    rows = every_type()
    result = deliver(tmp_path, rows, format="jsonl")
    path = tmp_path / "out.jsonl"
    assert result == {"rows": ROWS, "bytes": path.stat().st_size, "idempotency_key": "k1", "already_delivered": False, "errors": []}
    found = [json.loads(line) for line in path.read_text(encoding="utf-8").split("\n")[:-1]]
    for one in found:
        one["single"] = one["single"] and pyarrow.scalar(one["single"], pyarrow.float32()).as_py()
    assert found == [as_json(row) for row in rows.to_pylist()]


def test_csv_holds_every_type(tmp_path):
    """Nested values are the JSON that JSON lines have; NULL is no text at all, and the empty text is not NULL."""
    rows = every_type()
    deliver(tmp_path, rows, format="csv")
    read = pyarrow.csv.read_csv(tmp_path / "out.csv", parse_options=pyarrow.csv.ParseOptions(newlines_in_values=True), convert_options=pyarrow.csv.ConvertOptions(
        column_types={name: pyarrow.string() for name in rows.column_names}, strings_can_be_null=True, quoted_strings_can_be_null=False, null_values=[""]))
    expected = []
    for row in (as_json(one) for one in rows.to_pylist()):
        row["single"] = row["single"] and str(pyarrow.scalar(row["single"], pyarrow.float32()).cast(pyarrow.string()).as_py())
        expected.append(row)
    nested = {"tags", "pair", "person", "scores", "deep"}
    assert read.num_rows == ROWS
    for found, row in zip(read.to_pylist(), expected):
        for name, value in row.items():
            text = found[name]
            if value is None:
                assert text is None, name
            elif name in nested:
                assert json.loads(text) == value, name
            elif isinstance(value, bool):
                assert text == ("true" if value else "false")
            elif name in ("single", "double"):
                assert float(text) == float(value) and len(text) <= 24
            else:
                assert text == str(value), name


def test_duckdb_reads_the_types_back(tmp_path):
    """With the types of the table, both formats are the table again."""
    names = [name for name in COLUMNS if name not in ("scores", "deep", "raw", "code", "nothing", "pair", "viewed_name")]
    rows = every_type().select([*names, "id"])
    connection = duckdb.connect()
    types = {name: str(kind) for name, kind, *_ in connection.execute("describe select * from rows").fetchall()}
    flat = {**types, "tags": "JSON", "person": "JSON"}  # of CSV, DuckDB reads no JSON as lists and structs
    nested = """* replace (from_json(tags, '["VARCHAR"]') as tags, from_json(person, '{"name": "VARCHAR", "born": "DATE"}') as person)"""
    for form, read in (("jsonl", f"select * from read_json('{tmp_path}/out.jsonl', format='newline_delimited', columns={types})"),
                       ("csv", f"select {nested} from read_csv('{tmp_path}/out.csv', columns={flat}, allow_quoted_nulls=false)")):
        deliver(tmp_path, rows, format=form)
        connection.execute(f"create or replace view found as {read}")
        assert connection.execute("describe found").fetchall() == connection.execute("describe select * from rows").fetchall()
        for left, right in (("found", "rows"), ("rows", "found")):
            assert connection.execute(f"select id from (select * from {left} except all select * from {right})").fetchall() == [], form


def test_csv_options_and_field_mapping(tmp_path):
    rows = pyarrow.table({"customer_id": [1, 2], "name": ["a;b", None]})
    deliver(tmp_path, rows, target="crm/contacts", options={"delimiter": ";"}, field_mapping={"customer_id": "external;Id"})
    assert (tmp_path / "crm/contacts.csv").read_text() == '"external;Id";name\n1;"a;b"\n2;\n'
    deliver(tmp_path, rows, target="crm/contacts", options={"header": False}, key="k2")
    assert list(csv.reader((tmp_path / "crm/contacts.csv").open())) == [["1", "a;b"], ["2", ""]]
    deliver(tmp_path, rows.slice(0, 0), target="empty")
    assert (tmp_path / "empty.csv").read_text() == "customer_id,name\n"


def test_a_delivery_happens_once(tmp_path):
    first, second = pyarrow.table({"id": [1]}), pyarrow.table({"id": [2]})
    assert deliver(tmp_path, first)["already_delivered"] is False
    again = deliver(tmp_path, second)  # the same key: what was delivered under it stays
    assert again == {"rows": 1, "bytes": 0, "idempotency_key": "k1", "already_delivered": True, "errors": []}
    assert (tmp_path / "out.csv").read_text() == "id\n1\n"
    deliver(tmp_path, second, key="k2")
    assert (tmp_path / "out.csv").read_text() == "id\n2\n"
    (tmp_path / "out.csv").unlink()  # somebody took the file away: it is delivered again
    assert deliver(tmp_path, second, key="k2")["already_delivered"] is False
    assert visible(tmp_path) == ["out.csv"]


def test_appended_deliveries_are_files_of_their_own(tmp_path):
    rows = pyarrow.table({"id": [1]})
    for key in ("k/1", "k2", "k/1"):
        deliver(tmp_path, rows, key=key, mode="append", format="jsonl", target="log")
    assert visible(tmp_path) == ["log/k%2F1.jsonl", "log/k2.jsonl"]


def test_a_failed_delivery_leaves_the_old_file(tmp_path):
    deliver(tmp_path, pyarrow.table({"id": [1]}))
    unwritable = pyarrow.table({"id": [1], "span": pyarrow.array([(1, 2, 3)], pyarrow.month_day_nano_interval())})
    with plugin("floe.sinks", "files", {"directory": str(tmp_path)}) as sink:
        handle = sink.call("open", {"name": "out", "mode": "replace"})
        refused(abi.FLOE_UNSUPPORTED, sink, "write", handle, unwritable, {"idempotency_key": "k2"})
        assert sink.host.message == "column `span` has the Arrow format `tin`, which has no text form"
        refused(abi.FLOE_INVALID_ARGUMENT, sink, "write", handle, None, {"idempotency_key": "k2"})
    assert (tmp_path / "out.csv").read_text() == "id\n1\n"
    assert sorted(path.name for path in tmp_path.iterdir()) == [".out.csv.receipt", "out.csv"]


@pytest.mark.parametrize("status, target", [
    (abi.FLOE_UNSUPPORTED, {"name": "out", "mode": "upsert", "keys": ["id"]}),
    (abi.FLOE_UNSUPPORTED, {"name": "out", "mode": "replace", "format": "parquet"}),
    (abi.FLOE_INVALID_ARGUMENT, {"name": "out", "mode": "replace", "target": "../out"}),
    (abi.FLOE_INVALID_ARGUMENT, {"name": "out", "mode": "replace", "target": "/etc/out"}),
    (abi.FLOE_INVALID_ARGUMENT, {"name": "out", "mode": "replace", "options": {"delimeter": ";"}}),
])
def test_targets_that_are_refused(tmp_path, status, target):
    with plugin("floe.sinks", "files", {"directory": str(tmp_path)}) as sink:
        refused(status, sink, "open", target)
