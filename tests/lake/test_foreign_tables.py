"""Tables that Spark made in ways that readers get wrong, one by one: floe shows what Spark shows, or refuses the table by name.

Those that need no Spark are in tests/peers/test_foreign_tables.py.
"""

import collections
import datetime
import decimal
import json
import pathlib
import uuid

import pyarrow
import pyarrow.parquet
import pytest
from pyiceberg.schema import Schema
from pyiceberg.types import FixedType, LongType, NestedField, UUIDType

from floe_command import ROOT
from floe_steps import floe_write, ingest
from table_under_test import TableUnderTest
from verdict import check_files, check_rows, read_by_floe

NEW = "create table {t} (id int, s string) tblproperties ('format-version' = '2')"
ROWS = "insert into {t} values (1, 'a'), (2, 'b'), (3, 'c')"
PLAIN = pyarrow.table({
    "id": pyarrow.array([1, 2, None], pyarrow.int32()), "s": ["a", None, "c"], "day": pyarrow.array([datetime.date(2024, 1, 5), None, datetime.date(1969, 12, 31)]),
    "at": pyarrow.array([datetime.datetime(2024, 1, 5, 10), None, datetime.datetime(1950, 1, 1, 0, 0, 0, 1)], pyarrow.timestamp("us", "UTC")),
    "d": [1.5, float("nan"), None], "price": pyarrow.array([decimal.Decimal("10.25"), None, decimal.Decimal("-0.01")]),
    "place": pyarrow.array([{"x": 1, "tags": ["u"]}, None, {"x": None, "tags": []}], pyarrow.struct([("x", pyarrow.int32()), ("tags", pyarrow.list_(pyarrow.string()))]))})
PLAIN_TABLE = ("create table {t} (id int, s string, day date, at timestamp, d double, price decimal(4, 2), place struct<x: int, tags: array<string>>) "
               "tblproperties ('format-version' = '2')")


@pytest.fixture
def table(lake, request):
    """A name of its own; nothing is created yet."""
    made = TableUnderTest(lake, "main.case_" + "".join(letter if letter.isalnum() else "_" for letter in request.node.name).lower())
    made.sql("drop table if exists {t} purge")
    return made


def run(table, statements):
    for statement in statements:
        table.sql(statement)


def check(table):
    """Whether floe showed the rows; it may refuse what it says it does not read, and then the test is over."""
    return check_rows(table, collections.Counter())


def plain_folder(table, rows, partition=None, **options):
    """A folder of one Parquet file without field ids."""
    folder = table.lake.directory / "data" / table.name / (partition or "")
    folder.mkdir(parents=True, exist_ok=True)
    pyarrow.parquet.write_table(rows, folder / "plain.parquet", **options)
    return table.lake.directory / "data" / table.name


def add_files(table, folder):
    table.sql(f"call floe.system.add_files(table => '{{n}}', source_table => '`parquet`.`{folder}`')")


# ---- registered files have no field ids ----


@pytest.mark.parametrize("options", [{}, {"use_deprecated_int96_timestamps": True}, {"data_page_version": "2.0"}], ids=["plain", "int96", "pages v2"])
def test_registered_files(table, options):
    table.sql(PLAIN_TABLE)
    add_files(table, plain_folder(table, PLAIN, **options))
    check(table)


def test_registered_files_of_a_hive_layout(table):
    table.sql("create table {t} (id int, s string, day date) partitioned by (day)")
    add_files(table, plain_folder(table, PLAIN.select(["id", "s"]), "day=2024-01-05"))
    check(table)


def test_registered_files_after_renames(table):
    """Of a column, of a field in a struct; and a new column with a name that the files have."""
    table.sql(PLAIN_TABLE)
    add_files(table, plain_folder(table, PLAIN))
    run(table, ["alter table {t} rename column s to renamed", "alter table {t} rename column place.x to y", "alter table {t} add column s string"])
    check(table)


def test_registered_files_beside_written_ones(table):
    table.sql(PLAIN_TABLE)
    add_files(table, plain_folder(table, PLAIN))
    table.sql("insert into {t} select * from {t}")
    check(table)


def test_registered_files_with_columns_in_another_order(table):
    table.sql(PLAIN_TABLE)
    add_files(table, plain_folder(table, PLAIN.select(["place", "price", "s", "id"])))
    check(table)


