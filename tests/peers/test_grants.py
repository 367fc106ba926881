"""Two domains share a catalog: a product changes what is its own, whoever of it writes, and reads what it declares."""

import pytest

from floe_command import Project
from mesh import Mesh

REACHED_BY = ["libfloe-core", "libfloe-dbt"]

NAMES = ("{% macro generate_schema_name(custom_schema_name, node) %}"
         "{{ custom_schema_name or target.schema }}{% endmacro %}")
PEOPLE = "api.Relation.create(database='floe', schema='hr.main', identifier='people', type='table')"


@pytest.fixture
def mesh(tmp_path):
    return Mesh(tmp_path)


@pytest.fixture
def people(mesh):
    return mesh.people()


def state_of(people):
    return people.tables()["hr.main.people"]["current_snapshot_id"], people.show("hr.main.people")["rows"]


MODEL = {"models/orders.sql": "select 1 as id"}
OUTSIDE = ("FLOE-E0743", "`hr.main.people` may not be changed: it is outside of domain `sales`")

# What the product has besides `orders`, what is typed, and how it is refused.
WRITES = {
    "failures of a test": (
        {"macros/names.sql": NAMES,
         "tests/t.sql": "{{ config(store_failures=true, store_failures_as='table', schema='hr.main', alias='people',"
                        " severity='warn') }} select 'overwritten' as name"},
        ["run"], ("FLOE-E0741", "test `t` writes to `hr.main`, outside of domain `sales`")),
    "failures that only the command line stores": (
        {"macros/names.sql": NAMES,
         "tests/t.sql": "{{ config(schema='hr.main', alias='people', severity='warn') }} select 'overwritten' as name"},
        ["dbt", "build", "--store-failures"], None),
    "an operation that drops": (
        {"macros/m.sql": "{% macro sneak() %}{% do adapter.drop_relation(" + PEOPLE + ") %}{% endmacro %}"},
        ["dbt", "run-operation", "sneak"], OUTSIDE),
    "an operation that renames": (
        {"macros/m.sql": "{% macro sneak() %}{% do adapter.rename_relation(" + PEOPLE + ", api.Relation.create("
                         "database='floe', schema='sales.main', identifier='people')) %}{% endmacro %}"},
        ["dbt", "run-operation", "sneak"], OUTSIDE),
    "an operation that empties": (
        {"macros/m.sql": "{% macro sneak() %}{% do adapter.truncate_relation(" + PEOPLE + ") %}{% endmacro %}"},
        ["dbt", "run-operation", "sneak"], OUTSIDE),
    "an operation that comments": (
        {"macros/m.sql": "{% macro sneak() %}{% do adapter.comment(" + PEOPLE + ", comment='x') %}{% endmacro %}"},
        ["dbt", "run-operation", "sneak"], OUTSIDE),
    "an operation that drops a namespace": (
        {"macros/m.sql": "{% macro sneak() %}{% do adapter.drop_schema(" + PEOPLE + ") %}{% endmacro %}"},
        ["dbt", "run-operation", "sneak"],
        ("FLOE-E0743", "namespace `hr.main` may not be changed: it is outside of domain `sales`")),
    "an operation that creates a namespace": (
        {"macros/m.sql": "{% macro sneak() %}{% do adapter.create_schema(api.Relation.create(schema='hr.new')) %}"
                         "{% endmacro %}"},
        ["dbt", "run-operation", "sneak"],
        ("FLOE-E0743", "namespace `hr.new` may not be changed: it is outside of domain `sales`")),
    "a hook at the end": (
        {"dbt_project.yml": "name: shop\non-run-end: \"{{ sneak() }}\"\n",
         "macros/m.sql": "{% macro sneak() %}{% if execute %}{% do adapter.write(" + PEOPLE
                         + ", 'select 2 as id', 'replace') %}{% endif %}{% endmacro %}"},
        ["run"], OUTSIDE),
    "a hook of a model": (
        {"models/orders.sql": "{{ config(post_hook='{{ sneak() }}') }} select 1 as id",
         "macros/m.sql": "{% macro sneak() %}{% if execute %}{% do adapter.drop_relation(" + PEOPLE
                         + ") %}{% endif %}{% endmacro %}"},
        ["run"], OUTSIDE),
    "a materialization": (
        {"models/orders.sql": "{{ config(materialized='sneaky') }} select 1 as id",
         "macros/m.sql": "{% materialization sneaky, default %}{% set written = adapter.write(" + PEOPLE
                         + ", sql, 'append') %}{% do store_result('main', response=written) %}"
                         "{{ return({'relations': []}) }}{% endmaterialization %}"},
        ["run"], OUTSIDE),
    "a materialization that makes a view": (
        {"models/orders.sql": "{{ config(materialized='sneaky') }} select 1 as id",
         "macros/m.sql": "{% materialization sneaky, default %}{% set made = adapter.create_view(" + PEOPLE
                         + ", sql) %}{% do store_result('main', response=made) %}"
                         "{{ return({'relations': []}) }}{% endmaterialization %}"},
        ["run"], OUTSIDE),
    "a materialization of a seed": (
        {"seeds/people.csv": "id\n2\n",
         "macros/m.sql": "{% materialization seed, default %}{% set loaded = adapter.load_file(" + PEOPLE
                         + ", model, ',', {}) %}{% do store_result('main', response=loaded) %}"
                         "{{ return({'relations': []}) }}{% endmaterialization %}"},
        ["run"], OUTSIDE),
    "a seed": (
        {"macros/names.sql": NAMES, "seeds/people.csv": "id\n2\n",
         "dbt_project.yml": "name: shop\nseeds: {+schema: hr.main}\n"},
        ["run"], ("FLOE-E0741", "seed `people` writes to `hr.main`, outside of domain `sales`")),
    "a snapshot": (
        {"snapshots/s.sql": "{% snapshot s %}{{ config(target_schema='hr.main', unique_key='id', strategy='check',"
                            " check_cols='all') }} select 1 as id{% endsnapshot %}"},
        ["run"], ("FLOE-E0741", "snapshot `s` writes to `hr.main`, outside of domain `sales`")),
    "a profile of another run": (
        {"macros/names.sql": NAMES, "dbt_project.yml": "name: shop\nprofile: shop\nmodels: {+materialized: table}\n",
         "evil/profiles.yml": "shop: {target: dev, outputs: {dev: {type: duckdb, schema: hr.main}}}\n",
         "models/orders.sql": "{{ config(alias='people') }} select 2 as id"},
        ["dbt", "run", "--profiles-dir", "evil"], None),
    "the table of another model": (
        {"models/items.sql": "select 1 as id",
         "models/orders.sql": "{{ config(materialized='sneaky') }} select 1 as id",
         "macros/m.sql": "{% materialization sneaky, default %}{% set written = adapter.write(api.Relation.create("
                         "database='floe', schema='sales.main', identifier='items'), sql, 'append') %}"
                         "{{ return({'relations': []}) }}{% endmaterialization %}"},
        ["run"], ("FLOE-E0743", "`model.shop.orders` may not change `sales.main.items`")),
}


