"""Tables that other writers made, without Spark: floe shows the rows that are in them, or refuses the table by name."""

import decimal
import json
import sqlite3
import uuid

import pyarrow
import pyarrow.parquet
import pytest
from pyiceberg.io.pyarrow import schema_to_pyarrow
from pyiceberg.schema import Schema
from pyiceberg.types import DecimalType, DoubleType, FixedType, IntegerType, LongType, NestedField, StringType, StructType, UUIDType

from canonical_rows import shown_lines
from floe_command import Project
from iceberg_catalog import open_catalog, table_lines

REACHED_BY = ("libfloe-iceberg/", "plugins/floe.computes/", "libfloe-core/src/warehouse/", "libfloe-core/src/engine/", "libfloe-core/src/verbs/")
PRODUCT = 'apiVersion: floe.dev/v1\nkind: DataProduct\nmetadata: {name: lake, version: "1.0"}\n'


class ForeignProject(Project):
    """An empty product over a catalog that others write to."""

    def __init__(self, directory):
        super().__init__(directory)
        (self.directory / "models").mkdir(parents=True)
        (self.directory / "dbt_project.yml").write_text("name: lake\n")
        self.loads([])
        self.model("first", "select 1 as id")
        self.run("run")
        self.catalog = open_catalog(self)
        self.catalog.create_namespace_if_not_exists("other")

    def loads(self, sources):
        (self.directory / "floe.yaml").write_text(PRODUCT + f"ingestion: {json.dumps({'sources': sources})}\n" * bool(sources))

    def model(self, name, sql):
        (self.directory / f"models/{name}.sql").write_text(sql)

    def ingest(self, table, rows, mode, **settings):
        """The finished process of one load of these rows, into the table of no model."""
        for model in self.directory.glob("models/*.sql"):
            model.unlink()
        path = self.directory / "batch.parquet"
        pyarrow.parquet.write_table(rows, path)
        self.loads([{"name": "batch", "format": "parquet", "path": path.name, "table": table, "write_mode": mode, **settings}])
        return self.run("-q", "ingest", "--error-format", "json", expect=None)

    def plain_file(self, name, rows):
        path = self.directory / name
        path.parent.mkdir(parents=True, exist_ok=True)
        pyarrow.parquet.write_table(rows, path)
        return str(path)

    def created(self, name, rows, **options):
        """A table of PyIceberg with these rows."""
        table = self.catalog.create_table(f"other.{name}", schema=rows.schema, **options)
        table.append(rows)
        return table

    def answer(self, name, *arguments):
        """The rows that floe shows; None when it refuses, which names the table and shows no row."""
        process = self.run("-q", "show", name, "--limit", "-1", *arguments, "--output", "json", "--error-format", "json", expect=None)
        answer = json.loads(process.stdout)
        if process.returncode == 0:
            return answer
        assert "rows" not in answer
        assert any(name in finding["message"] for finding in answer["diagnostics"]), answer["diagnostics"]
        return None

    def rows_with(self, where):
        """The ids that a query of floe finds."""
        process = self.run("-q", "dbt", "show", "--inline", f"select id from {where} order by id", "--limit", "-1", "--output", "json")
        return [row["id"] for row in json.loads(process.stdout)["rows"]]


@pytest.fixture
def project(tmp_path):
    return ForeignProject(tmp_path / "p")


def assert_shown_or_refused(project, name):
    table = project.catalog.load_table(name)
    shown = project.answer(name)
    if shown is not None:
        assert shown_lines(shown, table.schema()) == table_lines(table)


# ---- data files without field ids: columns are found by the name mapping ----

NAMED = pyarrow.table({"id": pyarrow.array([1, 2], pyarrow.int64()), "s": ["a", "b"]})
NESTED = pyarrow.table({"id": pyarrow.array([1], pyarrow.int64()), "s": [{"x": 1, "l": [{"y": "z"}]}], "m": pyarrow.array([[("k", 1)]], pyarrow.map_("string", "int32"))})


@pytest.mark.parametrize("rows", [NAMED, NESTED], ids=["flat", "nested"])
def test_registered_files_are_read_by_name(project, rows):
    table = project.catalog.create_table("other.registered", schema=rows.schema)
    table.add_files([project.plain_file("plain.parquet", rows)])
    assert_shown_or_refused(project, "other.registered")


def test_registered_files_beside_files_with_ids(project):
    table = project.created("registered", NAMED)
    table.add_files([project.plain_file("plain.parquet", NAMED)])
    assert_shown_or_refused(project, "other.registered")