def test_a_merge_into_registered_files(table):
    """Keys match, and what the batch does not have is kept."""
    table.sql("create table {t} (rid bigint, s string, n int)")
    rows = pyarrow.table({"rid": pyarrow.array([1, 2], pyarrow.int64()), "s": ["a", "b"], "n": pyarrow.array([10, 20], pyarrow.int32())})
    add_files(table, plain_folder(table, rows))
    what = ingest(table, [{"rid": 1, "s": "new", "n": 11}], "merge", keys=["rid"])
    floe_write(table, what, lambda before: ['{"rid":1,"s":"new","n":11}', '{"rid":2,"s":"b","n":20}'], "ingest")


# ---- defaults of format version 3 ----


def add_default(table, parent, name, kind, value):
    """Spark's SQL has no words for it: this is Java's API."""
    jvm = table.lake.spark._jvm
    types, literal = jvm.org.apache.iceberg.types.Types, jvm.org.apache.iceberg.expressions.Expressions.lit
    update = jvm.org.apache.iceberg.spark.Spark3Util.loadIcebergTable(table.lake.spark._jsparkSession, f"floe.{table.name}").updateSchema()
    made = getattr(types, kind).get()
    (update.addColumn(name, made, None, literal(value)) if parent is None else update.addColumn(parent, name, made, None, literal(value))).commit()


@pytest.mark.parametrize("parent, kind, value", [(None, "IntegerType", 42), (None, "StringType", "dflt"), (None, "BooleanType", False), (None, "DoubleType", -0.0),
                                                 ("place", "IntegerType", 7)])
def test_initial_defaults(table, parent, kind, value):
    run(table, ["create table {t} (id int, place struct<x: int>) tblproperties ('format-version' = '3')", "insert into {t} values (1, named_struct('x', 1)), (2, null)"])
    add_default(table, parent, "added", kind, value)
    table.sql("insert into {t} select * from {t} where id = 1")
    check(table)


# ---- views ----

EXPRESSIONS = ["l[0].v", "l[1].v", '"id"', "cast(2.5 as int)", "cast(3.5 as int)", "1 / 2", "concat('a', null)", "greatest(1, null)", "id % -2", "substring(s, 0, 2)",
               "round(2.5)", "element_at(l, -1).v", "'a\\nb'", "date_add(date '2024-01-01', 1)", "-7 div 2", "nanvl(1, 2)"]


@pytest.mark.parametrize("expression", EXPRESSIONS)
def test_views_of_spark(table, expression):
    """The same words mean something else to DuckDB."""
    lake = table.lake
    run(table, ["create table if not exists floe.main.lists (id int, s string, l array<struct<v: double>>)",
                "insert overwrite floe.main.lists values (1, 'abc', array(named_struct('v', 1.5), named_struct('v', 2.5)))", "drop view if exists {t}",
                f"create view {{t}} as select {expression} as c from floe.main.lists"])
    shown, refusal = read_by_floe(lake, table.name)
    if shown is None:
        assert table.name in refusal
        return
    try:
        expected = lake.sql("select * from {t}", table.name).to_pylist()
    except Exception as error:  # noqa: BLE001
        raise AssertionError(f"Spark refuses it, floe shows {shown['rows']}: {error}"[:400]) from None
    assert [str(row["c"]) for row in shown["rows"]] == [str(row["c"]) for row in expected]


# ---- delete files ----

DELETES = {
    "position": ["alter table {t} set tblproperties ('write.delete.mode' = 'merge-on-read')", "delete from {t} where id = 2"],
    "vector": ["alter table {t} set tblproperties ('format-version' = '3', 'write.delete.mode' = 'merge-on-read')", "delete from {t} where id = 2"],
    "update": ["alter table {t} set tblproperties ('write.update.mode' = 'merge-on-read')", "update {t} set s = 'z' where id = 2"],
    "rewritten": ["alter table {t} set tblproperties ('write.delete.mode' = 'merge-on-read')", "delete from {t} where id = 2",
                  "call floe.system.rewrite_data_files(table => '{n}', options => map('rewrite-all', 'true', 'delete-file-threshold', '1'))"],
}


@pytest.mark.parametrize("deletes", DELETES)
def test_delete_files(table, deletes):
    run(table, [NEW, "insert into {t} select /*+ COALESCE(1) */ * from values (1, 'a'), (2, 'b'), (3, 'c')", *DELETES[deletes]])
    check(table)


