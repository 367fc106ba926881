"""Ingestion: every format x write mode x schema contract x change of the files, the tables as PyIceberg reads them."""

import codecs
import csv
import decimal
import gzip
import itertools
import json
import os
import pathlib
import random
import signal
import subprocess
import time

import pyarrow
import pyarrow.parquet
import pytest
import yaml

from floe_command import Project
from iceberg_catalog import open_catalog

OLD = [{"id": 1, "amount": 5, "note": "a"}, {"id": 2, "amount": 6, "note": "b"}]
OLD_TYPES = {"id": "INTEGER", "amount": "INTEGER", "note": "VARCHAR"}
# What the second batch holds: rows, and the types a Parquet file says.
CHANGES = {
    "same": [{"id": 2, "amount": 60, "note": "x"}, {"id": 3, "amount": 7, "note": "y"}],
    "new column": [{"id": 2, "amount": 60, "note": "x", "extra": "n"}, {"id": 3, "amount": 7, "note": "y", "extra": "m"}],
    "missing column": [{"id": 2, "amount": 60}, {"id": 3, "amount": 7}],
    "wider": [{"id": 2, "amount": 3000000000, "note": "x"}, {"id": 3, "amount": 7, "note": "y"}],
    "other": [{"id": 2, "amount": "sixty", "note": "x"}, {"id": 3, "amount": "7", "note": "y"}],
    "new table": [{"id": 2, "amount": 60, "note": "x"}, {"id": 3, "amount": 7, "note": "y"}],
}
PARQUET_TYPES = {"wider": {"amount": pyarrow.int64()}, "other": {"amount": pyarrow.string()}}
# Types of whole numbers: a Parquet file says its own, the others are inferred.
INTEGER = {"csv": "long", "jsonl": "long", "parquet": "int"}
FILES = {"csv": "batch.csv", "jsonl": "batch.jsonl", "parquet": "batch.parquet"}


def write_rows(path, rows, types=None):
    names = list(dict.fromkeys(name for row in rows for name in row))
    if path.suffix == ".csv":
        with open(path, "w", newline="") as file:
            writer = csv.DictWriter(file, names)
            writer.writeheader()
            writer.writerows(rows)
    elif path.suffix == ".jsonl":
        path.write_text("".join(json.dumps(row) + "\n" for row in rows))
    else:
        known = {"id": pyarrow.int32(), "amount": pyarrow.int32(), "note": pyarrow.string(), "extra": pyarrow.string(), **(types or {})}
        pyarrow.parquet.write_table(pyarrow.table({name: pyarrow.array([row.get(name) for row in rows], known[name]) for name in names}), path)


class Source(Project):
    """A product of one ingestion source."""

    def __init__(self, directory, form, **settings):
        super().__init__(directory)
        (self.directory / "data").mkdir(parents=True)
        self.file = self.directory / "data" / FILES[form]
        self.settings = {"name": "orders", "format": form, "path": f"data/{FILES[form]}", "table": "raw.orders"}
        self.says(**settings)

    def says(self, **settings):
        entry = {**self.settings, **settings}
        (self.directory / "floe.yaml").write_text(yaml.safe_dump(
            {"apiVersion": "floe.dev/v1", "kind": "DataProduct", "metadata": {"name": "shop", "version": "1.0"}, "ingestion": {"sources": [entry]}}))

    def ingest(self, rows, types=None, name=None):
        """(code of every finding, status, message of the record) of one run."""
        write_rows(self.file if name is None else self.directory / "data" / name, rows, types)
        return self.again()

    def again(self):
        process = self.run("ingest", "--output", "json", "--error-format", "json", expect=None)
        answer = json.loads(process.stdout)
        findings = json.loads(process.stderr)["diagnostics"] if process.stderr.strip() else []
        codes = sorted(finding["code"].removeprefix("FLOE-") for finding in findings)
        (node,) = answer["results"]
        assert answer["success"] == (process.returncode == 0) == (node["status"] == "success"), process.stderr
        return codes, node["message"] if node["status"] == "success" else None

    def table(self):
        """Types by column, and the rows in order of their ids; None when there is no table."""
        catalog = open_catalog(self)
        if not catalog.table_exists("raw.orders"):
            return None
        table = catalog.load_table("raw.orders")
        types = {field.name: str(field.field_type) for field in table.schema().fields}
        rows = table.scan().to_arrow().to_pylist()
        return types, sorted(([row[name] for name in types] for row in rows), key=lambda row: [str(value) for value in row])


def expected(form, mode, contract, change):
    """What the second batch does: codes, message, types, rows. From the rules of the guide, not from floe."""
    batch = CHANGES[change]
    named = list(dict.fromkeys(name for row in batch for name in row))
    old = [] if change == "new table" else OLD
    types = {} if change == "new table" else {"id": "int", "amount": "int", "note": "string"}
    codes, message = [], "OK"
    if change == "new table":
        if contract == "freeze":
            return ["E0357"], None, None
        if contract == "discard":
            return ["W1312"], "OK, 2 rows left out", None
        types = {"id": INTEGER[form], "amount": INTEGER[form], "note": "string"}
    elif contract == "evolve" and mode == "replace":  # the table is what the file is
        amount = {"other": "string", "wider": "long"}.get(change, INTEGER[form])
        types = {"id": INTEGER[form], "amount": amount, "note": "string", "extra": "string"}
        types = {name: types[name] for name in named}
    elif contract == "evolve":
        if change == "other":
            return ["E0356"], None, (types, OLD)
        if change == "new column":
            types["extra"] = "string"
        if change == "wider":
            types["amount"] = "long"
    else:
        if contract == "freeze" and change in ("new column", "wider", "other"):
            return ["E0354" if change == "new column" else "E0355"], None, (types, OLD)
        if change == "new column":
            codes = ["W1310"]
            batch = [{name: row[name] for name in types} for row in batch]
        if change in ("wider", "other"):  # 3000000000 and 'sixty' are no INTEGER, '7' is one
            codes, message = ["W1311"], "OK, 1 row left out"
            batch = [{**row, "amount": int(row["amount"])} for row in batch if row["id"] == 3]
    if mode == "replace":
        rows = batch
    elif mode == "append":
        rows = old + batch
    else:
        merged = {row["id"]: row for row in old}
        for row in batch:
            merged[row["id"]] = {**merged.get(row["id"], {}), **row}
        rows = list(merged.values())
    return codes, message, (types, rows)


