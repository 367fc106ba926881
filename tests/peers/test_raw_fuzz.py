"""Random small files x schema contract x declared columns x on_bad_rows x write mode: what is loaded and what is left out are the rows
of the file, and each value is what Python's csv, json and pyarrow read, or the load is refused and the table stays."""

import csv
import decimal
import io
import json
import os
import random
import re
import time

import pyarrow
import pyarrow.parquet
import pytest

from iceberg_catalog import open_catalog
from test_crash import seed
from test_ingestion import Source
from test_raw_values import says

REACHED_BY = ("plugins/floe.computes/", "libfloe-core/src/engine/", "libfloe-core/src/verbs/", "libfloe-iceberg/src/schema/", "libfloe-iceberg/src/commit/")
CASES, LONG_CASES = 40, 2000
MOST_SECONDS = 150  # of the tier `test` on a busy machine; what was not reached is said

# Values of one column by kind; texts in CSV, texts or JSON values in JSON lines.
TEXTS = {
    "whole": ["0", "1", "-7", "42", "2147483648", "9223372036854775807", "-9223372036854775808"],
    "large": ["9223372036854775808", "123456789012345678901234567890", "-18446744073709551616"],
    "fraction": ["0.5", "-1.25", "3.0", "1e3", "1234567.89", "0.1"],
    "code": ["007", "+49", "0x1A", "1_000", "1,5", "٣", "-0", "--1"],
    "text": ["a", "ü", "it's", 'say "x"', "a,b", "x;y", " pad ", "NULL", "null", "None", "a\nb", "\\N", "#c", "-", "{}", "[1]", "'"],
    "date": ["2024-01-31", "2024-2-1", "0001-01-01", "9999-12-31"],
    "odd date": ["02/03/2024", "31.12.2024", "2024-13-01", "epoch", "infinity"],
    "local": ["2024-01-01T00:00:00", "2024-01-01 10:00:00.5", "2024-10-27 02:30:00"],
    "moment": ["2024-01-01T00:00:00Z", "2024-01-01T00:00:00+02:00", "2024-06-01 12:00:00-05:30"],
    "time": ["10:00:00", "23:59:59.999999"],
    "flag": ["true", "false", "TRUE", "t", "no"],
    "uuid": ["550e8400-e29b-41d4-a716-446655440000", "550E8400-E29B-41D4-A716-446655440001"],
}
SCALARS = {"json whole": [0, 1, -7, 2**31, 2**53 + 1], "json large": [2**63, 2**64, 10**30], "json fraction": [0.5, -1.25, 3.0, 0.1, 1e300],
           "json flag": [True, False], "json struct": [{"a": 1}, {"a": None, "b": "x"}, {"b": "2024-01-01"}, {}], "json list": [[1, 2], [], [None], ["x"]]}
TYPES = ["INTEGER", "BIGINT", "DOUBLE", "DECIMAL(9, 2)", "DECIMAL(38, 10)", "VARCHAR", "BOOLEAN", "DATE", "TIMESTAMP", "TIMESTAMPTZ", "TIME", "UUID"]
ARROW = {"int32": (pyarrow.int32(), [0, 1, -7]), "int64": (pyarrow.int64(), [0, 2**53 + 1, -(2**63)]), "double": (pyarrow.float64(), [0.5, 3.0, -1e300]),
         "string": (pyarrow.string(), ["a", "ü", "007", "1", ""]), "bool": (pyarrow.bool_(), [True, False]),
         "decimal": (pyarrow.decimal128(20, 3), [decimal.Decimal("1.250"), decimal.Decimal("-7.000")]),
         "list": (pyarrow.list_(pyarrow.int64()), [[1, 2], [], [None]]), "struct": (pyarrow.struct([("a", pyarrow.int64())]), [{"a": 1}, {"a": None}])}
MALFORMED = {"csv": ["{id},a,b,c,d,e,f,g,h", '{id},"x" y', '{id},"x'], "jsonl": ['{{"id": {id}', '[{id}]', '{{"id": {id}, "id": 2}}', "{id} nonsense"]}


