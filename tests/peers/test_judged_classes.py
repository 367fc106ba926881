"""A column has the class that it was judged to have, whatever SQL a template makes for the run."""

import pytest

REACHED_BY = ["libfloe-core", "libfloe-dbt", "plugins"]

RULES = {"classification": {"enforcement": "strict"}}
PEOPLE = {
    "models/people.sql": "{{ config(materialized='table') }} select 1 as id, 'Ada' as name, 'ada@example.com' as email",
    "models/people.yml": "models: [{name: people, columns: [{name: email, meta: {classification: pii}}]}]\n",
}
# Before the table is there: what is compiled and judged is 'x'.
ROWS = "{% set n = 1 if execute and load_relation(ref('people')) else 0 %}"
COLUMN = "{{ 'email' if n > 0 else \"'x'\" }}"
BY_ROWS = ROWS + "select id, " + COLUMN + " as contact from {{ ref('people') }}"
BY_ITSELF = "select id, {% if is_incremental() %}email{% else %}'x'{% endif %} as contact from {{ ref('people') }}"
INCREMENTAL = "{{ config(materialized='incremental', unique_key='id') }} "
TABLE = "{{ config(materialized='table') }} "

REFUSED = "class pii into column `contact`, which was judged to have none"

ATTACKS = {
    "a table": {"models/out.sql": TABLE + BY_ROWS},
    "a view": {"models/out.sql": "{{ config(materialized='view') }} " + BY_ROWS},
    "an incremental model": {"models/out.sql": INCREMENTAL + BY_ITSELF},
    "an expression": {"models/out.sql": TABLE + ROWS + "select upper(" + COLUMN + ") || '!' as contact from {{ ref('people') }}"},
    "a column of a struct": {
        "models/out.sql": TABLE + ROWS + "select {'a': " + COLUMN + "} as contact from {{ ref('people') }}"},
    "an aggregate": {"models/out.sql": TABLE + ROWS + "select max(" + COLUMN + ") as contact from {{ ref('people') }}"},
    "a subquery": {
        "models/out.sql": TABLE + ROWS + "select 1 as id, (select max(" + COLUMN + ") from {{ ref('people') }}) as contact"},
    "an ephemeral model": {
        "models/out.sql": TABLE + "select * from {{ ref('between') }}",
        "models/between.sql": "{{ config(materialized='ephemeral') }} " + BY_ROWS},
    "a temporary table of a hook": {
        "models/out.sql": "{{ config(materialized='table', pre_hook=\"create temp table t as select email as contact from"
                          " {{ ref('people') }}\") }}-- depends_on: {{ ref('people') }}\n" + ROWS
                          + "select {{ 'contact' if n > 0 else \"'x'\" }} as contact {{ 'from t' if n > 0 else '' }}"},
    "a variable": {
        "models/out.sql": "{{ config(materialized='table', pre_hook=\"set variable v = (select max(email) from {{ ref('people') }})\") }}"
                          "-- depends_on: {{ ref('people') }}\n" + ROWS
                          + "select {{ \"getvariable('v')\" if n > 0 else \"'x'\" }} as contact"},
    "a temporary table with the name of an input": {
        "models/out.sql": "{{ config(materialized='table', pre_hook=\"create temp table people as select id, email as name, 'x' as email"
                          " from {{ ref('people') }}\") }}" + ROWS
                          + "select name as contact from {{ 'people' if n > 0 else ref('people') }}"},
    "a temporary table with a name beside it": {
        "models/out.sql": "{{ config(materialized='table', pre_hook=\"create temp table out__dbt_t as select email as contact from"
                          " {{ ref('people') }}\") }}-- depends_on: {{ ref('people') }}\n" + ROWS
                          + "select contact from {{ 'out__dbt_t' if n > 0 else \"(select 'x' as contact)\" }}"},
    "a text that a query gave": {
        "models/out.sql": TABLE + "-- depends_on: {{ ref('people') }}\n" + ROWS
                          + "{% if n > 0 %}{% set e = run_query('select email from ' ~ ref('people')).columns[0].values()[0] %}{% endif %}"
                            "select '{{ e }}' as contact"},
    "an expression of a merge": {
        "models/out.sql": "{{ config(materialized='incremental', unique_key='id', incremental_strategy='merge',"
                          " merge_update_set_expressions={'contact': 'DBT_INTERNAL_SOURCE.a'}) }}"
                          " select id, email as a, 'x' as contact from {{ ref('people') }}",
        "models/out.yml": "models: [{name: out, columns: [{name: a, meta: {classification: pii}}]}]\n"},
    "a query in a merge": {
        "models/out.sql": "{{ config(materialized='incremental', unique_key='id', incremental_strategy='merge',"
                          " merge_update_set_expressions={'contact': '(select max(email) from floe.main.people)'}) }}"
                          " select id, 'x' as contact from {{ ref('people') }}"},
    "a relation beside it with another column of that class": {
        "models/out.sql": "{{ config(materialized='sneaky') }} select email as a, 'x' as contact from {{ ref('people') }}",
        "models/out.yml": "models: [{name: out, columns: [{name: a, meta: {classification: pii}}]}]\n",
        "macros/m.sql": "{% materialization sneaky, default %}"
                        "{% set side = this.incorporate(path={'identifier': this.identifier ~ '__dbt_a'}, type='table') %}"
                        "{% do adapter.write(side, 'select email as a from ' ~ ref('people'), 'replace') %}"
                        "{% set made = this.incorporate(type='table') %}"
                        "{% set written = adapter.write(made, 'select a, a as contact from ' ~ side, 'replace') %}"
                        "{% do store_result('main', response=written) %}{{ return({'relations': [made]}) }}{% endmaterialization %}"},
    "a hook at the end": {
        "models/out.sql": TABLE + "select id, 'x' as contact from {{ ref('people') }}",
        "dbt_project.yml": "name: shop\non-run-end: \"{{ leak() }}\"\n",
        "macros/m.sql": "{% macro leak() %}{% if execute %}{% do adapter.write(api.Relation.create(database='floe', schema='main',"
                        " identifier='out'), 'select id, email as contact from floe.main.people', 'replace') %}{% endif %}{% endmacro %}"},
    "a view of a hook": {
        "models/out.sql": TABLE + "select id, 'x' as contact from {{ ref('people') }}",
        "dbt_project.yml": "name: shop\non-run-end: \"{{ leak() }}\"\n",
        "macros/m.sql": "{% macro leak() %}{% if execute %}{% do adapter.create_view(api.Relation.create(database='floe', schema='main',"
                        " identifier='other'), 'select id, email as contact from floe.main.people') %}{% endif %}{% endmacro %}"},
    "a relation beside it with another name of the column": {
        "models/out.sql": "{{ config(materialized='sneaky') }} " + ROWS + "select 'x' as contact from {{ ref('people') }}",
        "macros/m.sql": "{% materialization sneaky, default %}"
                        "{% set side = this.incorporate(path={'identifier': this.identifier ~ '__dbt_a'}, type='table') %}"
                        "{% do adapter.write(side, 'select email as contact from ' ~ ref('people'), 'replace') %}"
                        "{% set made = this.incorporate(type='table') %}"
                        "{% set written = adapter.write(made, 'select contact from ' ~ side, 'replace') %}"
                        "{% do store_result('main', response=written) %}{{ return({'relations': [made]}) }}{% endmaterialization %}"},
}