MATRIX = list(itertools.product(["csv", "jsonl", "parquet"], ["append", "replace", "merge"], ["evolve", "freeze", "discard"], CHANGES))


@pytest.mark.parametrize("form,mode,contract,change", MATRIX, ids=["-".join(case).replace(" ", "_") for case in MATRIX])
def test_matrix(tmp_path, form, mode, contract, change):
    source = Source(tmp_path / "p", form)
    if change != "new table":
        source.says(columns=[{"name": name, "type": type_} for name, type_ in OLD_TYPES.items()])
        assert source.ingest(OLD) == ([], "OK")
        assert source.table() == ({"id": "int", "amount": "int", "note": "string"}, [[1, 5, "a"], [2, 6, "b"]])
    source.says(write_mode=mode, schema_contract=contract, **({"keys": ["id"]} if mode == "merge" else {}))
    codes, message, state = expected(form, mode, contract, change)
    assert source.ingest(CHANGES[change], PARQUET_TYPES.get(change)) == (codes, message)
    found = source.table()
    if state is None:
        assert found is None
        return
    types, rows = state
    assert found == (types, sorted(([row.get(name) for name in types] for row in rows), key=lambda row: [str(value) for value in row]))
    if mode == "merge" and message is not None:  # the same batch once more: the same rows
        assert source.again() == (codes, message) and source.table() == found


@pytest.mark.parametrize("form", ["csv", "jsonl", "parquet"])
@pytest.mark.parametrize("contract", ["freeze", "discard"])
@pytest.mark.parametrize("mode", ["append", "replace", "merge"])
def test_declared_columns_are_the_contract_of_a_new_table(tmp_path, form, contract, mode):
    keys = {"keys": ["id"]} if mode == "merge" else {}
    columns = [{"name": name, "type": type_} for name, type_ in OLD_TYPES.items()]
    source = Source(tmp_path / "p", form, write_mode=mode, schema_contract=contract, columns=columns, **keys)
    types = {"id": "int", "amount": "int", "note": "string"}
    wrong = [{"id": 1, "amount": "5", "note": "007", "extra": "n"}, {"id": 2, "amount": "1.5", "note": "b", "extra": "m"}]
    found = source.ingest(wrong, {"amount": pyarrow.string()})
    if contract == "freeze":
        assert found == (["E0354", "E0355"], None) and source.table() is None
        assert source.ingest(OLD) == ([], "OK")
        assert source.table() == (types, [[1, 5, "a"], [2, 6, "b"]])
    else:
        assert found == (["W1310", "W1311"], "OK, 1 row left out")
        assert source.table() == (types, [[1, 5, "007"]])


def test_a_file_without_a_header_has_the_names_that_are_declared(tmp_path):
    columns = [{"name": name, "type": type_} for name, type_ in OLD_TYPES.items()]
    source = Source(tmp_path / "p", "csv", write_mode="merge", keys=["id"], schema_contract="discard", columns=columns, options={"header": False})
    source.file.write_text("1,5,007\n2,six,b\n3,7,c\n")
    assert source.again() == (["W1311"], "OK, 1 row left out")
    assert source.table() == ({"id": "int", "amount": "int", "note": "string"}, [[1, 5, "007"], [3, 7, "c"]])


@pytest.mark.parametrize("form", ["csv", "jsonl", "parquet"])
def test_values_are_never_changed_to_fit(tmp_path, form):
    """DuckDB alone would make 1.5 a 2, cut the time off a timestamp and read 007 as 7."""
    source = Source(tmp_path / "p", form)
    known = {"code": pyarrow.string(), "day": pyarrow.string(), "price": pyarrow.float64(), "n": pyarrow.float64()}
    columns = {"id": "BIGINT", "code": "VARCHAR", "day": "DATE", "price": "DECIMAL(9, 2)", "n": "INTEGER"}
    source.says(columns=[{"name": name, "type": type_} for name, type_ in columns.items()])
    good = {"id": 1, "code": "007", "day": "2024-03-01", "price": 1.25, "n": 5}
    source.ingest([good], known)
    source.says(write_mode="append", schema_contract="discard")
    rows = [{**good, "id": 2}, {**good, "id": 3, "day": "2024-03-01 10:00:00"}, {**good, "id": 4, "price": 1.255}, {**good, "id": 5, "n": 1.5},
            {**good, "id": 6, "n": 3e10}, {"id": 7, "code": None, "day": None, "price": None, "n": None}]
    assert source.ingest(rows, {"id": pyarrow.int64(), **known}) == (["W1311"], "OK, 4 rows left out")
    table = open_catalog(source).load_table("raw.orders").scan().to_arrow().to_pylist()
    assert sorted((row["id"], row["code"], str(row["day"]), str(row["price"]), row["n"]) for row in table) == [
        (1, "007", "2024-03-01", "1.25", 5), (2, "007", "2024-03-01", "1.25", 5), (7, None, "None", "None", None)]


LATE = 25000  # rows before the last one: more than DuckDB infers types from when it is left to itself
# Of a column: values of the rows before the last one, value of that, and its Iceberg type, as DuckDB infers it from all rows.
LATE_CSV = {
    "number": ("1", "1.5", "double"), "code": ("5", "007", "string"), "day": ("2024-01-01", "2024-01-01 05:06:07", "timestamp"),
    "time": ("05:06:07", "2024-01-01 05:06:07", "string"), "flag": ("true", "1", "string"), "word": ("true", "5", "string")}