class Batch:
    """A file: its text, the rows that it has, those of them that cannot be read, and its columns."""

    def __init__(self, chance, form, names, kinds, first):
        self.rows, self.malformed, self.columns = [], 0, list(names)
        for number in range(first, first + chance.randrange(1, 7)):
            self.rows.append({"id": number, **{name: self.value(chance, form, kinds[name]) for name in names}})
        if chance.random() < 0.2:  # the key of a merge twice
            self.rows.append({**self.rows[0], **{name: self.value(chance, form, kinds[name]) for name in names}})
        getattr(self, form)(chance, kinds)

    @staticmethod
    def value(chance, form, kind):
        if chance.random() < 0.12:
            return None
        if form == "parquet":
            return chance.choice(ARROW[kind][1])
        one = chance.choice(kind)
        return chance.choice(TEXTS[one] if one in TEXTS else SCALARS[one])

    def csv(self, chance, _kinds):
        file = io.StringIO()
        writer = csv.DictWriter(file, ["id", *self.columns], lineterminator="\n", quoting=chance.choice([csv.QUOTE_MINIMAL, csv.QUOTE_ALL]))
        writer.writeheader()
        writer.writerows(self.rows)
        lines = file.getvalue()
        if chance.random() < 0.15:
            lines += chance.choice(MALFORMED["csv"]).format(id=999) + "\n"
            self.malformed = 1
        self.content = lines.encode()

    def jsonl(self, chance, _kinds):
        lines = [json.dumps(self.fewer(chance, row), ensure_ascii=chance.random() < 0.5) for row in self.rows]
        if chance.random() < 0.15:
            lines.insert(chance.randrange(len(lines) + 1), chance.choice(MALFORMED["jsonl"]).format(id=999))
            self.malformed = 1
        self.content = ("\n".join(lines) + "\n").encode()

    def parquet(self, _chance, kinds):
        columns = {"id": pyarrow.array([row["id"] for row in self.rows], pyarrow.int64())}
        for name in self.columns:
            columns[name] = pyarrow.array([row[name] for row in self.rows], ARROW[kinds[name]][0])
        file = io.BytesIO()
        pyarrow.parquet.write_table(pyarrow.table(columns), file)
        self.content = file.getvalue()

    @staticmethod
    def fewer(chance, row):
        """Keys that a line of JSON lacks are NULL."""
        return {name: value for name, value in row.items() if value is not None or chance.random() < 0.5}


def is_decimal(text, value):
    try:
        return decimal.Decimal(text) == value
    except decimal.InvalidOperation:
        return False


def says_json(text, value):
    try:
        return json.loads(text) == value
    except json.JSONDecodeError:
        return False


def is_same(found, given, form):
    """Whether a loaded value is what the file says; a number says the same as text, a nested value as its JSON."""
    if given is None or form == "csv" and given == "":
        return found is None
    if found is None:
        return False
    if isinstance(given, (dict, list)):
        return is_nested(found, given, form) or isinstance(found, str) and says_json(found, given)
    if isinstance(given, str):
        return is_text(found, given)
    if isinstance(found, str):
        return says_json(found, given) if not isinstance(given, decimal.Decimal) else is_decimal(found, given)
    if isinstance(given, bool) or isinstance(found, bool):
        return found is given
    if isinstance(given, float) and not given.is_integer():
        return float(found) == given
    return decimal.Decimal(found) == decimal.Decimal(given) or float(found) == float(given) and isinstance(given, float)


def is_nested(found, given, form):
    if isinstance(given, list):
        return isinstance(found, list) and len(found) == len(given) and all(map(lambda one, two: is_same(one, two, form), found, given))
    return isinstance(found, dict) and given.keys() <= found.keys() and all(is_same(value, given.get(name), form) for name, value in found.items())


def is_text(found, given):
    if isinstance(found, str) and found != given:
        return found == json.dumps(given)
    try:
        if says(found, given):
            return True
        if isinstance(found, float):
            return float(given) == found
        return isinstance(found, (int, decimal.Decimal)) and not isinstance(found, bool) and decimal.Decimal(given) == decimal.Decimal(found)
    except (ValueError, decimal.InvalidOperation, AssertionError):
        return str(found) == re.sub("[T ]00:00:00$", "", given) or hasattr(found, "tzinfo") and is_local(found, given)


def is_local(found, given):
    try:
        return says(found.replace(tzinfo=None), re.sub(r"\b(\d)\b", r"0\1", given))
    except (ValueError, AssertionError):
        return False


def table_of(source, name="raw.orders"):
    catalog = open_catalog(source)
    return catalog.load_table(name).scan().to_arrow().to_pylist() if catalog.table_exists(name) else None


def by_content(rows):
    return sorted(json.dumps(row, sort_keys=True, default=repr) for row in rows or [])


def expected_rows(before, batch, mode):
    """The rows of the table when every row of the file is loaded, as (id, values of the file or None for a row of before)."""
    new = [(row["id"], row) for row in batch.rows]
    if mode == "merge":
        last = dict(new)
        return [(row["id"], None) for row in before or [] if row["id"] not in last] + list(last.items())
    return ([(row["id"], None) for row in before or []] if mode == "append" else []) + new


