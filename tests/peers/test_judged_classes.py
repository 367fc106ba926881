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
    assert "ada@example.com" not in str(rows)


def declared(**meta):
    return {"models/out.yml": f"models: [{{name: out, columns: [{{name: contact, meta: {str(meta).replace(chr(39), '')}}}]}}]\n"}


RIGHT = {
    "a class that is declared": {"models/out.sql": TABLE + BY_ROWS} | declared(classification="pii"),
    "a column that masks": {"models/out.sql": INCREMENTAL + BY_ITSELF.replace("email", "md5(email)")} | declared(masking="hash"),
    "an ephemeral model that masks": {
        "models/between.sql": "{{ config(materialized='ephemeral') }} select id, md5(email) as contact from {{ ref('people') }}",
        "models/between.yml": "models: [{name: between, columns: [{name: contact, meta: {masking: hash}}]}]\n",
        "models/out.sql": TABLE + "select * from {{ ref('between') }}"},
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


@pytest.mark.parametrize("rules", [{"classification": {"enforcement": "warn"}}, {"classification": {"enforcement": "off"}}, {}])
def test_where_no_class_is_held_none_is_checked(shop, rules):
    shop.choose(rules)
    write(shop, ATTACKS["an incremental model"])
    shop.run("run")
    shop.run("run")
    assert shop.show("out")["rows"][0]["contact"] == "ada@example.com"