LATE_JSON = {
    "number": ("1", "1.5", "double"), "flag": ("true", "5", "string"), "day": ('"2024-01-01"', '"2024-01-01 05:06:07"', "string"),
    "list": ("[1]", "[1.5,2]", "list<double>"), "nested": ('{"x":1}', '{"x":2,"y":3}', "struct<2: x: optional long, 3: y: optional long>")}
LATE_ROWS = {
    "csv": [1.5, "007", "2024-01-01T05:06:07", "2024-01-01 05:06:07", "1", "5"],
    "jsonl": [1.5, "5", "2024-01-01 05:06:07", [1.5, 2.0], {"x": 2, "y": 3}, "new"]}


def late_lines(form):
    """A file whose last row is of other types than those before it."""
    columns = LATE_CSV if form == "csv" else LATE_JSON
    if form == "csv":
        return "\n".join([",".join(columns), *[",".join(column[0] for column in columns.values())] * LATE, ",".join(column[1] for column in columns.values())]) + "\n"
    first, last = ([f'"{name}":{column[row]}' for name, column in columns.items()] for row in (0, 1))
    return ("{" + ",".join(first) + "}\n") * LATE + "{" + ",".join([*last, '"key":"new"']) + "}\n"


@pytest.mark.parametrize("form", ["csv", "jsonl"])
@pytest.mark.parametrize("bad_rows", ["fail", "rejects"])
@pytest.mark.parametrize("mode", ["replace", "append"])
def test_types_are_inferred_from_all_rows(tmp_path, form, bad_rows, mode):
    """Inferred from the first rows 1.5 would be 2, 007 be 7, a timestamp lose its time, and a key of a late line be lost."""
    source = Source(tmp_path / "p", form, on_bad_rows=bad_rows, write_mode=mode)
    source.file.write_text(late_lines(form))
    assert source.again() == ([], "OK")
    table = open_catalog(source).load_table("raw.orders")
    columns = LATE_CSV if form == "csv" else {**LATE_JSON, "key": (None, None, "string")}
    kinds = {field.name: str(field.field_type).split("<")[0] for field in table.schema().fields}
    assert kinds == {name: column[2].split("<")[0] for name, column in columns.items()}
    rows = table.scan().to_arrow().to_pylist()
    assert len(rows) == LATE + 1
    values = [[value.isoformat() if hasattr(value, "isoformat") else value for value in row.values()] for row in rows]
    assert values.count(LATE_ROWS[form]) == 1


@pytest.mark.parametrize("bad_rows", ["fail", "rejects"])
def test_types_are_inferred_from_all_files(tmp_path, bad_rows):
    """DuckDB infers types of JSON from 32 files when it is left to itself."""
    for form in ("csv", "jsonl"):
        source = Source(tmp_path / form, form, path=f"data/*.{form}", on_bad_rows=bad_rows)
        for number in range(40):
            write_rows(source.directory / "data" / f"{number:02}.{form}", [{"id": number, "amount": 1.5 if number == 39 else 1}])
        assert source.again() == ([], "OK")
        assert source.table()[1][-1] == [9, 1.0] and [39, 1.5] in source.table()[1]


def test_a_declared_column_may_come_late(tmp_path):
    source = Source(tmp_path / "p", "jsonl", columns=[{"name": "id", "type": "BIGINT"}, {"name": "note", "type": "VARCHAR"}])
    source.file.write_text('{"id":1}\n' * LATE + '{"id":2,"NOTE":"x"}\n')
    assert source.again() == ([], "OK")
    assert source.table()[1][-1] == [2, "x"]


# Declared type, values that it has, and one that it would change, as they stand in a JSON line (a CSV file has no quotes around texts).
CHANGED = [
    ("INTEGER", ["1", "2.0", "1e2"], "1.5"),
    ("DECIMAL(5, 1)", ["1.5", "1.50", "7"], "1.25"),
    ("DATE", ['"2024-01-01"', '"2024-01-01 00:00:00"'], '"2024-01-01 05:06:07"'),
    ("FLOAT", ["0.1", "16777216", "1.5"], "16777217"),
    ("DOUBLE", ["0.1", "9007199254740992"], "9007199254740993"),
    ("TIMESTAMP", ['"2024-01-01 05:06:07.123456"', '"2024-01-01"'], '"2024-01-01 05:06:07.1234567"')]
CHANGED_JSON = [
    ("INTEGER[]", ["[1, 2]", "[]"], "[1.5]"),
    ("STRUCT(x INTEGER)", ['{"x": 1}', "null"], '{"x": 1, "y": 2}'), ("STRUCT(x INTEGER)", ['{"x": 1}'], '{"x": 1.5}')]


def declared_lines(form, values):
    if form == "jsonl":
        return "".join('{"id": %d, "value": %s}\n' % row for row in enumerate(values))
    return "id,value\n" + "".join("%d,%s\n" % (number, value.strip('"')) for number, value in enumerate(values))


@pytest.mark.parametrize("bad_rows", ["fail", "rejects"])
@pytest.mark.parametrize("form,type_,good,bad", [("csv", *case) for case in CHANGED] + [("jsonl", *case) for case in CHANGED + CHANGED_JSON])
def test_declared_types_do_not_change_values(tmp_path, form, type_, good, bad, bad_rows):
    """DuckDB alone rounds 1.5 to the INTEGER 2, and drops members that a struct does not have."""
    source = Source(tmp_path / "p", form, columns=[{"name": "id", "type": "BIGINT"}, {"name": "value", "type": type_}], on_bad_rows=bad_rows)
    source.file.write_text(declared_lines(form, good))
    assert source.again() == ([], "OK")
    before = source.table()
    source.file.write_text(declared_lines(form, [*good, bad]))
    assert source.again() == (["E0355"], None)
    note = f"`data/{FILES[form]}`: 1 row does not fit `value` ("
    assert note in source.run("ingest", expect=1).stderr and f" in row {len(good) + 1}\n" in source.run("ingest", expect=1).stderr
    assert source.table() == before


