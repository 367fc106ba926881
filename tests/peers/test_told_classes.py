"""Classes of columns go from product to product by the registry: what its owner says of a table, its readers cannot lower."""

import json
import os

import pytest

from floe_command import Project
from mesh import Mesh

REACHED_BY = ["libfloe-core"]

RULES = "governance: {classification: {enforcement: strict}}\n"
PEOPLE = {
    "models/people.sql": "select 1 as id, 'Ada' as name, 'ada@example.com' as email",
    "models/people.yml": "models: [{name: people, columns: [{name: id}, {name: name, meta: {classification: confidential}},"
                         " {name: email, meta: {classification: pii}}]}]\n",
    "models/hashed.sql": "select id, md5(email) as email from {{ ref('people') }}",
    "models/hashed.yml": "models: [{name: hashed, columns: [{name: email, meta: {masking: hash}}]}]\n",
    "seeds/offices.csv": "office,phone\nOslo,1\n",
    "seeds/offices.yml": "seeds: [{name: offices, columns: [{name: phone, meta: {classification: restricted}}]}]\n",
}


def source(columns="", table="people"):
    return {"models/sources.yml": f"sources: [{{name: crm, schema: hr.main, tables: [{{name: {table}{columns}}}]}}]\n"}


def model(sql, declared="email", word="internal"):
    return {"models/contacts.sql": sql,
            "models/contacts.yml": f"models: [{{name: contacts, columns: [{{name: {declared}, meta: {{classification: {word}}}}}]}}]\n"}


FROM = "select * from {{ source('crm', 'people') }}"
EMAIL = "column `contacts.email` is declared internal, but derives from a column of class pii"

# What the reader has, and what is said of it.
LOWERED = {
    "a source without columns": (source() | model("select email from {{ source('crm', 'people') }}"), EMAIL),
    "all columns": (source() | model(FROM), EMAIL),
    "an expression": (source() | model("select lower(Email) as email from {{ source('crm', 'people') }}"), EMAIL),
    "a source that says less": (
        source(", columns: [{name: email, meta: {classification: public}}]") | model(FROM), EMAIL),
    "a source that masks": (source(", columns: [{name: email, meta: {masking: hash}}]") | model(FROM), EMAIL),
    "a source with all columns": (
        source(", columns: [{name: id, data_type: integer}, {name: name, data_type: varchar},"
               " {name: email, data_type: varchar}]") | model(FROM), EMAIL),
    "a source with other letters": (
        {"models/sources.yml": "sources: [{name: crm, schema: HR.main, tables: [{name: people, identifier: PEOPLE}]}]\n"}
        | model(FROM), EMAIL),
    "an ephemeral model between": (
        source() | model("select email from {{ ref('between') }}")
        | {"models/between.sql": "{{ config(materialized='ephemeral') }} " + FROM}, EMAIL),
    "a snapshot between": (
        source() | model("select email from {{ ref('kept') }}")
        | {"snapshots/kept.sql": "{% snapshot kept %}{{ config(unique_key='id', strategy='check', check_cols='all') }} "
                                 + FROM + "{% endsnapshot %}"}, EMAIL),
    "a seed": (
        source(table="offices") | model("select phone from {{ source('crm', 'offices') }}", "phone"),
        "column `contacts.phone` is declared internal, but derives from a column of class restricted"),
}


@pytest.fixture
def mesh(tmp_path):
    made = Mesh(tmp_path)
    enterprise = tmp_path / "mesh/enterprise.yaml"
    enterprise.write_text(enterprise.read_text() + RULES)
    people = made.product("people", "hr", PEOPLE)
    people.run("run")
    people.run("product", "register")
    return made


@pytest.mark.parametrize("case", LOWERED)
def test_a_reader_does_not_lower_a_class(mesh, case):
    files, finding = LOWERED[case]
    done = mesh.product("shop", "sales", files).run("compile", expect=1)
    assert "FLOE-E0752" in done.stderr
    assert finding in done.stderr
    assert "it comes from hr.people -> " in done.stderr


def test_what_the_registry_tells(mesh):
    registered, = json.loads((mesh.directory / "mesh/products.json").read_text())["products"]
    assert sorted(registered["tables"]) == ["hr.main.hashed", "hr.main.offices", "hr.main.people"]
    assert registered["classes"] == {"hr.main.offices": {"phone": "restricted"},
                                     "hr.main.people": {"email": "pii", "name": "confidential"}}


RIGHT = {
    "the class of the owner": source() | model(FROM, word="pii"),
    "a column without a class": source(
        ", columns: [{name: id, data_type: integer}, {name: name, data_type: varchar}, {name: email, data_type: varchar}]") | model("select id as email from {{ source('crm', 'people') }}"),
    "a column that its owner masked": source(table="hashed") | model("select email from {{ source('crm', 'hashed') }}"),
    "masked by the reader": source() | {
        "models/contacts.sql": "select md5(email) as email from {{ source('crm', 'people') }}",
        "models/contacts.yml":
            "models: [{name: contacts, columns: [{name: email, meta: {masking: hash, classification: internal}}]}]\n"},
}


@pytest.mark.parametrize("case", RIGHT)
def test_what_is_right_runs(mesh, case):
    mesh.product("shop", "sales", RIGHT[case]).run("run")


def test_contracts_of_ports_tell_too(mesh):
    with (mesh.directory / "people/floe.yaml").open("a") as product:
        product.write("output_ports: [{name: people, model: people, classification: sensitive, schema: [{name: id}]}]\n")
    people = mesh.directory / "people"
    (people / "models/people.yml").write_text("models: [{name: people, description: All., columns: [{name: id}]}]\n")
    Project(people).run("product", "register")
    done = mesh.product("shop", "sales", source() | model(FROM, "id")).run("compile", expect=1)
    assert "column `contacts.id` is declared internal, but derives from a column of class sensitive" in done.stderr


def test_the_environment_names_no_other_registry(mesh, tmp_path):
    empty = tmp_path / "empty.json"
    empty.write_text('{"schema": "floe.products/1", "products": []}')
    shop = mesh.product("shop", "sales", source() | model(FROM))
    assert EMAIL in shop.run("compile", expect=1, env={**os.environ, "FLOE_PRODUCT_REGISTRY": str(empty)}).stderr