@pytest.mark.parametrize("deletes", DELETES)
def test_delete_files_are_listed_as_what_they_are(table, deletes):
    """`content` of an entry is `data`, or it is none of the data files."""
    run(table, [NEW, "insert into {t} select /*+ COALESCE(1) */ * from values (1, 'a'), (2, 'b'), (3, 'c')", *DELETES[deletes]])
    check_files(table)


# ---- writes into tables that floe cannot read ----

UNREADABLE = {
    "orc": ["alter table {t} set tblproperties ('write.format.default' = 'orc')", ROWS],
    "avro": ["alter table {t} set tblproperties ('write.format.default' = 'avro')", ROWS],
    "deletes": ["insert into {t} select /*+ COALESCE(1) */ * from values (1, 'a'), (2, 'b'), (3, 'c')", *DELETES["position"]],
}


@pytest.mark.parametrize("why", UNREADABLE)
def test_a_table_that_floe_cannot_read_is_not_appended_to(table, why):
    """Or it can be read: what floe wrote, floe shows."""
    run(table, [NEW, *UNREADABLE[why]])
    before = table.lake.spark_lines(table.name)
    source = {"name": "batch", "format": "csv", "path": "data/batch.csv", "table": table.name, "write_mode": "append"}
    (table.lake.directory / "data/batch.csv").write_text("id,s\n9,new\n")
    table.lake.loads([source])
    process = table.lake.run("-q", "ingest", "--error-format", "json", expect=None)
    if process.returncode == 0:
        assert check(table), "appended to, and cannot be shown"
    else:
        assert table.lake.spark_lines(table.name) == before
        assert table.name in process.stderr


@pytest.mark.parametrize("form", ["orc", "avro"])
def test_a_refusal_names_the_format(table, form):
    run(table, [NEW, *UNREADABLE[form]])
    shown, refusal = read_by_floe(table.lake, table.name)
    assert shown is not None or (table.name in refusal and form in refusal.lower())


def test_variants(table):
    run(table, ["create table {t} (id int, v variant) tblproperties ('format-version' = '3')", "insert into {t} values (1, parse_json('{\"a\": 1}'))"])
    shown, refusal = read_by_floe(table.lake, table.name)
    assert shown is None and table.name in refusal and "variant" in refusal


def test_time_columns_and_spark(table):
    """Spark reads no table with a TIME column, whoever wrote it: the guide says so."""
    (table.lake.directory / "models/with_time.sql").write_text("{{ config(materialized='table') }}\nselect 1 as id, time '10:00:00' as t\n")
    table.lake.run("dbt", "run", "-s", "with_time")
    (table.lake.directory / "models/with_time.sql").unlink()
    with pytest.raises(Exception, match="time"):
        table.lake.sql("select id from floe.main.with_time")
    guide = pathlib.Path(ROOT, "docs/guides/read-the-tables.md").read_text()
    assert "`TIME`" in guide.partition("## Spark")[2].partition("\n## ")[0]


# ---- what floe writes, Spark reads ----

WRITTEN = {
    "zeros": ["-0.0::double", "0.0::double"],
    "floats": ["'nan'::float", "'inf'::float", "1.5::float", "null"],
    "text": ["'a/b=c'", "''", "' '", "'é😀'", "null"],
    "timestamps": ["timestamp '1969-12-31 23:59:59.999999'", "timestamp '0001-01-01'", "timestamp '9999-12-31 23:59:59.999999'", "null"],
    "decimals": ["-0.01::decimal(38, 2)", "99999999999999999999999999999999.99::decimal(38, 2)", "null"],
}


@pytest.mark.parametrize("values", WRITTEN.values(), ids=WRITTEN)
def test_identity_partitions_of_floe(table, values):
    """Spark shows the partition's value in place of the file's: it must be the same."""
    lake = table.lake
    sql = " union all ".join(f"select {number} as id, {value} as v" for number, value in enumerate(values))
    (lake.directory / "models/partitioned.sql").write_text("{{ config(materialized='table', partition_by=['v']) }}\n" + sql)
    (lake.directory / "models/plain.sql").write_text("{{ config(materialized='table') }}\n" + sql)
    lake.loads([])
    process = lake.run("dbt", "run", "-s", "partitioned", "plain", expect=None)
    for name in ("partitioned", "plain"):
        (lake.directory / f"models/{name}.sql").unlink()
    assert process.returncode == 0, process.stderr[-1000:]
    assert lake.spark_lines("main.partitioned") == lake.spark_lines("main.plain") == lake.floe_lines("main.plain")