@pytest.mark.parametrize("type_, bad", [("BOOLEAN", "7"), ("BIGINT", "true"), ("BIGINT", '"x"'), ("INTEGER[]", '["x"]'), ("INTEGER[]", "5"), ("STRUCT(x INTEGER)", '{"x": {}}'),
                                        ("STRUCT(x INTEGER)", "5"), ("STRUCT(x STRUCT(y INTEGER)[])", '{"x": [{"y": 1}, 5]}')])
def test_values_that_are_none_of_the_declared_type_are_malformed_rows(tmp_path, type_, bad):
    source = Source(tmp_path / "p", "jsonl", columns=[{"name": "id", "type": "BIGINT"}, {"name": "value", "type": type_}])
    source.file.write_text(declared_lines("jsonl", ["null", bad]))
    assert source.again() == (["E0801"], None)
    assert " in \"value\" to " in source.run("ingest", expect=1).stderr
    source.says(columns=[{"name": "id", "type": "BIGINT"}, {"name": "value", "type": type_}], on_bad_rows="rejects")
    assert source.again() == (["W1314"], "OK, 1 row rejected")
    assert source.table()[1] == [[0, None]]


def test_declared_types_do_not_change_values_of_parquet(tmp_path):
    source = Source(tmp_path / "p", "parquet", path="data/*.parquet", columns=[{"name": "id", "type": "BIGINT"}, {"name": "amount", "type": "INTEGER"}])
    assert source.ingest([{"id": 1, "amount": 2.0}], {"amount": pyarrow.float64()}, "1.parquet") == ([], "OK")
    assert source.ingest([{"id": 1, "amount": 1.5}], {"amount": pyarrow.float64()}, "2.parquet") == (["E0355"], None)
    error = source.run("ingest", expect=1).stderr
    assert "`data/2.parquet`: 1 row does not fit `amount` (INTEGER): '1.5' in row 1" in error and "1.parquet" not in error


def test_numbers_of_csv_options_and_rejects_are_declared_values(tmp_path):
    """A separator of thousands is no fraction, and a row that is malformed no value that changes."""
    source = Source(tmp_path / "p", "csv", columns=[{"name": "id", "type": "BIGINT"}, {"name": "amount", "type": "DECIMAL(9, 2)"}],
                    options={"delimiter": ";", "thousands": ".", "decimal_separator": ","}, on_bad_rows="rejects")
    source.file.write_text("id;amount\n1;1.234,50\n2;x\n3;1;2\n")
    assert source.again() == (["W1314"], "OK, 2 rows rejected")
    source.file.write_text("id;amount\n1;1.234,505\n2;x\n")
    assert source.again() == (["E0355"], None)


@pytest.mark.parametrize("row", [{"id": 1, "v": "x", "V": "y"}, {"id": 1, "v": {"a": 1, "A": 2}}, {"id": 1, "v": [{"a": 1, "A": 2}]}])
def test_names_of_parquet_files_that_differ_in_case_only_are_refused(tmp_path, row):
    source = Source(tmp_path / "p", "parquet")
    pyarrow.parquet.write_table(pyarrow.Table.from_pylist([row]), source.file)
    text = source.run("ingest", expect=1).stderr
    assert "which are one name to a table; rename one of them" in text, text
    source.says(columns=[{"name": "id", "type": "BIGINT"}])
    assert source.again() == ([], "OK") and source.table()[1] == [[1]]


def test_parquet_decimals_beyond_38_digits_are_refused(tmp_path):
    """DuckDB reads them as DOUBLE, which has 15 of their digits."""
    source = Source(tmp_path / "p", "parquet")
    for type_, value in ((pyarrow.decimal256(40, 2), decimal.Decimal(7)), (pyarrow.list_(pyarrow.decimal256(40, 2)), [decimal.Decimal(7)])):
        pyarrow.parquet.write_table(pyarrow.table({"id": [1], "total": pyarrow.array([value], type_)}), source.file)
        source.says()
        assert "column `total` of `" in source.run("ingest", expect=1).stderr and "DECIMAL(40, 2)" in source.run("ingest", expect=1).stderr
        source.says(columns=[{"name": "id", "type": "BIGINT"}])
        assert source.again() == ([], "OK")


@pytest.mark.parametrize("bad_rows, rows", [("fail", ""), ("rejects", ""), ("rejects", "x,y,z,1,2\n")])
def test_a_file_without_rows_does_not_change_types(tmp_path, bad_rows, rows):
    """A header says no types: they were text after it."""
    source = Source(tmp_path / "p", "csv", on_bad_rows=bad_rows)
    source.file.write_text("id,amount,day,gone\n1,1.5,2024-01-01,x\n")
    assert source.again() == ([], "OK")
    source.file.write_text("ID,new,amount,day\n" + rows)
    assert source.again() == ((["W1314"], "OK, 1 row rejected") if rows else ([], "OK"))
    assert source.table() == ({"ID": "long", "new": "string", "amount": "double", "day": "date"}, [])


def test_the_last_row_of_a_key_stays(tmp_path):
    """As if each file had come on its own: files in the order of their names, rows as they stand."""
    for form in FILES:
        source = Source(tmp_path / form, form, path=f"data/*.{form}", write_mode="merge", keys=["id", "note"])
        source.ingest([{"id": 1, "amount": 1, "note": "a"}, {"id": 1, "amount": 2, "note": "b"}, {"id": 1, "amount": 3, "note": "a"}], name=f"1.{form}")
        assert source.ingest([{"id": 1, "amount": 4, "note": "b"}, {"id": 2, "amount": 5, "note": "b"}], name=f"2.{form}") == (
            [], "OK, 2 rows replaced by later ones with the same key")
        assert source.table()[1] == [[1, 3, "a"], [1, 4, "b"], [2, 5, "b"]]