def test_registered_files_with_columns_in_another_order_and_some_missing(project):
    table = project.catalog.create_table("other.registered", schema=pyarrow.schema([("id", pyarrow.int64()), ("s", pyarrow.string()), ("n", pyarrow.int32())]))
    table.add_files([project.plain_file("plain.parquet", NAMED.select(["s", "id"]))])
    assert_shown_or_refused(project, "other.registered")


def test_registered_files_after_a_rename(project):
    """The mapping keeps the name that the files have."""
    table = project.catalog.create_table("other.registered", schema=NAMED.schema)
    table.add_files([project.plain_file("plain.parquet", NAMED)])
    with table.update_schema() as update:
        update.rename_column("s", "t")
    assert_shown_or_refused(project, "other.registered")


def test_a_merge_into_registered_files_keeps_their_values(project):
    """What the batch does not have stays what it is, and a key that is there matches."""
    rows = NAMED.append_column("n", pyarrow.array([10, 20], pyarrow.int32()))
    table = project.catalog.create_table("other.registered", schema=rows.schema)
    table.add_files([project.plain_file("plain.parquet", rows)])
    before = table_lines(table)
    process = project.ingest("other.registered", pyarrow.table({"id": pyarrow.array([1], pyarrow.int64()), "s": ["new"]}), "merge", keys=["id"])
    after = table_lines(project.catalog.load_table("other.registered"))
    merged = ['{"id":1,"s":"new","n":10}', '{"id":2,"s":"b","n":20}']
    assert after == (merged if process.returncode == 0 else before)


# ---- columns added with a default (format version 3, which PyIceberg reads and does not write) ----


def test_initial_default_of_a_column_that_files_lack(project):
    table = project.created("defaults", NAMED)
    metadata = json.loads(table.metadata.model_dump_json(by_alias=True, exclude_none=True))
    schema = metadata["schemas"][0]
    schema["fields"] += [{"id": 3, "name": "n", "required": False, "type": "int", "initial-default": 42, "write-default": 42},
                         {"id": 4, "name": "t", "required": False, "type": "string", "initial-default": "dflt", "write-default": "dflt"}]
    metadata.update({"format-version": 3, "last-column-id": 4, "next-row-id": 2})
    path = table.metadata_location.removeprefix("file://").replace("00001-", "00002-")
    with open(path, "w") as file:
        json.dump(metadata, file)
    project.catalog.drop_table("other.defaults")
    project.catalog.register_table("other.defaults", f"file://{path}")
    shown = project.answer("other.defaults")
    assert shown is None or shown["rows"] == [{"id": 1, "s": "a", "n": 42, "t": "dflt"}, {"id": 2, "s": "b", "n": 42, "t": "dflt"}]


# ---- views ----


def register_view(project, name, dialect, sql, fields):
    """A view as Iceberg's catalogs keep it: a metadata file and a row."""
    location = f"file://{project.state}/warehouse/other/{name}"
    version = {"version-id": 1, "schema-id": 0, "timestamp-ms": 1700000000000, "summary": {"engine-name": dialect}, "default-namespace": ["other"],
               "default-catalog": "floe", "representations": [{"type": "sql", "sql": sql, "dialect": dialect}]}
    metadata = {"view-uuid": str(uuid.uuid4()), "format-version": 1, "location": location, "current-version-id": 1, "versions": [version],
                "schemas": [{"type": "struct", "schema-id": 0, "fields": fields}],
                "version-log": [{"timestamp-ms": 1700000000000, "version-id": 1}]}
    path = project.state / "warehouse/other" / name / "metadata/00000-view.metadata.json"
    path.parent.mkdir(parents=True)
    path.write_text(json.dumps(metadata))
    with sqlite3.connect(project.state / "catalog.db") as connection:
        connection.execute("insert into iceberg_tables (catalog_name, table_namespace, table_name, metadata_location, iceberg_type) values (?, ?, ?, ?, ?)",
                           ("floe", "other", name, f"file://{path}", "VIEW"))


@pytest.mark.parametrize("expression, kind, in_spark", [("l[0]", "long", 10), ('"id"', "string", "id"), ("cast(2.5 as int)", "int", 2)])
def test_a_view_in_the_words_of_another_engine(project, expression, kind, in_spark):
    """The same text means something else in Spark: what Spark shows, or a refusal."""
    project.created("lists", pyarrow.table({"id": pyarrow.array([1], pyarrow.int64()), "l": [[10, 20]]}))
    register_view(project, "of_spark", "spark", f"select {expression} as c from other.lists",
                  [{"id": 1, "name": "c", "required": False, "type": kind}])
    shown = project.answer("other.of_spark")
    assert shown is None or shown["rows"] == [{"c": in_spark}]


