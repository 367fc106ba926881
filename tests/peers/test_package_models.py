"""Models of packages are judged as the project's own are: a run builds them, wherever their files lie."""

import pytest

from floe_command import Project

REACHED_BY = ["libfloe-core", "libfloe-dbt"]

MANIFEST = """\
apiVersion: floe.dev/v1
kind: Manifest
metadata: {name: acme, version: "1.0.0"}
data_architecture: {pattern: medallion, naming: {enforcement: %(naming)s}}
governance:
  classification: {enforcement: strict, layers: {gold: internal}}
  quality_gates: {minimum_test_coverage: %(coverage)s, require_descriptions: %(descriptions)s}
"""
LENIENT = {"naming": "off", "coverage": 0, "descriptions": "false"}

PRODUCT = """\
apiVersion: floe.dev/v1
kind: DataProduct
metadata: {name: shop, version: "1.0", owner: shop@example.com}
platform: {ref: manifest.yaml}
transforms: [{type: dbt, path: models/}]
"""

OWN = {"models/bronze_a.sql": "select 1 as id"}

# What the package has, what the platform demands, and what is found where.
FINDINGS = {
    "a name": ({"models/stray.sql": "select 1 as id"}, {"naming": "strict"}, "FLOE-E0701",
               "dbt_packages/extra/models/stray.sql"),
    "a layer": ({"models/gold_x.sql": "select * from {{ ref('bronze_a') }}"}, {"naming": "strict"}, "FLOE-E0702",
                "dbt_packages/extra/models/gold_x.sql"),
    "a column without a test": (
        {"models/gold_x.sql": "select 1 as id", "models/x.yml": "models: [{name: gold_x, columns: [{name: id}]}]\n"},
        {"coverage": 100}, "FLOE-E0711", "dbt_packages/extra/models/x.yml"),
    "a model without a description": (
        {"models/gold_x.sql": "select 1 as id", "models/x.yml": "models: [{name: gold_x, columns: [{name: id}]}]\n"},
        {"descriptions": "true"}, "FLOE-E0721", "dbt_packages/extra/models/x.yml"),
    "a class above the layer's": (
        {"models/gold_x.sql": "select 'a' as email",
         "models/x.yml": "models: [{name: gold_x, columns: [{name: email, meta: {classification: pii}}]}]\n"},
        {}, "FLOE-E0753", "dbt_packages/extra/models/x.yml"),
}


def project(directory, demands, package, own=OWN):
    (directory / "manifest.yaml").write_text(MANIFEST % {**LENIENT, **demands})
    (directory / "floe.yaml").write_text(PRODUCT)
    (directory / "dbt_project.yml").write_text("name: shop\nmodels: {+materialized: table}\n")
    (directory / "packages.yml").write_text("packages: [{local: dbt_packages/extra}]\n")
    files = {**own, "dbt_packages/extra/dbt_project.yml": "name: extra\n",
             **{f"dbt_packages/extra/{path}": text for path, text in package.items()}}
    for path, text in files.items():
        (directory / path).parent.mkdir(parents=True, exist_ok=True)
        (directory / path).write_text(text)
    return Project(directory)


@pytest.mark.parametrize("case", FINDINGS)
def test_what_the_platform_demands_of_a_package(tmp_path, case):
    package, demands, code, place = FINDINGS[case]
    shop = project(tmp_path, demands, package)
    report = shop.json("compile", expect=1)
    found = [each for each in report["diagnostics"] if each["code"] == code]
    assert found, report
    assert found[0]["labels"][0]["span"]["file"] == place
    shop.run("run", expect=1)
    assert shop.tables() == {}


def test_a_package_that_keeps_the_rules_runs(tmp_path):
    shop = project(tmp_path, {"naming": "strict", "descriptions": "true", "coverage": 100}, {
        "models/silver_x.sql": "select * from {{ ref('bronze_a') }}",
        "models/x.yml": "models: [{name: silver_x, description: All., columns:"
                        " [{name: id, description: Number., data_tests: [unique]}]}]\n",
    }, {**OWN, "models/a.yml": "models: [{name: bronze_a, description: All., columns:"
                               " [{name: id, description: Number., data_tests: [unique]}]}]\n"})
    done = shop.run("run")
    assert sorted(shop.tables()) == ["main.bronze_a", "main.silver_x"]
    assert "FLOE-W1306" not in done.stderr


def test_what_to_do_about_a_package(tmp_path):
    shop = project(tmp_path, {"naming": "strict"}, {"models/stray.sql": "select 1 as id"})
    assert "models: {extra: {stray: {+enabled: false}}}" in shop.run("compile", expect=1).stderr
    (tmp_path / "dbt_project.yml").write_text("name: shop\nmodels: {extra: {stray: {+enabled: false}}}\n")
    shop.run("run")


def test_of_two_models_with_one_name_each_is_judged(tmp_path):
    shop = project(tmp_path, {"descriptions": "true"}, {
        "models/bronze_a.sql": "{{ config(schema='other') }} select 2 as id"},
        {**OWN, "models/a.yml": "models: [{name: bronze_a, description: All., columns: [{name: id, description: Number.}]}]\n"})
    report = shop.json("compile", expect=1)
    assert [each["labels"][0]["span"]["file"] for each in report["diagnostics"]] == [
        "dbt_packages/extra/models/bronze_a.sql"]