# Files of one load: the rows of each.
SHAPES = {
    "a later file lacks a column": [[{"id": 1, "amount": 10, "note": "x"}], [{"id": 1, "amount": 11}]],
    "an earlier file lacks it": [[{"id": 1, "amount": 10}], [{"id": 1, "note": "x"}]],
    "NULL of a file that has the column wins": [[{"id": 1, "amount": 10, "note": "x"}], [{"id": 1, "amount": None, "note": "y"}, {"id": 9, "amount": 1, "note": "z"}]],
    "other keys": [[{"id": 1, "amount": 10}], [{"id": 2, "note": "x"}, {"id": 3, "note": "new"}]],
    "three files, one of them twice of a shape": [
        [{"id": 1, "amount": 10}, {"id": 2, "amount": 20}], [{"id": 2, "note": "x"}, {"id": 1, "note": "y"}], [{"id": 2, "amount": 21}, {"id": 4, "amount": 40}]],
    "all files lack a column": [[{"id": 1, "amount": 10}], [{"id": 2, "amount": 20}]],
}


@pytest.mark.parametrize("columns,contract,bad_rows", [
    ("inferred", "evolve", "fail"), ("inferred", "freeze", "rejects"), ("declared", "evolve", "rejects"), ("declared", "evolve", "fail"), ("declared", "discard", "fail")])
@pytest.mark.parametrize("form", FILES)
def test_files_that_lack_columns_merge_as_if_each_came_alone(tmp_path, form, columns, contract, bad_rows):
    settings = {"write_mode": "merge", "keys": ["id"], "on_bad_rows": "fail" if form == "parquet" else bad_rows}
    if columns == "declared":
        settings["columns"] = [{"name": name, "type": type_} for name, type_ in OLD_TYPES.items()]
    old = [{"id": 1, "amount": 1, "note": "a"}, {"id": 2, "amount": 2, "note": "b"}, {"id": 3, "amount": 3, "note": "c"}]
    for number, (shape, batches) in enumerate(SHAPES.items()):
        source = Source(tmp_path / str(number), form, **settings)
        assert source.ingest(old)[0] == []
        source.says(**settings, path=f"data/new*.{form}", schema_contract=contract)
        merged = {row["id"]: row for row in old}
        for batch, rows in enumerate(batches):
            write_rows(source.directory / "data" / f"new{batch}.{form}", rows)
            for row in rows:
                merged[row["id"]] = {**merged.get(row["id"], {}), **row}
        assert source.again()[0] == [], shape
        assert source.table()[1] == [[row["id"], row.get("amount"), row.get("note")] for _, row in sorted(merged.items())], shape


@pytest.mark.parametrize("contract", ["evolve", "freeze", "discard"])
@pytest.mark.parametrize("form", FILES)
def test_columns_that_are_not_declared_do_not_keep_files_from_a_merge(tmp_path, form, contract):
    columns = [{"name": name, "type": type_} for name, type_ in OLD_TYPES.items()]
    source = Source(tmp_path / "p", form, path=f"data/*.{form}", write_mode="merge", keys=["id"], schema_contract=contract, columns=columns)
    write_rows(source.directory / "data" / f"1.{form}", [{"id": 1, "extra": "p", "amount": 1}, {"id": 2, "extra": "q", "amount": 2}])
    write_rows(source.directory / "data" / f"2.{form}", [{"id": 1, "note": "x"}])
    codes = {"evolve": [], "freeze": ["E0354"], "discard": ["W1310"]}[contract]
    for _ in range(2):  # a new table, and one that has the rows
        assert source.again()[0] == codes
        assert source.table() == (None if codes == ["E0354"] else (dict.fromkeys(["id", "amount"], "int") | {"note": "string"}, [[1, 1, "x"], [2, 2, None]]))


@pytest.mark.parametrize("form", FILES)
def test_a_new_table_has_what_any_file_says_of_a_key(tmp_path, form):
    source = Source(tmp_path / "p", form, path=f"data/*.{form}", write_mode="merge", keys=["id"])
    write_rows(source.directory / "data" / f"1.{form}", [{"id": 1, "amount": 10}, {"id": 2, "amount": 20}])
    source.ingest([{"id": 2, "note": "x"}, {"id": 3, "note": "y"}], name=f"2.{form}")
    assert source.table()[1] == [[1, 10, None], [2, 20, "x"], [3, None, "y"]]
    # Once more: the table has all columns now.
    source.again()
    assert source.table()[1] == [[1, 10, None], [2, 20, "x"], [3, None, "y"]]


def test_keys_of_json_lines_are_those_of_all_lines(tmp_path):
    """A file has a column when any of its lines has the key, also with NULL; lines without it are NULL."""
    source = Source(tmp_path / "p", "jsonl", path="data/*.jsonl", write_mode="merge", keys=["id"])
    source.ingest(OLD, name="0.jsonl")
    (source.directory / "data" / "0.jsonl").write_text('{"id": 1, "amount": 7}\n')
    (source.directory / "data" / "1.jsonl").write_text('{"id": 1}\n{"id": 2, "NOTE": null}\n')
    assert source.again()[0] == []
    assert source.table()[1] == [[1, 7, None], [2, 6, None]]


def test_a_column_named_rowid_and_names_of_floe_merge_by_files_too(tmp_path):
    source = Source(tmp_path / "p", "csv", path="data/*.csv", write_mode="merge", keys=["id"])
    source.ingest([{"id": 1, "rowid": 5, "floe_has_1": "a", "x": 1}], name="1.csv")
    source.ingest([{"id": 1, "x": 2}], name="2.csv")
    assert source.table()[1] == [[1, 5, "a", 2]]