# ---- filters ----

FLOATS = pyarrow.table({"id": pyarrow.array([1, 2, 3], pyarrow.int64()), "d": [1.0, float("nan"), 2.0]})


@pytest.mark.parametrize("filter, ids", [
    ("d > 10", [2]), ("d >= 10", [2]), ("d = 'nan'", [2]), ("d between 100 and 'nan'", [2]), ("d in (100, 'nan')", [2]), ("d < 'nan'", [1, 3]),
    ("d <> 1", [2, 3]), ("not d < 10", [2]), ("isnan(d)", [2]), ("d > 1.5", [2, 3]),
])
@pytest.mark.parametrize("kind", ["float", "double"])
def test_filters_find_nan_in_files_of_others(project, filter, ids, kind):
    """NaN is greater than every number and equal to itself; statistics of Parquet leave it out."""
    project.created("floats", FLOATS.set_column(1, "d", FLOATS.column("d").cast(kind)))
    assert project.rows_with(f"other.floats where {filter}") == ids


NULLS = pyarrow.table({"id": pyarrow.array([1, 2], pyarrow.int64()), "n": pyarrow.array([None, 5], pyarrow.int32()), "only_null": pyarrow.array([None, None], pyarrow.int32())})


@pytest.mark.parametrize("filter, ids", [
    ("n is distinct from 5", [1]), ("n < 5 or n is distinct from 5", [1]), ("n <> 5 or n is distinct from 5", [1]), ("n is distinct from 4 or n > 9", [1, 2]),
    ("only_null < 5 or only_null is distinct from 5", [1, 2]), ("not (only_null < 5) or only_null is distinct from 5", [1, 2]), ("n is not distinct from null", [1]),
])
def test_filters_find_null(project, filter, ids):
    """NULL is distinct from every value; statistics of Parquet leave it out."""
    project.created("nulls", NULLS)
    assert project.rows_with(f"other.nulls where {filter}") == ids


# ---- columns that others renamed in tables of floe ----

STRUCTS = "select 1 as id, {'x': 1, 'y': {'z': 'a'}} as s, [{'p': 1}] as l, map {'k': {'v': 1}} as m"


@pytest.mark.parametrize("path, name", [(("s", "x"), "x2"), (("s", "y", "z"), "z2"), (("l", "element", "p"), "p2"), (("m", "value", "v"), "v2"), (("s",), "s2")])
def test_a_field_renamed_by_another_writer(project, path, name):
    project.model("first", "{{ config(materialized='table') }}\n" + STRUCTS)
    project.run("run")
    with project.catalog.load_table("main.first").update_schema() as update:
        update.rename_column(path, name)
    table = project.catalog.load_table("main.first")
    assert shown_lines(project.show("main.first"), table.schema()) == table_lines(table)


def test_an_append_fills_a_renamed_field(project):
    """The names in the batch are those of now."""
    project.model("first", "{{ config(materialized='table') }}\nselect 1 as id, {'x': 1, 'y': 2} as s")
    project.run("run")
    with project.catalog.load_table("main.first").update_schema() as update:
        update.rename_column(("s", "x"), "renamed")
    rows = pyarrow.table({"id": pyarrow.array([2], pyarrow.int32()), "s": pyarrow.array([{"renamed": 5, "y": 6}], pyarrow.struct([("renamed", pyarrow.int32()), ("y", pyarrow.int32())]))})
    process = project.ingest("main.first", rows, "append")
    assert process.returncode == 0, process.stderr
    assert table_lines(project.catalog.load_table("main.first")) == ['{"id":1,"s":{"renamed":1,"y":2}}', '{"id":2,"s":{"renamed":5,"y":6}}']


@pytest.mark.parametrize("change", ["add", "delete", "first", "widen"])
def test_a_struct_changed_by_another_writer(project, change):
    project.model("first", "{{ config(materialized='table') }}\n" + STRUCTS)
    project.run("run")
    with project.catalog.load_table("main.first").update_schema() as update:
        {"add": lambda: update.add_column(("s", "n"), StringType()), "delete": lambda: update.delete_column(("s", "x")),
         "first": lambda: update.move_first(("s", "y")), "widen": lambda: update.update_column(("s", "x"), LongType())}[change]()
    table = project.catalog.load_table("main.first")
    assert shown_lines(project.show("main.first"), table.schema()) == table_lines(table)


