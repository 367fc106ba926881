"""The page of a product that the compile refuses: what is wrong with it, and as much of it as could be read."""

import pathlib

import pytest

from floe_command import Project
from test_report import cells, expect_heading, go, violations

PRODUCT = {
    "dbt_project.yml": "name: shop\nversion: '1.0'\n",
    "manifest.yaml": "apiVersion: floe.dev/v1\nkind: Manifest\nmetadata: {name: acme, version: 1.0.0}\nplugins: {compute: duckdb}\n"
                     "data_architecture: {pattern: medallion, naming: {enforcement: strict}}\n",
    "floe.yaml": "apiVersion: floe.dev/v1\nkind: DataProduct\nmetadata: {name: shop, version: '1.0'}\nplatform: {ref: manifest.yaml}\n",
    "models/bronze_orders.sql": "select 1 as id",
    "models/totals.sql": "select id as order_id from {{ ref('bronze_orders') }}",
}
NAMING = ["FLOE-E0701", "✗ error", "model `totals` violates the naming convention\nexpected: bronze_*, silver_*, or gold_* prefix", "models/totals.sql:1",
          "rename the file to `bronze_totals.sql` and every ref('totals') with it"]


@pytest.fixture
def refused(tmp_path):
    """A function that writes the product with other files and returns its page."""

    def build(**files):
        for name, text in {**PRODUCT, **files}.items():
            path = tmp_path / name
            path.parent.mkdir(exist_ok=True)
            path.write_text(text)
        answer = Project(tmp_path).json("docs", "build", "--out", "page", expect=1)
        assert answer["success"] is False
        assert not (tmp_path / ".floe/target/compiled_artifacts.json").exists()
        return pathlib.Path(answer["path"])

    return build


def test_a_policy_refuses(open_page, refused, axe):
    page = open_page(refused())
    assert page.locator(".card").first.inner_text() == "Compile\n✗ refused\n1 error, 0 warnings"
    page.get_by_role("link", name="Compile").click()
    expect_heading(page, "Findings of the compile")
    assert cells(page, "Findings") == [NAMING]
    assert violations(page, axe) == []
    go(page, "#/policies")
    assert [(row[0], row[2]) for row in cells(page, "Policies")] == [("naming", "✗ failed"), ("layers", "✓ passed")]
    go(page, "#/node/model.shop.totals")
    # Traced although nothing was compiled.
    assert [row[5] for row in cells(page, "Columns of totals")] == ["bronze_orders.id copied"]


def test_a_document_is_broken(open_page, refused):
    page = open_page(refused(**{"floe.yaml": PRODUCT["floe.yaml"].replace("metadata", "metadta")}), "#/findings")
    assert [row[:2] + row[3:4] for row in cells(page, "Findings")] == [
        ["FLOE-E0203", "✗ error", "floe.yaml:1"], ["FLOE-E0201", "✗ error", "floe.yaml:3"], ["FLOE-E0701", "✗ error", "models/totals.sql:1"]]
    go(page, "#/settings")
    assert ["plugins.compute", '"duckdb"', "acme", "manifest.yaml:4"] in cells(page, "Settings")


def test_the_dbt_project_is_broken(open_page, refused):
    page = open_page(refused(**{"models/totals.sql": "select {{ ref('bronze_order') }}"}), "#/findings")
    assert [row[0] for row in cells(page, "Findings")] == ["FLOE-E0608"]
    go(page, "#/list")
    expect_heading(page, "Lineage as a table")


@pytest.mark.parametrize("manifest", ["", "- a\n", PRODUCT["manifest.yaml"] + "parent_manifest: manifest.yaml\n",
                                      PRODUCT["manifest.yaml"].replace("{compute: duckdb}", "[a]")])
def test_the_platform_is_broken(open_page, refused, manifest):
    page = open_page(refused(**{"manifest.yaml": manifest}), "#/findings")
    assert all(row[0].startswith("FLOE-E") for row in cells(page, "Findings"))
    go(page, "#/node/model.shop.totals")
    expect_heading(page, "totals")