def test_rows_without_a_key_are_refused(tmp_path):
    for form in FILES:
        source = Source(tmp_path / form, form, path=f"data/*.{form}", write_mode="merge", keys=["id"])
        source.ingest(OLD, name=f"1.{form}")
        before = source.table()
        assert source.ingest([{"id": 5, "amount": 1, "note": "a"}, {"id": None, "amount": 2, "note": "b"}], name=f"2.{form}") == (["E0358"], None)
        assert f"`data/2.{form}`: 1 row without a key: row 2" in source.run("ingest", expect=1).stderr
        assert source.ingest([{"amount": 1, "note": "a"}], name=f"2.{form}") == (["E0358"], None)
        assert f"`data/2.{form}` has no column `id`" in source.run("ingest", expect=1).stderr
        assert source.table() == before


def test_the_file_that_breaks_the_contract_is_named(tmp_path):
    for form in FILES:
        source = Source(tmp_path / form, form, path=f"data/*.{form}")
        source.ingest(OLD, name=f"1.{form}")
        source.says(path=f"data/*.{form}", write_mode="append", schema_contract="freeze")
        rows = [{"id": 3, "amount": "seven", "note": "c", "extra": "n"}]
        assert source.ingest(rows, {"amount": pyarrow.string()}, name=f"2.{form}") == (["E0354", "E0355"], None)
        text = source.run("ingest", expect=1).stderr
        assert f"= note: `data/2.{form}` has `extra`\n" in text and f"= note: `data/2.{form}`: 1 row does not fit `amount` (" in text
        assert "'seven' in row 1" in text and f"`data/1.{form}`" not in text


def test_columns_of_later_files_are_not_lost(tmp_path):
    for form in FILES:
        source = Source(tmp_path / form, form, path=f"data/*.{form}", write_mode="append")
        source.ingest(OLD, name=f"1.{form}")
        source.ingest([{"id": 3, "extra": "n"}], name=f"2.{form}")
        assert source.table()[1][-1] == [3, None, None, "n"]


def test_nested_values(tmp_path):
    source = Source(tmp_path / "p", "jsonl")
    source.ingest([{"id": 1, "at": {"x": 1}, "tags": ["a"]}])
    batch = [{"id": 2, "at": {"x": 2, "y": 3}, "tags": ["b"]}, {"id": 3, "at": {"x": 4}, "tags": []}]
    source.says(write_mode="merge", keys=["id"], schema_contract="freeze")
    assert source.ingest(batch) == (["E0355"], None)
    source.says(write_mode="merge", keys=["id"], schema_contract="discard")
    assert source.ingest(batch) == (["W1311"], "OK, 1 row left out")
    assert source.table()[1] == [[1, {"x": 1}, ["a"]], [3, {"x": 4}, []]]
    source.says(write_mode="merge", keys=["id"])
    assert source.ingest(batch) == ([], "OK")
    assert source.table()[1] == [[1, {"x": 1, "y": None}, ["a"]], [2, {"x": 2, "y": 3}, ["b"]], [3, {"x": 4, "y": None}, []]]


def test_kill_9_during_a_merge(tmp_path, capsys):
    """The table is the one before or the one after; the same batch again makes it the one after, with no row twice."""
    number = int(os.environ.get("FLOE_TEST_SEED") or random.SystemRandom().randrange(2**32))
    chance = random.Random(number)
    source = Source(tmp_path / "p", "csv", write_mode="merge", keys=["id"])
    rows = [{"id": i, "amount": 0, "note": "a"} for i in range(20000)]
    source.ingest(rows)
    killed = 0
    for attempt in range(1, 16):
        before = source.table()
        batch = [{"id": i, "amount": attempt, "note": "b"} for i in range(attempt * 500, attempt * 500 + 20000)]
        write_rows(source.file, batch)
        merged = {row[0]: row for row in before[1]} | {row["id"]: list(row.values()) for row in batch}
        after = (before[0], sorted(merged.values(), key=lambda row: [str(value) for value in row]))
        if attempt == 1:
            began = time.monotonic()
            source.again()
            duration = time.monotonic() - began
        else:
            process = source.start("ingest")
            try:
                process.wait(timeout=duration * (attempt / 15) * (0.5 + chance.random() / 2))
            except subprocess.TimeoutExpired:
                os.killpg(process.pid, signal.SIGKILL)
                killed += 1
            process.communicate()
            assert source.table() in (before, after), f"seed {number}, attempt {attempt}"
            assert source.again() == ([], "OK")
        assert source.table() == after, f"seed {number}, attempt {attempt}"
    with capsys.disabled():
        print(f"\nkill -9 of merges: seed {number}, {killed} of 14 killed")
    assert killed >= 7


NAMES = [{"name": "id", "type": "BIGINT"}, {"name": "name", "type": "VARCHAR"}]


@pytest.mark.parametrize("mode", ["replace", "append"])
@pytest.mark.parametrize("text,bad,kept", [
    ("id,name\n" + "".join(f"{i},n{i}\n" for i in range(1, 21)) + "21,x,y\n", 1, 20),
    ("id,name\n1,a\n2,b,extra\n3,c,extra\n", 2, 1),
    ("id;name\n1;a\n2\n3;c\n", 1, 2),
    ("id\tname\n1\ta,b\n2\tc\td\n", 1, 1),
    ("id,name\n#1,a\n2\n", 1, 1),
], ids=["last", "most", "semicolons", "tabs", "hash"])
def test_a_row_of_another_length_is_malformed(tmp_path, text, bad, kept, mode):
    """DuckDB's sniffer would take it for the header, skip the rows above, or read them as comments."""
    for settings in ({}, {"columns": [{"name": "id", "type": "VARCHAR"}, {"name": "name", "type": "VARCHAR"}]}):
        source = Source(tmp_path / f"{len(settings)}", "csv", write_mode=mode, **settings)
        source.ingest([{"id": "x", "name": "old"}])
        before = source.table()
        source.file.write_text(text)
        assert source.again() == (["E0801"] * bad, None) and source.table() == before
        source.says(write_mode="replace", on_bad_rows="rejects", **settings)
        assert source.again() == (["W1314"], f"OK, {bad} row{'s' * (bad > 1)} rejected")
        types, rows = source.table()
        assert list(types) == ["id", "name"] and len(rows) == kept
        assert open_catalog(source).load_table("raw.orders_rejects").scan().to_arrow().num_rows == bad


