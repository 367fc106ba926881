"""Whether floe may answer what it answered: the rows that Spark reads, or a diagnostic that names the table and no row."""

import json
import os

import duckdb
import pyarrow
import pyarrow.parquet

from canonical_rows import arrow_lines, shown_lines
from random_types import quoted
from table_under_test import RID


class Violation(Exception):
    """`kind` says what went wrong in words that do not depend on the values: the shrinker keeps it."""

    def __init__(self, kind, detail):
        super().__init__(f"{kind}\n{detail}")
        self.kind = kind


def reason_of(error):
    """One line: of an exception of Java, the cause behind all others."""
    java = getattr(error, "java_exception", None)
    while java is not None and java.getCause() is not None:
        java = java.getCause()
    lines = (str(java.toString()) if java is not None else f"{type(error).__name__}: {error}").splitlines()
    return lines[0][:300] if lines else type(error).__name__


def compare(kind, expected, got, expected_name, got_name):
    if expected == got:
        return
    only_expected, only_got = sorted(set(expected) - set(got)), sorted(set(got) - set(expected))
    shown = "\n".join([f"  {expected_name}: {line[:600]}" for line in only_expected[:4]] + [f"  {got_name}: {line[:600]}" for line in only_got[:4]])
    counts = f"{len(expected)} rows in {expected_name}, {len(got)} in {got_name}; {len(only_expected)} and {len(only_got)} differ"
    raise Violation(kind, f"{counts}\n{shown}")


def diagnostics_of(process, what):
    """The findings of a failed command. None, or one that says floe has a bug, is a violation."""
    found = []
    for stream in (process.stderr, process.stdout):
        try:
            found += json.loads(stream).get("diagnostics", [])
        except ValueError:
            pass
    if process.returncode < 0 or not found or any(finding["code"] == "FLOE-E0901" for finding in found):
        raise Violation(f"{what}: exit {process.returncode}, no diagnostic", f"{process.stdout[:2000]}\n{process.stderr[:2000]}")
    return found


def refusable(lake, name):
    """What floe says it does not read, found in this table."""
    metadata = lake.metadata(name)
    reasons = {f"format {form}" if content == 0 else "delete files"
               for content, form in (row.values() for row in lake.sql("select distinct content, file_format from {t}.files", name).to_pylist())}
    schemas = json.dumps(metadata["schemas"], separators=(",", ":"))
    if '"fields":[]' in schemas:
        reasons.add("struct without fields")
    if holds_plain_bytes(lake, name, metadata["schemas"]):
        reasons.add("uuid or fixed stored as BYTE_ARRAY")
    return reasons - {"format PARQUET"}


def holds_plain_bytes(lake, name, schemas):
    """Spark has UUIDs as text and fixed as binary, and its add_files takes such files; the spec has FIXED_LEN_BYTE_ARRAY."""
    wanted = {field["name"] for schema in schemas for field in schema["fields"]
              if field["type"] == "uuid" or str(field["type"]).startswith("fixed[")}
    paths = [row["file_path"] for row in lake.sql("select file_path from {t}.files", name).to_pylist()]
    return any(field.name in wanted and not pyarrow.types.is_fixed_size_binary(field.type)
               for path in paths if path.endswith("/plain.parquet")
               for field in pyarrow.parquet.read_schema(path.removeprefix("file:")))


def read_by_floe(lake, name, snapshot_id=None):
    """(lines, None), or (None, the message of a refusal)."""
    at = [] if snapshot_id is None else ["--at", str(snapshot_id)]
    process = lake.run("-q", "show", name, "--limit", "-1", *at, "--output", "json", "--error-format", "json", expect=None)
    what = "show" if snapshot_id is None else "show --at"
    if process.returncode == 0:
        return json.loads(process.stdout), None
    found = diagnostics_of(process, what)
    if '"rows"' in process.stdout:
        raise Violation(f"{what} prints rows before it fails", process.stdout[:2000])
    return None, found[0]["message"]


def check_rows(table, told):
    """The verdict on the current rows. False when floe refuses the table, which is then told."""
    lake, name = table.lake, table.name
    expected = lake.spark_lines(name)
    shown, refusal = read_by_floe(lake, name)
    if shown is not None:
        compare("show: rows differ from Spark's", expected, shown_lines(shown, table.schema()), "spark", "floe")
        return True
    reasons = refusable(lake, name)
    if name not in refusal:
        raise Violation(f"refusal does not name the table: {sorted(reasons)}", refusal)
    if not reasons:
        raise Violation("show refuses a table that has nothing unsupported", refusal)
    told[f"refused: {', '.join(sorted(reasons))}"] += 1
    return False