TYPED = """select 1 as id, 1::integer as n, 1.5::float as f, 1.25::decimal(4, 2) as d,
  {'n': 1::integer, 'f': 1.5::float, 'd': 1.25::decimal(4, 2)} as s, [1::integer] as l"""
WIDE = {"n": 2**40, "f": 1e-300, "d": decimal.Decimal("1234567890123.25")}
WIDER = {"n": LongType(), "f": DoubleType(), "d": DecimalType(18, 2)}


def widened(project, path):
    """A table of floe with a column that PyIceberg made wider, and a row that needs it."""
    project.model("first", "{{ config(materialized='table') }}\n" + TYPED)
    project.run("run")
    name = "n" if path == ("l", "element") else path[-1]
    with project.catalog.load_table("main.first").update_schema() as update:
        update.update_column(path, WIDER[name])
    table = project.catalog.load_table("main.first")
    row = table.scan().to_arrow().to_pylist()[0] | {"id": 2}
    if path == ("l", "element"):
        row["l"] = [WIDE["n"]]
    elif len(path) == 1:
        row[name] = WIDE[name]
    else:
        row["s"] = row["s"] | {name: WIDE[name]}
    table.append(pyarrow.Table.from_pylist([row], schema=schema_to_pyarrow(table.schema(), include_field_ids=False)))
    return project.catalog.load_table("main.first")


@pytest.mark.parametrize("path", [("n",), ("f",), ("d",), ("s", "n"), ("s", "f"), ("s", "d"), ("l", "element")], ids=".".join)
def test_a_column_widened_by_another_writer(project, path):
    table = widened(project, path)
    assert shown_lines(project.show("main.first"), table.schema()) == table_lines(table)


@pytest.mark.parametrize("path", [("n",), ("f",), ("d",), ("s", "n"), ("s", "f"), ("s", "d"), ("l", "element")], ids=".".join)
def test_a_merge_keeps_the_values_of_a_widened_column(project, path):
    """The file with the wide value is written anew, and the batch has no value for the column."""
    table = widened(project, path)
    before = table_lines(table)
    process = project.ingest("main.first", pyarrow.table({"id": pyarrow.array([1, 2], pyarrow.int32())}), "merge", keys=["id"])
    assert process.returncode == 0, process.stderr
    assert table_lines(project.catalog.load_table("main.first")) == before


FIXED = {"four": (FixedType(4), pyarrow.binary(4), b"abcd"), "s": (StructType(NestedField(3, "two", FixedType(2))), pyarrow.struct([("two", pyarrow.binary(2))]), {"two": b"xy"})}


@pytest.mark.parametrize("column", FIXED)
def test_values_of_fixed_length_are_read_and_not_written(project, column):
    """Java reads them only where Parquet says that they are of fixed length, and DuckDB does not write that."""
    kind, arrow_type, value = FIXED[column]
    table = project.catalog.create_table("other.fixed", Schema(NestedField(1, "id", LongType()), NestedField(2, column, kind)))
    rows = pyarrow.table({"id": pyarrow.array([1], pyarrow.int64()), column: pyarrow.array([value], arrow_type)})
    table.append(rows)
    assert_shown_or_refused(project, "other.fixed")
    before = project.catalog.load_table("other.fixed").metadata_location
    process = project.ingest("other.fixed", rows, "append")
    assert process.returncode == 1 and f"column `{column}`: DuckDB cannot write values of the type fixed[" in process.stderr
    assert project.catalog.load_table("other.fixed").metadata_location == before


def test_uuids_keep_their_physical_type(project):
    table = project.catalog.create_table("other.keys", Schema(NestedField(1, "key", UUIDType())))
    process = project.ingest("other.keys", pyarrow.table({"key": pyarrow.array([uuid.UUID(int=1).bytes], pyarrow.uuid())}), "append")
    assert process.returncode == 0, process.stderr
    (path,) = [task.file.file_path.removeprefix("file://") for task in project.catalog.load_table("other.keys").scan().plan_files()]
    assert pyarrow.parquet.ParquetFile(path).schema.column(0).physical_type == "FIXED_LEN_BYTE_ARRAY"


# ---- structs with no field left ----


def test_a_struct_that_lost_its_only_field(project):
    """The struct is there, and NULL where it was NULL; an engine without such structs refuses."""
    table = project.created("emptied", pyarrow.table({"id": pyarrow.array([1, 2], pyarrow.int64()), "s": [{"x": 1}, None]}))
    with table.update_schema() as update:
        update.delete_column(("s", "x"))
    shown = project.answer("other.emptied")
    assert shown is None or [row["s"] for row in shown["rows"]] == [{}, None]