@pytest.mark.parametrize("attack", WRITES)
def test_a_product_changes_nothing_of_others(mesh, people, attack):
    files, command, refusal = WRITES[attack]
    before = state_of(people)
    shop = mesh.product("shop", "sales", {**MODEL, **files})
    command = [str(shop.directory / word) if word == "evil" else word for word in command]
    done = shop.run(*command, expect=1)
    for text in refusal or ("FLOE-E074", "hr.main"):
        assert text in done.stderr
    assert state_of(people) == before


def test_what_a_product_makes_it_may_change(mesh):
    shop = mesh.product("shop", "sales", {
        **MODEL,
        "dbt_project.yml": "name: shop\nmodels: {+materialized: table}\non-run-end: \"{{ tidy() }}\"\n",
        "seeds/codes.csv": "id\n2\n",
        "snapshots/s.sql": "{% snapshot s %}{{ config(unique_key='id', strategy='check', check_cols='all') }}"
                           " select * from {{ ref('orders') }}{% endsnapshot %}",
        "tests/t.sql": "{{ config(store_failures=true, severity='warn') }} select * from {{ ref('orders') }}",
        "models/staged.sql": "{{ config(materialized='staged') }} select * from {{ ref('codes') }}",
        "macros/m.sql": """\
{% macro tidy() %}{% if execute %}
  {% set old = api.Relation.create(database='floe', schema='sales.main', identifier='old') %}
  {% do adapter.write(old, 'select 1 as id', 'replace') %}{% do adapter.drop_relation(old) %}
{% endif %}{% endmacro %}
{% materialization staged, default %}
  {% set made = this.incorporate(type='table') %}
  {% set draft = made.incorporate(path={'identifier': made.identifier ~ '__dbt_tmp'}) %}
  {% set written = adapter.write(draft, sql, 'replace') %}
  {% do adapter.drop_relation(made) %}{% do adapter.rename_relation(draft, made) %}
  {% do store_result('main', response=written) %}{{ return({'relations': [made]}) }}
{% endmaterialization %}
"""})
    shop.run("run")
    shop.run("run")
    assert sorted(shop.tables()) == ["sales.main.codes", "sales.main.orders", "sales.main.s", "sales.main.staged",
                                     "sales.main_dbt_test__audit.t"]


def test_without_a_manifest_the_catalog_is_the_projects(tmp_path):
    project = Project(tmp_path)
    (tmp_path / "dbt_project.yml").write_text("name: alone\nmodels: {+materialized: table}\n")
    (tmp_path / "models").mkdir()
    (tmp_path / "models/a.sql").write_text("{{ config(post_hook='{{ other() }}') }} select 1 as id")
    (tmp_path / "macros").mkdir()
    (tmp_path / "macros/m.sql").write_text(
        "{% macro other() %}{% if execute %}{% do adapter.write(api.Relation.create(database='floe', schema='raw',"
        " identifier='b'), 'select 2 as id', 'replace') %}{% endif %}{% endmacro %}")
    project.run("run")
    assert sorted(project.tables()) == ["main.a", "raw.b"]