def check_loaded(where, batch, mode, form, before, after, left_out, columns):
    """Nothing is there that no file has, nothing is missing that no count tells."""
    wanted = expected_rows(before, batch, mode)
    if mode == "merge":
        missing = len(wanted) - len(after)
        assert 0 <= missing <= left_out, (where, "rows missing", missing, left_out)
    else:
        assert len(after) == len(wanted) - left_out, (where, len(after), len(wanted), left_out)
    files = {}
    for row in batch.rows:
        files.setdefault(row["id"], []).append(row)
    old = {row["id"] for row in before or []} if mode != "replace" else set()
    for row in after:
        assert row["id"] in files or row["id"] in old, (where, "a row of no file", row)
        if row["id"] not in files:
            assert any(all(row[name] == value for name, value in one.items()) for one in before if one["id"] == row["id"]), (where, "an old row changed", row)
            continue
        if row["id"] in old and left_out:
            continue  # its new row may have been left out
        given = files[row["id"]]
        names = [name for name in row if name != "id" and name in batch.columns and name in columns]
        if mode == "merge" and not left_out:
            given = given[-1:]
        fits = [one for one in given if all(is_same(row[name], one[name], form) for name in names)]
        assert fits, (where, "values", row, given)


def one_case(directory, number, case):
    chance = random.Random(f"{number}/{case}")
    form = chance.choice(["csv", "jsonl", "parquet"])
    mode, contract = chance.choice(["append", "replace", "merge"]), chance.choice(["evolve", "evolve", "freeze", "discard"])
    bad_rows = "fail" if form == "parquet" else chance.choice(["fail", "rejects"])
    names = ["v", "w"][:chance.randrange(1, 3)]
    settings = {"write_mode": mode, "on_bad_rows": bad_rows, **({"keys": ["id"]} if mode == "merge" else {})}
    if chance.random() < 0.4:
        settings["columns"] = [{"name": "id", "type": "BIGINT"}, *({"name": name, "type": chance.choice(TYPES)} for name in names)]
    source = Source(directory / str(case), form, **settings)
    pools = list(ARROW) if form == "parquet" else [[one] for one in (*TEXTS, *(SCALARS if form == "jsonl" else ()))]
    kinds = {name: chance.choice(pools) for name in ("v", "w", "x")}
    before, rejected, first = None, 0, 1
    for turn in range(3):
        source.says(**settings, schema_contract=contract if turn else "evolve")
        if turn and chance.random() < 0.4:  # the file changes: another kind of values, or mixed ones, or a column more
            name = chance.choice(names)
            kinds[name] = chance.choice(pools) if form == "parquet" else kinds[name] + chance.choice(pools)
        batch = Batch(chance, form, names + (["x"] if turn and chance.random() < 0.2 else []), kinds, first)
        first = first if mode == "merge" and chance.random() < 0.5 else first + len(batch.rows)
        source.file.write_bytes(batch.content)
        where = f"seed {number}, case {case}, load {turn}: {form} {settings} {contract} in {source.directory}"
        codes, message = source.again()
        after = table_of(source)
        if message is None:
            assert codes, (where, "refused without a finding")
            assert not any(code.startswith("E09") for code in codes), (where, codes)
            assert by_content(after) == by_content(before), (where, "a load that failed changed the table")
            continue
        numbers = {what: int(count) for count, what in re.findall(r"(\d+) rows? (rejected|left out)", message)}
        if any(code == "W1312" for code in codes):
            assert by_content(after) == by_content(before), where
            continue
        now = len(table_of(source, "raw.orders_rejects") or []) if numbers.get("rejected") else 0
        rejected_now = numbers.get("rejected", 0)
        assert rejected_now == 0 or now > 0, (where, "rejected rows that are nowhere")
        assert batch.malformed <= rejected_now, (where, "a malformed row is gone without a word")
        left_out = rejected_now - batch.malformed + numbers.get("left out", 0)
        columns = [column["name"] for column in settings["columns"]] if "columns" in settings else [*batch.columns]
        check_loaded(where, batch, mode, form, before, after, left_out, columns)
        before, rejected = after, rejected + rejected_now


def run_cases(tmp_path, number, count, most_seconds):
    began = time.monotonic()
    done = 0
    for case in range(count):
        if time.monotonic() - began > most_seconds:
            break
        one_case(tmp_path, number, case)
        done += 1
    print(f"seed {number}: {done} of {count} cases")
    assert done > 0


def test_random_files(tmp_path):
    """The same for every change, unless FLOE_TEST_SEED says another one: what a change breaks shows, and nothing else."""
    run_cases(tmp_path, int(os.environ.get("FLOE_TEST_SEED") or 13), CASES, MOST_SECONDS)


@pytest.mark.long
def test_many_random_files(tmp_path):
    run_cases(tmp_path, seed(), int(os.environ.get("FLOE_TEST_CASES") or LONG_CASES), float("inf"))