def check_snapshot(table, rng):
    """An older state, by its id, with the schema it had."""
    snapshots = table.metadata().get("snapshots", [])
    if not snapshots:
        return
    snapshot = rng.choice(snapshots)
    schema = table.lake.schema(table.name, snapshot.get("schema-id"))
    expected = table.lake.spark_lines(table.name, snapshot["snapshot-id"], schema)
    shown, _ = read_by_floe(table.lake, table.name, snapshot["snapshot-id"])
    kind = "show --at: rows differ from Spark's"
    if snapshot["snapshot-id"] == table.metadata()["current-snapshot-id"]:
        kind = "show --at the current snapshot: rows differ from Spark's"
    if shown is not None:
        compare(kind, expected, shown_lines(shown, schema), "spark", f"floe --at {snapshot['snapshot-id']}")


def check_files(table):
    """Path and records of each data file as Spark lists them; files that hold deletes are no data files."""
    listed = table.lake.json("-q", "table", "files", table.name)["files"]
    expected = table.lake.sql("select file_path, record_count from {t}.files where content = 0", table.name).to_pylist()
    got = [(file["path"], file["record_count"]) for file in listed if file.get("content", "data") == "data"]
    compare("table files: data files differ from Spark's", sorted(map(str, (tuple(row.values()) for row in expected))), sorted(map(str, got)), "spark", "floe")


def check_description(table):
    """Names, order and types of the columns."""
    described = table.lake.json("-q", "table", "describe", table.name)["columns"]
    expected = [(item.name, "nested" if "<" in str(item.field_type) else str(item.field_type)) for item in table.fields()]
    got = [(column["name"], column["type"] if isinstance(column["type"], str) and "<" not in column["type"] else "nested") for column in described]
    if [(name, kind.replace(" ", "")) for name, kind in expected] != [(name, kind.replace(" ", "")) for name, kind in got]:
        raise Violation("table describe: columns differ", f"metadata: {expected}\nfloe: {got}")


def check_copy(table):
    """A model of floe that selects everything, as Spark reads it: every value went through the engine and was written again."""
    lake = table.lake
    model = lake.directory / "models/copied.sql"
    model.write_text(f"{{{{ config(materialized='table') }}}}\nselect * from {table.name}\n")
    lake.loads([])
    try:
        process = lake.run("-q", "dbt", "run", "-s", "copied", "--full-refresh", "--error-format", "json", expect=None)
    finally:
        model.unlink()
    if process.returncode != 0:
        raise Violation("a model over the table fails", process.stderr[:2000])
    compare("copy by a model: rows differ from Spark's", lake.spark_lines(table.name), lake.spark_lines("main.copied"), "table", "copy")


def check_view(table):
    """A view of Spark over the table: Spark's rows, or a refusal that names the view."""
    lake, view = table.lake, f"{table.name}_view"
    columns = ", ".join(quoted(item.name, "`") for item in table.fields())
    lake.sql(f"create or replace view floe.{view} as select {columns} from floe.{table.name} where {RID} % 2 = 1")
    try:
        expected = arrow_lines(lake.spark.table(f"floe.{view}").toArrow(), table.schema())
        shown, refusal = read_by_floe(lake, view)
        if shown is not None:
            compare("show of a view: rows differ from Spark's", expected, shown_lines(shown, table.schema()), "spark", "floe")
        elif view not in refusal:
            raise Violation("refusal does not name the view", refusal)
    finally:
        lake.forget(view)


def check_predicates(table, predicates):
    """(column type, SQL) of each: the filter on all rows gives what floe gives with the filter in the query. The oracle is
    Spark's rows in a table of DuckDB's own, so only what a reader may skip can make a difference."""
    arrow = table.lake.spark.table(f"floe.{table.name}").toArrow()
    connection = duckdb.connect()
    connection.execute("set timezone = 'UTC'")
    connection.register("arrow", arrow)
    connection.execute("create table oracle as select * from arrow")
    for kind, sql in predicates:
        try:
            expected = [str(row[0]) for row in connection.execute(f"select rid from oracle where {sql} order by rid").fetchall()]
        except duckdb.Error:  # a value out of range: no query to compare with
            continue
        query = f"select rid from {table.name} where {sql} order by rid"
        answer = table.lake.run("-q", "dbt", "show", "--inline", query, "--limit", "-1", "--output", "json", "--error-format", "json", expect=None)
        if answer.returncode != 0:
            diagnostics_of(answer, "predicate")
            raise Violation("predicate is refused", f"{sql}\n{answer.stdout[:1000]}{answer.stderr[:1000]}")
        compare(f"predicate on {kind}", expected, [str(row["rid"]) for row in json.loads(answer.stdout)["rows"]], f"all rows where {sql}", "floe")


def where(table):
    return f" on {table.name}" if "FLOE_FUZZ_REASONS" in os.environ else ""


def compare_others(table, told):
    """What other readers make of the table is told, and fails nothing."""
    expected = table.lake.spark_lines(table.name)
    for reader in ("pyiceberg", "duckdb"):
        try:
            lines = getattr(table.lake, f"{reader}_lines")(table.name)
            told[f"{reader}: {'equal' if lines == expected else 'differs' + where(table)}"] += 1
        except Exception as error:  # noqa: BLE001: whatever another reader raises, it is no verdict on floe
            told[f"{reader}: {type(error).__name__}{where(table)}"] += 1
