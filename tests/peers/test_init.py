"""`floe init`: what it writes compiles and runs, is valid under the schemas it writes, and replaces nothing."""

import json
import os
import pty
import subprocess

import jsonschema
import pytest
import yaml

from floe_command import BIN, Project

MANIFEST = 'metadata: {name: acme, version: "1.0.0"}\ndata_architecture: {pattern: kimball, naming: {enforcement: strict}}\n' \
           "governance: {policy_enforcement_level: strict, quality_gates: {minimum_test_coverage: 100, require_descriptions: true, require_column_descriptions: true}}\n"


def written(project):
    return {str(path.relative_to(project.directory)) for path in project.directory.rglob("*") if path.is_file()}


def check_documents(project, *names):
    """Each document is valid under the schema that its first line names for editors."""
    for name in names:
        text = (project.directory / name).read_text()
        schema = text.splitlines()[0].removeprefix("# yaml-language-server: $schema=")
        jsonschema.validate(yaml.safe_load(text), json.loads((project.directory / schema).read_text()))


def test_from_nothing(tmp_path):
    project = Project(tmp_path)
    answer = project.json("init", "shop", "--description", 'Orders: "all" of them', "--owner", "sales")
    assert answer["product"] == "shop" and answer["success"]
    shop = Project(tmp_path / "shop")
    assert set(answer["files"]) == {f"shop/{name}" for name in written(shop)} == {f"shop/{name}" for name in (
        ".gitignore", "floe.yaml", "manifest.yaml", "models/bronze_example.sql", "models/schema.yml", "schemas/product.schema.json", "schemas/manifest.schema.json")}
    check_documents(shop, "floe.yaml", "manifest.yaml")
    assert yaml.safe_load((shop.directory / "floe.yaml").read_text())["metadata"]["description"] == 'Orders: "all" of them'
    shop.run("run")
    assert shop.show("bronze_example")["rows"] == [{"id": 1, "greeting": "hello"}]


def test_folders_with_dbts_names_are_read(tmp_path):
    """Without a dbt_project.yml, as with one: seeds, tests, macros and snapshots of a new product."""
    Project(tmp_path).run("init", "shop")
    shop = Project(tmp_path / "shop")
    for name, text in {
        "seeds/bronze_countries.csv": "code,name\nde,Germany\nfr,France\n",
        "macros/doubled.sql": "{% macro doubled(x) %}{{ x }} * 2{% endmacro %}",
        "models/bronze_twice.sql": "{{ config(materialized='table') }} select {{ doubled('1') }} as id from {{ ref('bronze_countries') }} limit 1",
        "tests/no_countries.sql": "{{ config(severity='warn') }} select * from {{ ref('bronze_countries') }}",
        "snapshots/bronze_seen.sql": "{% snapshot bronze_seen %}{{ config(unique_key='code', strategy='check', check_cols='all', target_schema='main') }}"
                                     "select * from {{ ref('bronze_countries') }}{% endsnapshot %}",
    }.items():
        (shop.directory / name).parent.mkdir(exist_ok=True)
        (shop.directory / name).write_text(text)
    finished = shop.run("run", "--output", "json")
    results = {result["name"]: result["status"] for result in json.loads(finished.stdout)["results"]}
    assert {name: results.get(name) for name in ("bronze_countries", "bronze_twice", "bronze_seen", "no_countries")} == {
        "bronze_countries": "success", "bronze_twice": "success", "bronze_seen": "success", "no_countries": "warn"}
    assert "warning[FLOE-W0632]" in finished.stderr and " --> tests/no_countries.sql:1:1" in finished.stderr
    assert shop.show("bronze_twice")["rows"] == [{"id": 2}]
    # The verdicts are of the graph that runs.
    (shop.directory / "seeds/countries.csv").write_text("code\nde\n")
    (shop.directory / "models/bronze_reads.sql").write_text("select * from {{ ref('countries') }}")
    shop.run("run")
    assert shop.show("countries")["rows"] == [{"code": "de"}]


def test_a_folder_of_models_has_models_whatever_its_name_is(product):
    (product.directory / "dbt_project.yml").unlink()
    (product.directory / "tests").mkdir()
    (product.directory / "tests/found.sql").write_text("{{ config(materialized='table') }} select 1 as id")
    floe_yaml = product.directory / "floe.yaml"
    floe_yaml.write_text(floe_yaml.read_text().replace("models/", "tests/"))
    product.choose()
    product.run("run")
    assert product.show("found")["rows"] == [{"id": 1}]


@pytest.mark.parametrize("name", ["2024", "1e5", "true", "no", "on"])
def test_a_name_that_yaml_takes_for_something_else(tmp_path, name):
    Project(tmp_path).run("init", name)
    assert yaml.safe_load((tmp_path / name / "floe.yaml").read_text())["metadata"]["name"] == name
    assert Project(tmp_path / name).json("compile")["success"]