def test_an_append_to_columns_of_fixed_length(lake, table):
    """uuid, which only other writers make; fixed is refused (tests/peers/test_foreign_tables.py)."""
    schema = Schema(NestedField(1, "id", LongType()), NestedField(2, "key", UUIDType()))
    lake.catalog.create_table(table.name, schema)
    rows = pyarrow.table({"id": pyarrow.array([1], pyarrow.int64()), "key": pyarrow.array([uuid.UUID(int=1).bytes], pyarrow.uuid())})
    pyarrow.parquet.write_table(rows, lake.directory / "data/batch.parquet")
    lake.loads([{"name": "batch", "format": "parquet", "path": "data/batch.parquet", "table": table.name, "write_mode": "append"}])
    lake.run("ingest")
    assert lake.spark_lines(table.name) == ['{"id":1,"key":"00000000-0000-0000-0000-000000000001"}']


# ---- snapshots that are not main's ----

HISTORIES = {
    "branch": ["alter table {t} create branch side", "insert into {t}.branch_side values (4, 'd')", "insert into {t} values (5, 'e')"],
    "rolled back": ["insert into {t} values (4, 'd')", "call floe.system.rollback_to_snapshot('{n}', {first})", "insert into {t} values (5, 'e')"],
    "staged": ["alter table {t} set tblproperties ('write.wap.enabled' = 'true')", "set spark.wap.id = w1", "insert into {t} values (4, 'd')", "reset spark.wap.id",
               "insert into {t} values (5, 'e')"],
    "published": ["alter table {t} set tblproperties ('write.wap.enabled' = 'true')", "set spark.wap.id = w1", "insert into {t} values (4, 'd')", "reset spark.wap.id",
                  "insert into {t} values (5, 'e')", "call floe.system.publish_changes('{n}', 'w1')"],
    "tag": ["alter table {t} create tag old", "insert into {t} values (5, 'e')"],
}


@pytest.mark.parametrize("history", HISTORIES)
def test_history_of_main(table, history):
    """Snapshots of others are left out, or say `is_current_ancestor: false`, as Iceberg's table `history` does. The rows that
    those of main added and took are the rows of the table."""
    run(table, [NEW, ROWS])
    first = table.metadata()["current-snapshot-id"]
    run(table, [statement.replace("{first}", str(first)) for statement in HISTORIES[history]])
    metadata = table.metadata()
    parents = {snapshot["snapshot-id"]: snapshot.get("parent-snapshot-id") for snapshot in metadata["snapshots"]}
    chain = [metadata["current-snapshot-id"]]
    while parents[chain[-1]] is not None:
        chain.append(parents[chain[-1]])
    listed = json.loads(table.lake.run("table", "history", table.name, "--output", "json").stdout)["snapshots"]
    main = [entry for entry in listed if entry.get("is_current_ancestor", True)]
    assert [entry["snapshot_id"] for entry in main] == chain
    rows = sum(entry["added_rows"] or 0 for entry in main) - sum(entry["deleted_rows"] or 0 for entry in main)
    assert rows == len(table.lake.spark_lines(table.name))
    assert check(table)


# ---- filters ----


@pytest.mark.parametrize("filter, ids", [("d > 10", [2]), ("d = 'nan'", [2]), ("d < 'nan'", [1, 3]), ("d in (100, 'nan')", [2]), ("f >= 10", [2]), ("not f < 10", [2])])
@pytest.mark.parametrize("by", ["", " partitioned by (d)", " partitioned by (bucket(2, id))"], ids=["plain", "identity", "bucket"])
def test_filters_find_nan_in_files_of_spark(table, filter, ids, by):
    run(table, [f"create table {{t}} (id int, d double, f float){by}",
                "insert into {t} values (1, 1.0, float(1)), (2, double('NaN'), float('NaN')), (3, 2.0, float(2))"])
    query = f"select id from {table.name} where {filter} order by id"
    answer = table.lake.run("-q", "dbt", "show", "--inline", query, "--limit", "-1", "--output", "json")
    assert [row["id"] for row in json.loads(answer.stdout)["rows"]] == ids