@pytest.fixture
def shop(product):
    product.choose(RULES)
    (product.directory / "models/orders.sql").unlink()
    (product.directory / "models/orders.yml").unlink()
    return product


def write(product, files):
    for path, text in {**PEOPLE, **files}.items():
        (product.directory / path).parent.mkdir(exist_ok=True)
        (product.directory / path).write_text(text)


@pytest.mark.parametrize("attack", ATTACKS)
def test_a_run_does_not_lower_a_class(shop, attack):
    write(shop, ATTACKS[attack])
    first = shop.run("run", expect=None)
    done = first if first.returncode else shop.run("run", expect=1)
    assert "FLOE-E0784" in done.stdout + done.stderr
    assert REFUSED in done.stdout + done.stderr
    rows = shop.show("out")["rows"] if "main.out" in shop.tables() else []
    assert "ada@example.com" not in str([row["contact"] for row in rows])


def declared(**meta):
    return {"models/out.yml": f"models: [{{name: out, columns: [{{name: contact, meta: {str(meta).replace(chr(39), '')}}}]}}]\n"}


RIGHT = {
    "a class that is declared": {"models/out.sql": TABLE + BY_ROWS} | declared(classification="pii"),
    "a column that masks": {"models/out.sql": INCREMENTAL + BY_ITSELF.replace("email", "md5(email)")} | declared(masking="hash"),
    "other columns": {"models/out.sql": INCREMENTAL + BY_ITSELF.replace("email", "name")},
    "all columns": {"models/out.sql": INCREMENTAL + "select * from {{ ref('people') }}"
                                                   "{% if is_incremental() %} where id >= (select max(id) from {{ this }}){% endif %}"},
    "its own rows": {"models/out.sql": INCREMENTAL + "select id, email from {{ ref('people') }}"
                                                    "{% if is_incremental() %} union select id, email from {{ this }}{% endif %}"},
    "what filters and joins": {
        "models/out.sql": INCREMENTAL + "select p.id from {{ ref('people') }} p {% if is_incremental() %} join"
                                        " {{ ref('people') }} q on p.email = q.email where q.email like '%@%' {% endif %}"},
    "a snapshot": {
        "snapshots/kept.sql": "{% snapshot kept %}{{ config(unique_key='id', strategy='check', check_cols='all') }}"
                              " select * from {{ ref('people') }}{% endsnapshot %}",
        "models/out.sql": TABLE + "select id, email from {{ ref('kept') }}"},
    "a view over a view": {
        "models/between.sql": "{{ config(materialized='view') }} select id, email as contact from {{ ref('people') }}",
        "models/out.sql": "{{ config(materialized='view') }} select id, upper(contact) as contact from {{ ref('between') }}"},
}


