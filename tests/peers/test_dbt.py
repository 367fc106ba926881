"""dbt-core with dbt-duckdb and floe on the same project: columns, types, rows, compiled SQL, test results."""

import json

import duckdb
import pytest

from canonical_rows import assert_equal_rows, row_lines, shown_lines
from conftest import copy_example, copy_project
from peer_dbt import DbtProject
from duckdb_types import documented, iceberg_shape, schema_shape
from iceberg_catalog import open_catalog


class Pair:
    """One project built by both."""

    def __init__(self, floe, dbt):
        self.floe, self.dbt = floe, dbt

    def build(self, *arguments, floe_exit=0, dbt_exit=(0,)):
        self.floe.run("run", *arguments, expect=floe_exit)
        if (self.floe.directory / "floe.yaml").exists():
            self.dbt.load_namespace(self.floe, "raw")
        self.dbt.run("build", *arguments, expect=dbt_exit)

    def dbt_manifest(self):
        return self.dbt.artifact("manifest.json")

    def floe_artifact(self, name):
        return json.loads((self.floe.state / "target" / name).read_text())

    def relations(self, kinds):
        """(materialization, table name) of the built nodes."""
        return sorted(
            (node["config"]["materialized"], node["alias"]) for node in self.dbt_manifest()["nodes"].values()
            if node["resource_type"] in kinds and node["config"]["materialized"] != "ephemeral")


def make_pair(project, tmp):
    return Pair(project, DbtProject.copy_of(project, tmp / "dbt"))


@pytest.fixture(scope="module", params=["customer-360", "types"])
def pair(request, tmp_path_factory):
    directory = tmp_path_factory.mktemp(request.param)
    if request.param == "types":
        project = copy_project("types", directory / "floe")
    else:
        project = copy_example("customer-360", directory / "floe")
        project.generate(2000)
    pair = make_pair(project, directory)
    pair.build()
    return pair


@pytest.fixture(scope="module")
def failures(tmp_path_factory):
    directory = tmp_path_factory.mktemp("failures")
    pair = make_pair(copy_project("failures", directory / "floe"), directory)
    pair.build(floe_exit=1, dbt_exit=(1,))
    return pair


def compare_tables(pair):
    """Columns, types and rows of every model and seed."""
    catalog, table_of_types = open_catalog(pair.floe), documented()
    compared = 0
    with duckdb.connect(str(pair.dbt.database), read_only=True) as connection:
        connection.execute("set TimeZone = 'UTC'")
        for materialized, name in pair.relations({"model", "seed"}):
            relation = connection.sql(f'from main."{name}"')
            shown = pair.floe.show(f"main.{name}")
            assert [column["name"] for column in shown["columns"]] == relation.columns, name
            if materialized == "view":
                assert len(shown["rows"]) == relation.count("*").fetchone()[0], name
                continue
            schema = catalog.load_table(f"main.{name}").schema()
            expected = [iceberg_shape(kind, table_of_types) for kind in relation.types]
            assert [schema_shape(field.field_type) for field in schema.fields] == expected, name
            rows = connection.sql(f'from main."{name}"').to_arrow_table()
            columns = [column.to_pylist() for column in rows.columns]
            lines = row_lines(zip(*columns), rows.column_names, [field.field_type for field in schema.fields])
            assert_equal_rows(lines, shown_lines(shown, schema), f"dbt {name}", f"floe {name}")
            compared += 1
    assert compared > 10


def test_columns_types_and_rows_are_equal(pair):
    compare_tables(pair)


def test_views_show_the_same_rows(pair):
    views = [name for materialized, name in pair.relations({"model"}) if materialized == "view"]
    with duckdb.connect(str(pair.dbt.database), read_only=True) as connection:
        for name in views:
            rows = connection.sql(f"select to_json(v)::varchar from main.{name} v").fetchall()
            shown = pair.floe.show(name)["rows"]
            assert sorted(len(json.loads(row)) for (row,) in rows) == sorted(map(len, shown))
            assert sorted(str(json.loads(row).get("row_id")) for (row,) in rows) == sorted(str(row.get("row_id")) for row in shown)


def compiled(directory):
    return {str(path.relative_to(directory)): path.read_bytes() for path in directory.rglob("*.sql")}


def test_compiled_sql_is_byte_equal(pair):
    manifest = pair.dbt_manifest()
    nodes = [node for node in manifest["nodes"].values()
             if node["resource_type"] == "model" or (node["resource_type"] == "test" and "test_metadata" not in node)]
    theirs, ours = compiled(pair.dbt.target / "compiled"), compiled(pair.floe.state / "target/compiled")
    assert len(nodes) > 10
    for node in nodes:
        path = f"{node['package_name']}/{node['original_file_path']}"
        assert path in theirs, path
        assert path in ours, f"{path} is missing; there are {sorted(ours)[:5]}"
        assert ours[path] == theirs[path], f"{path}\n--- dbt\n{theirs[path].decode()}\n--- floe\n{ours[path].decode()}"