def test_a_struct_whose_only_field_is_another_one(project):
    table = project.created("replaced", pyarrow.table({"id": pyarrow.array([1, 2], pyarrow.int64()), "s": [{"x": 1}, None]}))
    with table.update_schema() as update:
        update.delete_column(("s", "x"))
        update.add_column(("s", "y"), StringType())
    assert [row["s"] for row in project.answer("other.replaced")["rows"]] == [{"y": None}, None]


# ---- older states ----


def test_a_snapshot_has_the_columns_it_had(project):
    """By its id, also while it is the current one."""
    table = project.created("grown", NAMED)
    with table.update_schema() as update:
        update.rename_column("s", "t")
        update.add_column("n", IntegerType())
    table = project.catalog.load_table("other.grown")
    snapshot = table.metadata.current_snapshot_id
    scan = table.scan(snapshot_id=snapshot)
    expected = table_lines(table, snapshot)
    assert [field.name for field in scan.projection().fields] == ["id", "s"]
    assert shown_lines(project.answer("other.grown", "--at", str(snapshot)), scan.projection()) == expected


def test_history_knows_which_snapshots_are_of_main(project):
    """Those of another branch are left out, or marked as Iceberg's history table marks them: `is_current_ancestor` is false."""
    table = project.created("branched", NAMED)
    table.manage_snapshots().create_branch(table.metadata.current_snapshot_id, "side").commit()
    table.append(NAMED, branch="side")
    table.append(NAMED)
    metadata = project.catalog.load_table("other.branched").metadata
    main = metadata.snapshot_by_id(metadata.current_snapshot_id)
    expected = [main.snapshot_id, main.parent_snapshot_id]
    found = project.json("table", "history", "other.branched")["snapshots"]
    assert [entry["snapshot_id"] for entry in found if entry.get("is_current_ancestor", True)] == expected


def test_refs_are_those_that_pyiceberg_made(project):
    table = project.created("tagged", NAMED)
    snapshot = table.metadata.current_snapshot_id
    changes = table.manage_snapshots().create_branch(snapshot, "side", max_snapshot_age_ms=60000, min_snapshots_to_keep=2)
    changes.create_tag(snapshot, "eoy", max_ref_age_ms=5000).commit()
    kept = dict.fromkeys(["max_reference_age_in_ms", "min_snapshots_to_keep", "max_snapshot_age_in_ms"])
    assert sorted(project.json("table", "refs", "other.tagged")["refs"], key=lambda ref: ref["name"]) == [
        {**kept, "name": "eoy", "type": "TAG", "snapshot_id": snapshot, "max_reference_age_in_ms": 5000},
        {**kept, "name": "main", "type": "BRANCH", "snapshot_id": snapshot},
        {**kept, "name": "side", "type": "BRANCH", "snapshot_id": snapshot, "min_snapshots_to_keep": 2, "max_snapshot_age_in_ms": 60000},
    ]


# ---- tables that floe partitions by odd values ----


ODD_VALUES = {
    "text with NUL": ["'x' || chr(0) || 'y'", "'x'", "chr(0)", "''", "null"],
    "float": ["'nan'::float", "'inf'::float", "'-inf'::float", "1.5::float", "null"],
    "double": ["'nan'::double", "'inf'::double", "'-inf'::double", "0.0::double", "null"],
    "subnormal": ["5e-324::double", "-5e-324::double", "1.5::double"],
    "subnormal float": ["1e-45::float", "1.5::float"],
    "zeros": ["-0.0::double", "0.0::double"],
    "blob": ["''::blob", r"'\x00'::blob", r"'\xFF\x00\x01'::blob", "null"],
    "paths": ["'a/b=c'", "'../x'", "'%2F'", "'null'", "'é😀'", "' '", "null"],
}


@pytest.mark.parametrize("values", ODD_VALUES.values(), ids=ODD_VALUES)
def test_partitions_by_odd_values(project, values):
    """Each row once, as other readers see it."""
    sql = " union all ".join(f"select {number} as id, {value} as v" for number, value in enumerate(values))
    project.model("first", "{{ config(materialized='table', partition_by=['v']) }}\n" + sql)
    project.model("plain", "{{ config(materialized='table') }}\n" + sql)
    project.run("run")
    expected = table_lines(project.catalog.load_table("main.plain"))
    assert len(expected) == len(values)
    assert table_lines(project.catalog.load_table("main.first")) == expected
    assert shown_lines(project.show("main.first"), project.catalog.load_table("main.first").schema()) == expected
