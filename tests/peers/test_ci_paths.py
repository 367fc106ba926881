"""Findings for CI systems name files from the root of the checkout, wherever in it the product is and floe is started."""

import json
import re
import subprocess

import pytest

from floe_command import Project

FILES = {
    "shop/floe.yaml": 'apiVersion: floe.dev/v1\nkind: DataProduct\nmetadata: {name: shop, version: "1.0"}\nplatform: {ref: ../platform}\n',
    "shop/dbt_project.yml": "name: shop\n",
    "shop/models/orders.sql": "select 1 as id from {{ ref('gone') }}\n",
    "platform/manifest.yaml": 'metadata: {name: acme, version: "1.0.0"}\nplugins: {secrets: gone}\n',
}
NAMED = {
    "github": r"^::\w+ file=([^,]+),",
    "junit": r'classname="([^":]+)',
    "sarif": r'"uri": "([^"]+)"',
}


@pytest.fixture
def checkout(tmp_path):
    subprocess.run(["git", "init", "--quiet", tmp_path], check=True)
    for name, text in FILES.items():
        (tmp_path / name).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / name).write_text(text)
    return tmp_path


@pytest.mark.parametrize("format", NAMED)
@pytest.mark.parametrize("folder", ["shop", "shop/models"])
def test_findings(checkout, format, folder):
    text = Project(checkout / folder).run("-q", "compile", "--error-format", format, expect=1).stderr
    assert sorted(re.findall(NAMED[format], text, re.MULTILINE)) == ["platform/manifest.yaml", "shop/models/orders.sql"]


def test_nodes_of_a_run(checkout):
    (checkout / "shop/models/orders.sql").write_text("{{ config(materialized='table') }} select 'x'::int as id")
    (checkout / "shop/models/below.sql").write_text("{{ config(materialized='table') }} select * from {{ ref('orders') }}")
    text = Project(checkout / "shop").run("-q", "run", "--error-format", "junit", expect=1).stderr
    assert re.search(r'name="orders" time="[0-9.]+" file="shop/', text)
    assert '<skipped message="upstream failed: model.shop.orders"/>' in text


def test_governance_reports(checkout):
    text = Project(checkout / "shop").run("-q", "governance", "report", "--format", "sarif", expect=1).stdout
    places = [one["locations"][0]["physicalLocation"]["artifactLocation"]["uri"] for one in json.loads(text)["runs"][0]["results"]]
    assert sorted(places) == ["platform/manifest.yaml", "shop/models/orders.sql"]


def test_without_a_checkout_they_are_those_of_the_product(checkout):
    (checkout / ".git").rename(checkout / "gone")
    text = Project(checkout / "shop").run("-q", "compile", "--error-format", "sarif", expect=1).stderr
    assert sorted(re.findall(NAMED["sarif"], text)) == [f"file://{checkout}/platform/manifest.yaml", "models/orders.sql"]
