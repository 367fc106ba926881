"""A node reads what it declares: a relation that is named otherwise is refused, whoever names it."""

import pytest

from floe_command import Project
from mesh import Mesh

REACHED_BY = ["libfloe-core", "libfloe-dbt", "plugins"]

PEOPLE = 'floe."hr.main".people'
MODELS = {
    "models/bronze_a.sql": "select 1 as id",
    "models/silver_y.sql": "select * from {{ ref('bronze_a') }}",
}
BY_OTHERS = ("FLOE-E0744", "`hr.main.people` may not be read: the product does not declare it")


def by_node(node, relation="hr.main.people"):
    return "FLOE-E0744", f"`{node}` may not read `{relation}`, which it does not declare"


GOLD = by_node("model.shop.gold_x")


def model(sql, **files):
    return {"models/gold_x.sql": sql, **files}


def hook(statement, sql="select 1 as id"):
    quoted = statement.replace("'", "\\'")
    return model("{{ config(pre_hook='" + quoted + "') }} " + sql)


def macro(body, **files):
    return {"macros/m.sql": "{% macro sneak() %}{% if execute %}" + body + "{% endif %}{% endmacro %}", **files}


RUN_QUERY = "{% do run_query('select * from " + PEOPLE + "') %}"

# What the product has besides MODELS, what is typed, and how it is refused.
READS = {
    "a relation beside a ref in a comment": (
        model('select id from floe."sales.main".bronze_a -- {{ ref("silver_y") }}'), ["run"],
        by_node("model.shop.gold_x", "sales.main.bronze_a")),
    "a relation without any ref": (
        model('select id from floe."sales.main".silver_y'), ["run"],
        by_node("model.shop.gold_x", "sales.main.silver_y")),
    "a table of another domain": (model(f"select * from {PEOPLE}"), ["run"], GOLD),
    "a name without the database": (model('select * from "hr.main".people'), ["run"], GOLD),
    "other letters": (
        model('select * from FLOE."HR.Main"."PEOPLE"'), ["run"], by_node("model.shop.gold_x", "HR.Main.PEOPLE")),
    "a subquery": (model('select 1 as id where exists (from "hr.main".people)'), ["run"], GOLD),
    "behind a CTE of that name": (
        model('with people as (select 1 as id) select p.id from "hr.main".people p, people'), ["run"], GOLD),
    "query_table": (model("select * from query_table('floe.\"hr.main\".people')"), ["run"], GOLD),
    "query": (model(f"select * from query('from {PEOPLE}')"), ["run"], GOLD),
    "a view": (model("{{ config(materialized='view') }} select * from " + PEOPLE), ["run"], GOLD),
    "an incremental model": (
        model("{{ config(materialized='incremental', unique_key='id') }} select * from " + PEOPLE), ["run"], GOLD),
    "an ephemeral model": (
        model("select * from {{ ref('between') }}", **{
            "models/between.sql": "{{ config(materialized='ephemeral') }} select * from " + PEOPLE}), ["run"], GOLD),
    "a temporary table of a hook": (hook(f"create temp table t as from {PEOPLE}", "select * from t"), ["run"], GOLD),
    "a temporary view of a hook": (hook(f"create temp view t as from {PEOPLE}", "select * from t"), ["run"], GOLD),
    "a temporary macro of a hook": (
        hook(f"create temp macro t() as table from {PEOPLE}", "select * from t()"), ["run"], GOLD),
    "a prepared statement": (hook(f"prepare p as select * from {PEOPLE}"), ["run"], GOLD),
    "a variable": (hook(f"set variable v = (select max(name) from {PEOPLE})"), ["run"], GOLD),
    "USE": (hook('use floe."hr.main"', "select * from people"), ["run"], ("FLOE-E0641", "may not use `USE`")),
    "the search path": (
        hook("set search_path = \'floe.\"hr.main\"\'", "select * from people"), ["run"],
        ("FLOE-E0644", "SQL may not change the setting `search_path`")),
    "a macro for all nodes": (
        hook('create macro t() as table from floe."sales.main".bronze_a'), ["run"],
        ("FLOE-E0641", "a `macro` that reads relations and is there for all nodes")),
    "a table for all nodes": (
        hook("create table memory.main.t as select 1 as id"), ["run"],
        ("FLOE-E0641", "a table in the database `memory`, which is there for all nodes")),
    "a table of the engine": (
        model("select * from memory.main.t"), ["run"],
        ("FLOE-E0744", "`model.shop.gold_x` may not read `memory.main.t`, which is in a database that all nodes share")),
    "a hook of the model": (hook("{{ sneak() }}") | macro(RUN_QUERY), ["run"], GOLD),
    "the columns": (
        model("{{ sneak() }} select 1 as id") | macro(
            "{% do adapter.get_columns_in_relation(api.Relation.create(database='floe', schema='hr.main',"
            " identifier='people')) %}"), ["run"], GOLD),
    "a materialization": (
        model("{{ config(materialized='sneaky') }} select 1 as id", **{
            "macros/m.sql": "{% materialization sneaky, default %}{% set made = this.incorporate(type='table') %}"
                            "{% set written = adapter.write(made, 'select * from " + PEOPLE + "', 'replace') %}"
                            "{% do store_result('main', response=written) %}{{ return({'relations': [made]}) }}"
                            "{% endmaterialization %}"}), ["run"], GOLD),
    "a snapshot": (
        {"snapshots/s.sql": "{% snapshot s %}{{ config(unique_key='id', strategy='check', check_cols='all') }}"
                            f" select * from {PEOPLE}{{% endsnapshot %}}"}, ["run"], by_node("snapshot.shop.s")),
    "a hook of a seed": (
        {"seeds/c.csv": "id\n2\n",
         "dbt_project.yml": "name: shop\nseeds: {+post-hook: \"{{ sneak() }}\"}\n"} | macro(RUN_QUERY),
        ["run"], by_node("seed.shop.c")),
    "a test": ({"tests/t.sql": f"select * from {PEOPLE} where id < 0"}, ["run"], by_node("test.shop.t")),
    "a generic test": (
        {"macros/m.sql": "{% test sneaky(model) %}select * from " + PEOPLE + " where id < 0{% endtest %}",
         "models/a.yml": "models: [{name: bronze_a, data_tests: [sneaky]}]\n"}, ["run"],
        ("FLOE-E0744", "may not read `hr.main.people`, which it does not declare")),
    "a hook at the start": (
        {"dbt_project.yml": f"name: shop\non-run-start: 'select * from {PEOPLE}'\n"}, ["run"], BY_OTHERS),
    "a macro at the end": (
        {"dbt_project.yml": "name: shop\non-run-end: \"{{ sneak() }}\"\n"} | macro(RUN_QUERY), ["run"], BY_OTHERS),
    "an operation": (macro(RUN_QUERY), ["dbt", "run-operation", "sneak"], BY_OTHERS),
    "an operation that is no query": (
        macro("{% do run_query('create temp table t as from " + PEOPLE + "') %}"),
        ["dbt", "run-operation", "sneak"], BY_OTHERS),
}