@pytest.mark.parametrize("case", RIGHT)
def test_what_was_judged_runs_again(shop, case):
    write(shop, RIGHT[case])
    shop.run("run")
    shop.run("run")


# What the compile already finds.
FOUND = {
    "an ephemeral model masks nothing": {
        "models/between.sql": "{{ config(materialized='ephemeral') }} select id, email as contact from {{ ref('people') }}",
        "models/between.yml": "models: [{name: between, columns: [{name: contact, meta: {masking: hash}}]}]\n",
        "models/out.sql": TABLE + "select * from {{ ref('between') }}"} | declared(classification="internal"),
    "a mask without a word": {"models/out.sql": TABLE + "select email as contact from {{ ref('people') }}"}
                             | declared(classification="internal", masking="\"\""),
    "a mask that is none": {"models/out.sql": TABLE + "select email as contact from {{ ref('people') }}"}
                           | declared(classification="internal", masking="none"),
    "two structs that are unnested": {
        "models/out.sql": TABLE + "select c as contact from (select unnest({'a': 1, 'b': 2}), unnest({'c': email, 'd': email})"
                                  " from {{ ref('people') }})"} | declared(classification="internal"),
    "a source with the name of a model": {
        "models/s.yml": "sources: [{name: main, schema: main, tables: [{name: people}]}]\n",
        "models/out.sql": TABLE + "select email as contact from {{ source('main', 'people') }}"} | declared(classification="internal"),
    "what a test stores": {
        "models/s.yml": "sources: [{name: stored, schema: main_dbt_test__audit, tables: [{name: t}]}]\n",
        "tests/t.sql": "{{ config(store_failures=true, severity='warn') }} select id, email as contact from {{ ref('people') }}",
        "models/out.sql": TABLE + "select contact from {{ source('stored', 't') }}"} | declared(classification="internal"),
}


@pytest.mark.parametrize("case", FOUND)
def test_what_the_compile_finds(shop, case):
    write(shop, FOUND[case])
    assert "FLOE-E0752" in shop.run("compile", expect=1).stderr


def test_a_column_of_a_snapshot_is_traced(shop):
    write(shop, RIGHT["a snapshot"] | {
        "models/out.sql": TABLE + "select id, name as contact, dbt_valid_from from {{ ref('kept') }}"} | declared(classification="internal"))
    shop.run("run")
    assert "FLOE-W1702" not in shop.run("run").stderr


def test_a_type_is_not_made_of_rows(shop):
    write(shop, {"models/out.sql": "{{ config(materialized='table', pre_hook=\"create temp type te as enum (select email from"
                                   " {{ ref('people') }})\") }}select unnest(enum_range(null::te)) as contact"})
    assert "FLOE-E0641" in shop.run("run", expect=1).stderr


def test_predicates_read_what_is_declared(shop):
    write(shop, {"models/other.sql": TABLE + "select 1 as id", "models/out.sql": (
        "{{ config(materialized='incremental', unique_key='id', incremental_strategy='delete+insert',"
        " incremental_predicates=['id in (select id from floe.main.other)']) }} select 1 as id -- {{ ref('people') }}")})
    shop.run("run")
    assert "FLOE-E0744" in shop.run("run", expect=1).stderr


def test_ingestion_reads_no_table(shop):
    write(shop, {})
    shop.run("run")
    with (shop.directory / "floe.yaml").open("a") as document:
        document.write("ingestion: {sources: [{name: a, format: parquet, path: .floe/warehouse/main/people/data/*.parquet, table: raw.a}]}\n")
    assert "FLOE-E0744" in shop.run("ingest", expect=1).stderr


@pytest.mark.parametrize("rules", [{"classification": {"enforcement": "warn"}}, {"classification": {"enforcement": "off"}}, {}])
def test_where_no_class_is_held_none_is_checked(shop, rules):
    shop.choose(rules)
    write(shop, ATTACKS["an incremental model"])
    shop.run("run")
    shop.run("run")
    assert shop.show("out")["rows"][0]["contact"] == "ada@example.com"