def test_nothing_of_a_csv_file_is_a_comment_or_skipped_unless_options_say_so(tmp_path):
    source = Source(tmp_path / "p", "csv")
    source.file.write_text("id,name\n#1,a\n2,b\n")
    assert source.again() == ([], "OK") and source.table()[1] == [["#1", "a"], ["2", "b"]]
    source.says(options={"comment": "#"})
    assert source.again() == ([], "OK") and source.table()[1] == [[2, "b"]]
    source.says(options={"skip": 2})
    source.file.write_text("Orders of May\n\nid,name\n1,a\n")
    assert source.again() == ([], "OK") and source.table()[1] == [[1, "a"]]
    source.says()
    assert source.again() == (["E0801", "E0801"], None)
    source.file.write_text("\nid,name\n1,a\n")
    assert source.again() == ([], "OK") and source.table()[1] == [[1, "a"]]
    source.says(path="data/*.csv")
    source.file.write_text("id,name\n1,a\n")
    (source.directory / "data/z.csv").write_text("id;name\n1;a\n")
    assert "have different delimiters; write `options: {delimiter: ...}`" in source.run("ingest", expect=1).stderr


@pytest.mark.parametrize("bad_rows", ["fail", "rejects"])
@pytest.mark.parametrize("end,inner", [("\r\n", "\n"), ("\n", "\r\n"), ("\n", "\r"), ("\n", "\n")], ids=repr)
def test_quoted_fields_may_have_any_newline(tmp_path, end, inner, bad_rows):
    """Excel ends rows with CRLF and breaks lines within a field with LF; in the header, too."""
    source = Source(tmp_path / "p", "csv", path="data/*", on_bad_rows=bad_rows)
    for header in ("id", f'"id{inner}x"'):
        text = f'{header},v{end}1,"a{inner}b"{end}2,c{end}'.encode()
        for files in ({"1.csv": text}, {"1.csv": text, "2.csv": text}, {"1.csv.gz": gzip.compress(text)}):
            for old in (source.directory / "data").iterdir():
                old.unlink()
            for name, data in files.items():
                (source.directory / "data" / name).write_bytes(data)
            assert source.again() == ([], "OK")
            types, rows = source.table()
            values = [row[list(types).index("v")] for row in rows]
            assert sorted(values) == sorted([f"a{inner}b", "c"] * len(files)), files


@pytest.mark.parametrize("bad_rows", ["fail", "rejects"])
@pytest.mark.parametrize("form", ["csv", "jsonl", "parquet"])
def test_declared_columns_are_found_by_name(tmp_path, form, bad_rows):
    columns = [{"name": "id", "type": "INTEGER"}, {"name": "Amount", "type": "DECIMAL(9, 2)"}, {"name": "note", "type": "VARCHAR"}]
    source = Source(tmp_path / "p", form, path=f"data/*.{form}", columns=columns, on_bad_rows=bad_rows)
    source.ingest([{"note": "007", "amount": 5, "id": 1, "other": "x"}], {"other": pyarrow.string()}, name=f"1.{form}")
    assert source.ingest([{"id": 2, "note": "b"}], name=f"2.{form}") == ([], "OK")
    types, rows = source.table()
    assert types == {"id": "int", "Amount": "decimal(9, 2)", "note": "string"}
    assert [[str(value) for value in row] for row in rows] == [["1", "5.00", "007"], ["2", "None", "b"]]
    source.says(path=f"data/*.{form}", columns=[*columns[:2], {"name": "notes", "type": "VARCHAR"}])
    text = source.run("ingest", expect=1).stderr
    assert "`columns` has `notes`, " in text and "has no such column; write `note`" in text


def test_a_header_that_has_none_of_the_columns_is_no_header(tmp_path):
    source = Source(tmp_path / "p", "csv", columns=NAMES)
    source.file.write_text("1,a\n2,b\n")
    assert "has none of the `columns`; it has `1`, `a`; a file without a header is read with" in source.run("ingest", expect=1).stderr
    source.says(columns=NAMES, options={"header": False})
    assert source.again() == ([], "OK") and source.table()[1] == [[1, "a"], [2, "b"]]


def test_files_of_several_shapes_keep_their_columns_with_rejects(tmp_path):
    source = Source(tmp_path / "p", "csv", path="data/*.csv", on_bad_rows="rejects")
    for name, text in {"1": "id,code\n1,007\n2\n", "2": "code,extra,id\nx,e,3\n"}.items():
        (source.directory / f"data/{name}.csv").write_text(text)
    assert source.again() == (["W1314"], "OK, 1 row rejected")
    assert source.table() == ({"id": "long", "code": "string", "extra": "string"}, [[1, "007", None], [3, "x", "e"]])