@pytest.fixture
def mesh(tmp_path):
    made = Mesh(tmp_path)
    made.people()
    return made


@pytest.mark.parametrize("attack", READS)
def test_a_relation_that_is_not_declared_is_not_read(mesh, attack):
    files, command, refusal = READS[attack]
    done = mesh.product("shop", "sales", {**MODELS, **files}).run(*command, expect=1)
    for text in refusal:
        assert text in done.stdout + done.stderr


def test_sql_that_only_the_run_knows(mesh):
    shop = mesh.product("shop", "sales", {**MODELS, **model(
        "{{ config(materialized='incremental') }} select 1 as id"
        "{% if is_incremental() %} union all select id from " + PEOPLE + "{% endif %}")})
    shop.run("run")
    done = shop.run("run", expect=1)
    assert "Compiled" in done.stderr
    assert GOLD[1] in done.stderr


def test_what_to_write_instead(mesh):
    shop = mesh.product("shop", "sales", {**MODELS, **READS["a relation beside a ref in a comment"][0]})
    assert "it declares `sales.main.silver_y`" in shop.run("run", expect=1).stderr
    assert "write `{{ ref('bronze_a') }}` in its place" in shop.run("run", expect=1).stderr


SOURCES = "sources: [{name: hr, schema: hr.main, tables: [{name: people}]}]\n"
DECLARED = {
    **MODELS,
    "models/sources.yml": SOURCES,
    "models/by_name.sql": 'select * from floe."sales.main".bronze_a -- {{ ref("bronze_a") }}',
    "models/of_hr.sql": "select * from {{ source('hr', 'people') }}",
    "models/between.sql": "{{ config(materialized='ephemeral') }} select * from {{ source('hr', 'people') }}",
    "models/over_between.sql": "select * from {{ ref('between') }}",
    "models/grown.sql": "{{ config(materialized='incremental', unique_key='id') }} select * from {{ ref('bronze_a') }}"
                        "{% if is_incremental() %} where id >= (select max(id) from {{ this }}){% endif %}",
    "models/of_hook.sql": "{{ config(pre_hook=\"create temp table t as select * from {{ ref('bronze_a') }}\") }}"
                          " -- depends_on: {{ ref('bronze_a') }}\nselect * from t",
    "models/names.sql": "select table_schema || '.' || table_name as name from information_schema.tables"
                        " where table_schema <> 'main'",
    "models/a.yml": "models: [{name: silver_y, columns: [{name: id, data_tests: [unique, not_null, {relationships:"
                    " {arguments: {to: \"ref('bronze_a')\", field: id}}}]}]}]\n",
    "tests/t.sql": "{{ config(store_failures=true, severity='warn') }} select * from {{ ref('bronze_a') }}",
    "snapshots/s.sql": "{% snapshot s %}{{ config(unique_key='id', strategy='check', check_cols='all') }}"
                       " select * from {{ ref('bronze_a') }}{% endsnapshot %}",
    "dbt_project.yml": "name: shop\nmodels: {+materialized: table}\non-run-end: \"{{ count() }}\"\n",
    "macros/m.sql": "{% macro count() %}{% if execute %}{% do run_query('select count(*) from '"
                    " ~ api.Relation.create(database='floe', schema='sales.main', identifier='silver_y')) %}"
                    "{% do adapter.get_columns_in_relation(source('hr', 'people')) %}{% endif %}{% endmacro %}",
}


def test_what_is_declared_is_read(mesh):
    mesh.product("payroll", "hr", {"models/salaries.sql": "select 1 as id"}).run("run")
    shop = mesh.product("shop", "sales", DECLARED)
    shop.run("run")
    shop.run("run")
    listed = {row["name"] for row in shop.show("sales.main.names")["rows"]}
    assert "sales.main.bronze_a" in listed
    assert "hr.main.salaries" not in listed


def test_without_a_manifest_every_relation_is_read(tmp_path):
    project = Project(tmp_path)
    (tmp_path / "dbt_project.yml").write_text("name: alone\nmodels: {+materialized: table}\n")
    (tmp_path / "models").mkdir()
    (tmp_path / "models/a.sql").write_text("select 1 as id")
    project.run("run")
    (tmp_path / "models/b.sql").write_text("{{ config(pre_hook='use floe.main') }} select * from floe.main.a")
    project.run("run")
    assert sorted(project.tables()) == ["main.a", "main.b"]
