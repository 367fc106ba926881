"""The lineage and telemetry plugins of the platform get what a run records, and never fail it."""

import json

import pytest

from floe_command import Project

MANIFEST = """apiVersion: floe.dev/v1
kind: Manifest
metadata: {{name: platform, version: 1.0.0}}
plugins:
  compute: duckdb
  lineage_backend: {lineage}
  telemetry_backend: console
"""


@pytest.fixture
def product(tmp_path):
    (tmp_path / "dbt_project.yml").write_text("name: shop\nversion: '1.0'\nprofile: shop\n")
    (tmp_path / "models").mkdir()
    (tmp_path / "models/orders.sql").write_text("select 1 as id")
    (tmp_path / "models/orders.yml").write_text(
        "models:\n  - name: orders\n    columns: [{name: id, data_tests: [unique]}]\n")
    (tmp_path / "floe.yaml").write_text(
        "apiVersion: floe.dev/v1\nkind: DataProduct\nmetadata: {name: shop, version: '1.0', description: orders}\n"
        "platform: {ref: ./manifest.yaml}\ntransforms: [{type: dbt, path: models/}]\n")
    return Project(tmp_path)


def choose(product, lineage):
    (product.directory / "manifest.yaml").write_text(MANIFEST.format(lineage=lineage))


def printed_requests(stderr, member):
    """All spans or metrics that went to the console backend."""
    lines = [json.loads(line) for line in stderr.splitlines() if line.startswith('{"resource')]
    return [resource for line in lines for resource in line.get(member, [])]


def test_backends_get_every_record(product, tmp_path):
    events = tmp_path / "collected" / "lineage.jsonl"
    choose(product, f"{{type: file, config: {{path: {events}}}}}")
    process = product.run("run")
    run = product.run_directories()[-1]
    assert [json.loads(line) for line in events.read_text().splitlines()] == [
        json.loads(line) for line in (run / "lineage.jsonl").read_text().splitlines()]
    for signal, member in (("traces", "resourceSpans"), ("metrics", "resourceMetrics")):
        kept = [resource for line in (run / f"{signal}.jsonl").read_text().splitlines() for resource in json.loads(line)[member]]
        assert kept and printed_requests(process.stderr, member) == kept
    assert "{" not in process.stdout


def test_console_lineage_stays_off_stdout(product):
    choose(product, "console")
    process = product.run("run", "--output", "json")
    assert json.loads(process.stdout)["success"] is True
    printed = [event for line in process.stderr.splitlines() if line.startswith('[{"eventType') for event in json.loads(line)]
    assert [event["eventType"] for event in printed] == ["START", "START", "COMPLETE", "START", "COMPLETE", "COMPLETE"]


def test_a_backend_that_refuses_is_a_warning(product):
    choose(product, "{type: file, config: {path: /proc/floe/lineage.jsonl}}")  # nobody makes folders there
    process = product.run("run")
    assert "warning[FLOE-W0801]: lineage_backend `file` did not take 6 records of this run: " in process.stderr
    assert len((product.run_directories()[-1] / "lineage.jsonl").read_text().splitlines()) == 6


def test_a_backend_that_is_not_installed_is_an_error(product):
    choose(product, "marquez")
    process = product.run("run", expect=None)
    assert process.returncode == 2
    assert "marquez" in process.stderr and not list(product.state.glob("warehouse/**/*.parquet"))