@pytest.mark.parametrize("form", ["csv", "jsonl"])
@pytest.mark.parametrize("bad_rows", ["fail", "rejects"])
def test_large_numbers_are_kept(tmp_path, form, bad_rows):
    """A DOUBLE would make 12345678901234567890 and ...891 one number, and 1e400 infinity."""
    source = Source(tmp_path / "p", form, write_mode="merge", keys=["id"], on_bad_rows=bad_rows)
    ids = [12345678901234567890, 12345678901234567891, 1]
    lines = [(id_, "1e400", f"{2**53 + 1}", "1e20", "123456789012345678901234567890123456789012") for id_ in ids[:2]] + [(1, "2", "1.5", "2.5", "1")]
    if form == "csv":
        source.file.write_text("id,far,mixed,plain,long\n" + "".join(",".join(map(str, line)) + "\n" for line in lines))
    else:
        source.file.write_text("".join('{"id":%s,"far":%s,"mixed":%s,"plain":%s,"long":%s}\n' % line for line in lines))
    assert source.again() == ([], "OK")
    types, rows = source.table()
    assert types == {"id": "decimal(38, 0)", "far": "string", "mixed": "string", "plain": "double", "long": "string"}
    assert sorted(int(row[0]) for row in rows) == sorted(ids)
    assert {(row[1], row[2], row[3], row[4]) for row in rows} == {
        ("1e400", "9007199254740993", 1e20, "123456789012345678901234567890123456789012"), ("2", "1.5", 2.5, "1")}
    assert source.again() == ([], "OK") and source.table() == (types, rows)


@pytest.mark.parametrize("form", ["csv", "jsonl"])
def test_large_numbers_do_not_fit_a_table_that_would_change_them(tmp_path, form):
    source = Source(tmp_path / "p", form, columns=[{"name": "id", "type": "BIGINT"}, {"name": "amount", "type": "DOUBLE"}])
    source.ingest([{"id": 1, "amount": 1.5}])
    source.says(write_mode="append", schema_contract="discard")
    rows = [{"id": 2, "amount": 2**60}, {"id": 3, "amount": 2**60 + 1}, {"id": 10**19, "amount": 2}]
    assert source.ingest(rows) == (["W1311"], "OK, 2 rows left out")
    assert source.table()[1] == [[1, 1.5], [2, float(2**60)]]


def test_byte_order_marks_and_encodings(tmp_path):
    for bad_rows in ("fail", "rejects"):
        for form, text in {"csv": "id,name\n1,a\n", "jsonl": '{"id":1,"name":"a"}\n'}.items():
            source = Source(tmp_path / f"{form}-{bad_rows}", form, on_bad_rows=bad_rows)
            source.file.write_text(text, encoding="utf-8-sig")
            assert source.again() == ([], "OK") and source.table() == ({"id": "long", "name": "string"}, [[1, "a"]])
    source = Source(tmp_path / "p", "csv")
    for encoding, option in {"utf-16": "utf-16", "utf-16-le": "utf-16", "latin-1": "latin-1"}.items():
        for text in ("id,name\n1,ä\n", "id,näme\n1,a\n"):
            source.file.write_text(text, encoding=encoding)
            source.says()
            assert "such as `options: {encoding: latin-1}`" in source.run("ingest", expect=1).stderr, (encoding, text)
            source.says(options={"encoding": option})
            assert source.again() == ([], "OK") and source.table()[1][0][0] == 1


@pytest.mark.parametrize("bad_rows", ["fail", "rejects"])
@pytest.mark.parametrize("header", [True, False])
def test_what_is_not_the_utf_16_that_it_is_read_as_is_refused(tmp_path, header, bad_rows):
    source = Source(tmp_path / "p", "csv", on_bad_rows=bad_rows, options={"encoding": "utf-16", "header": header})
    text = "id,name\n1,a\n2,b\n"
    for content in (text.encode("utf-16-be"), codecs.BOM_UTF16_BE + text.encode("utf-16-be"), text.encode(), "名,一\n".encode("utf-16-be")):
        source.file.write_bytes(content)
        assert "is not UTF-16 in little-endian byte order" in source.run("ingest", expect=1).stderr, content
    source.file.write_text("id,name\n1,\N{GRINNING FACE}\n", encoding="utf-16")
    assert "has a character beyond U+FFFF, such as an emoji" in source.run("ingest", expect=1).stderr
    source.file.write_text("名,一\n一,二\n", encoding="utf-16")
    assert source.again() == ([], "OK") and ["一", "二"] in source.table()[1]


def test_unknown_options_and_types_are_named_at_their_place(tmp_path):
    source = Source(tmp_path / "p", "csv", options={"delimeter": ";"})
    source.file.write_text("id,name\n1,a\n")
    text = source.run("ingest", expect=1).stderr
    assert "CSV files have no option `delimeter`; write `delimiter`" in text and "|       delimeter: ;\n" in text, text
    for contract in ("evolve", "discard"):
        source.says(schema_contract=contract, columns=[{"name": "id", "type": "BIGNIT"}, {"name": "name", "type": "VARCHAR"}])
        text = source.run("ingest", expect=1).stderr
        assert "column `id` has the type `BIGNIT`, which DuckDB does not have; write `BIGINT`" in text and "type: BIGNIT\n" in text, text
    source.says(options={"encoding": "cp1252"})
    text = source.run("ingest", expect=1).stderr
    assert "unknown encoding; known are utf-8, utf-16, latin-1" in text and "|       encoding: cp1252\n" in text, text


@pytest.mark.parametrize("path, text, kind", [
    ("models/orders.sql", "{{ config(materialized='table', schema=none, alias='Orders') }} select 1 as id", "model"), ("models/v.sql", "{{ config(alias='orders') }} select 1 as id", "model"),
    ("seeds/orders.csv", "id\n1\n", "seed"), ("models/orders_rejects.sql", "select 1 as id", "model")], ids=str)
def test_a_source_and_a_node_do_not_write_one_table(tmp_path, path, text, kind):
    source = Source(tmp_path / "p", "csv", table="main.orders", on_bad_rows="rejects")
    (source.directory / "dbt_project.yml").write_text("name: shop\n")
    (source.directory / path).parent.mkdir()
    (source.directory / path).write_text(text)
    process = source.run("compile", "-q", "--error-format", "json", expect=1)
    (finding,) = json.loads(process.stderr)["diagnostics"]
    table = "main.orders_rejects" if "rejects" in path else "main.orders"
    assert finding["code"] == "FLOE-E0304"
    assert finding["message"] == f"source `orders` writes table `{table}`, which {kind} `{pathlib.Path(path).stem}` writes"