def outcomes(artifact, kind):
    return {result["unique_id"]: (result["status"], result["failures"]) for result in artifact["results"]
            if result["unique_id"].startswith(kind + ".")}


def test_tests_have_equal_status_and_failure_count(pair):
    theirs = outcomes(pair.dbt.artifact("run_results.json"), "test")
    assert outcomes(pair.floe_artifact("run_results.json"), "test") == theirs
    assert len(theirs) > 8


def test_manifests_hold_the_same_nodes(pair):
    theirs, ours = pair.dbt_manifest(), pair.floe_artifact("manifest.json")
    assert ours["metadata"]["dbt_schema_version"] == theirs["metadata"]["dbt_schema_version"]
    assert sorted(ours["nodes"]) == sorted(theirs["nodes"])
    assert sorted(ours["sources"]) == sorted(theirs["sources"])
    assert ours["parent_map"] == {key: value for key, value in theirs["parent_map"].items()}
    for name, node in theirs["nodes"].items():
        mine = ours["nodes"][name]
        for key in ("resource_type", "fqn", "tags", "alias", "schema", "database", "raw_code", "description", "path",
                    "original_file_path", "refs", "sources", "checksum", "relation_name"):
            assert mine.get(key) == node.get(key), (name, key)
        assert mine["config"].get("materialized") == node["config"].get("materialized"), name
        assert sorted(mine["depends_on"].get("nodes", [])) == sorted(node["depends_on"].get("nodes", [])), name


def test_a_second_batch_gives_equal_tables(tmp_path):
    """Incremental models of the types project: append, delete+insert, merge, new columns."""
    pair = make_pair(copy_project("types", tmp_path / "floe"), tmp_path)
    pair.build()
    for batch in (2, 3):
        pair.build("--vars", f"batch: {batch}")
        compare_tables(pair)


def test_new_raw_rows_give_equal_tables(tmp_path):
    """Incremental models of the demo after the raw files grew, then a full refresh."""
    project = copy_example("customer-360", tmp_path / "floe")
    project.generate(1000)
    pair = make_pair(project, tmp_path)
    pair.build()
    project.generate(1500)
    pair.build()
    compare_tables(pair)
    pair.build("--full-refresh")
    compare_tables(pair)


def test_failing_nodes_and_tests_have_equal_status(failures):
    theirs = {result["unique_id"]: (result["status"], result["failures"])
              for result in failures.dbt.artifact("run_results.json")["results"]}
    ours = {result["unique_id"]: (result["status"], result["failures"])
            for result in failures.floe_artifact("run_results.json")["results"]}
    assert {status for status, _ in theirs.values()} == {"success", "error", "skipped", "pass", "warn", "fail"}
    assert ours == theirs


def test_a_column_that_the_query_lost_fails_in_both(tmp_path):
    """By an append or a delete+insert it would be NULL; by a merge it stays, unless it is there under another name."""
    pair = make_pair(copy_project("failures", tmp_path / "floe"), tmp_path)
    pair.build("--select", "loses_column_*")
    pair.build("--select", "loses_column_*", "--vars", "batch: 2", floe_exit=1, dbt_exit=(1,))
    theirs = {result["unique_id"]: result["status"] for result in pair.dbt.artifact("run_results.json")["results"]}
    ours = {result["unique_id"]: result["status"] for result in pair.floe_artifact("run_results.json")["results"]}
    assert ours == theirs and sorted(ours.values()) == ["error", "error", "error", "success", "success"]


def test_selected_nodes_only(tmp_path):
    """--select and --exclude on run build the same nodes in both."""
    pair = make_pair(copy_project("types", tmp_path / "floe"), tmp_path)
    pair.build()
    pair.build("--select", "all_types+1", "--exclude", "config.materialized:incremental", "introspects")
    theirs = {result["unique_id"] for result in pair.dbt.artifact("run_results.json")["results"]}
    ours = {result["unique_id"] for result in pair.floe_artifact("run_results.json")["results"]}
    assert ours == theirs and len(ours) > 8


def test_a_name_that_a_query_repeats_is_numbered(product):
    """dbt-core names the second `a` of a cursor `a_2`; DuckDB that of a subquery, which `show` makes, `a_1`."""
    product.choose()
    assert product.json("dbt", "show", "--inline", "select 1 as a, 2 as a")["rows"] == [{"a": 1, "a_1": 2}]
    names = "{% set table = run_query('select 1 as a, 2 as a, 3 as b') %}select '{{ table.column_names | join(' ') }}' as names"
    assert product.json("dbt", "show", "--inline", names)["rows"] == [{"names": "a a_2 b"}]