def test_a_document_that_is_called_otherwise(tmp_path):
    (tmp_path / "dbt_project.yml").write_text("name: shop\n")
    (tmp_path / "floe.yml").write_text("name: shop\nversion: '1.0'\n")
    refused = Project(tmp_path).run("compile", expect=2).stderr
    assert "floe.yml` is not read: the document of a product is `floe.yaml`; rename it" in refused


def test_beside_a_dbt_project(tmp_path):
    (tmp_path / "models").mkdir()
    (tmp_path / "dbt_project.yml").write_text("name: jaffle_shop\nprofile: jaffle_shop\n")
    (tmp_path / "models/orders.sql").write_text("{{ config(materialized='table') }} select 7 as id")
    project = Project(tmp_path)
    before = written(project)
    answer = project.json("init")
    assert answer["product"] == "jaffle-shop"
    assert written(project) - before == {".gitignore", "floe.yaml", "manifest.yaml", "schemas/product.schema.json", "schemas/manifest.schema.json"}
    check_documents(project, "floe.yaml", "manifest.yaml")
    project.run("run")
    assert project.show("orders")["rows"] == [{"id": 7}]


def test_on_a_platform_of_somebody_else(tmp_path):
    (tmp_path / "platform").mkdir()
    (tmp_path / "platform/manifest.yaml").write_text(MANIFEST)
    project = Project(tmp_path)
    project.run("init", "shop", "--platform", "../platform")
    shop = Project(tmp_path / "shop")
    assert "manifest.yaml" not in written(shop) and "schemas/manifest.schema.json" not in written(shop)
    shop.run("run")
    refused = project.run("init", "other", "--platform", "../nowhere", expect=2)
    assert "FLOE-E0301" in refused.stderr and not (tmp_path / "other").exists()


def test_nothing_is_overwritten(tmp_path):
    project = Project(tmp_path)
    (tmp_path / "floe.yaml").write_text("mine")
    (tmp_path / "schemas").mkdir()
    (tmp_path / "schemas/product.schema.json").write_text("mine too")
    refused = project.run("init", "--name", "shop", expect=2)
    assert [line for line in refused.stderr.splitlines() if line.startswith("error")] == [
        "error[FLOE-E0116]: `floe.yaml` is there already", "error[FLOE-E0116]: `schemas/product.schema.json` is there already"]
    assert written(project) == {"floe.yaml", "schemas/product.schema.json"}


def test_git_keeps_what_the_product_is_and_leaves_out_what_floe_writes(tmp_path):
    subprocess.run(["git", "init", "--quiet", tmp_path], check=True)
    project = Project(tmp_path)
    project.run("init", "--name", "shop")
    project.run("run")
    untracked = subprocess.run(["git", "-C", tmp_path, "status", "--porcelain", "--untracked-files=all"], capture_output=True, text=True, check=True).stdout
    assert sorted(line.removeprefix("?? ") for line in untracked.splitlines()) == [
        ".gitignore", "floe.lock", "floe.yaml", "manifest.yaml", "models/bronze_example.sql", "models/schema.yml", "schemas/manifest.schema.json", "schemas/product.schema.json"]


@pytest.mark.parametrize("text, is_ignored", [("target/\n", False), ("target/\n.floe/\n", True), ("/.floe", True), ("# .floe/\n", False)])
def test_a_gitignore_that_is_there_stays(tmp_path, text, is_ignored):
    (tmp_path / ".gitignore").write_text(text)
    project = Project(tmp_path)
    answer = project.run("init", "--name", "shop").stdout
    assert (tmp_path / ".gitignore").read_text() == text
    assert ("Add the line `.floe/` to .gitignore" in answer) == (not is_ignored)


@pytest.mark.parametrize("name", ["Shop", "a b", "-a", "x" * 64])
def test_names_are_checked(tmp_path, name):
    assert "is no name of a product" in Project(tmp_path).run("init", f"--name={name}", expect=2).stderr
    assert not list(tmp_path.iterdir())


def test_a_person_at_a_terminal_is_asked(tmp_path):
    ours, theirs = pty.openpty()
    process = subprocess.Popen([BIN, "-C", tmp_path, "init", "--owner", "sales"], stdin=theirs, stdout=theirs, stderr=subprocess.PIPE)
    os.close(theirs)
    os.write(ours, b"shop\nOrders.\n\n")
    error = process.communicate(timeout=60)[1]
    os.close(ours)
    assert process.returncode == 0, error
    metadata = yaml.safe_load((tmp_path / "floe.yaml").read_text())["metadata"]
    assert metadata == {"name": "shop", "version": "0.1.0", "description": "Orders.", "owner": "sales"}
