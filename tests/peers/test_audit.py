"""The audit log of a platform that demands one: every command has a line, and only names of secrets are in it."""

import getpass
import hashlib
import json

import pytest

from recording_servers import http_recorder

AUDITS = {"audit_logging": "enabled"}


def lines(product):
    return [json.loads(line) for line in (product.state / "audit/audit.jsonl").read_text().splitlines()]


def told(line, *keys):
    return {key: line[key] for key in keys}


def test_a_run_names_what_it_read_and_wrote(product, monkeypatch):
    monkeypatch.setenv("FLOE_SECRET_BACKEND_KEY", "s3cr3t-t0ken")
    with http_recorder() as backend:
        product.choose(AUDITS, secrets="env", lineage_backend={
            "type": "http", "config": {"url": backend.url, "auth": {"type": "api_key", "secret_ref": "backend-key"}}})
        process = product.run("--env", "prod", "run")
    (line,) = lines(product)
    artifact = product.state / "target/compiled_artifacts.json"
    assert line.pop("time") >= line.pop("started")
    assert line == {
        "version": 1, "actor": getpass.getuser(), "floe": line["floe"], "command": "run", "environment": "prod",
        "product": "shop", "product_version": "1.0", "platform": "./manifest.yaml",
        "artifact_sha256": hashlib.sha256(artifact.read_bytes()).hexdigest(), "run_id": product.run_directories()[0].name,
        "verdict": "passed", "exit_code": 0, "findings": [], "secrets_read": ["backend-key"],
        "tables_written": ["main.orders"], "tables_dropped": []}
    assert "s3cr3t" not in process.stdout + process.stderr + (product.state / "audit/audit.jsonl").read_text()


def test_refused_and_reading_commands_are_recorded(product):
    product.choose({**AUDITS, "quality_gates": {"require_descriptions": True}})
    product.run("compile", expect=1)
    product.run("dbt", "parse")
    product.run("table", "list")
    keys = ("command", "verdict", "exit_code", "findings", "artifact_sha256")
    refused, parsed, listed = (told(line, *keys) for line in lines(product))
    assert refused == {"command": "compile", "verdict": "failed", "exit_code": 1, "findings": ["FLOE-E0721"], "artifact_sha256": None}
    assert parsed == {"command": "dbt parse", "verdict": "passed", "exit_code": 0, "findings": [], "artifact_sha256": None}
    assert listed == {"command": "table list", "verdict": "passed", "exit_code": 0, "findings": [], "artifact_sha256": None}


def test_an_answer_from_the_cache_names_the_same_artifact(product):
    product.choose(AUDITS)
    product.run("compile")
    assert product.json("compile")["from_cache"]
    first, second = lines(product)
    assert first["artifact_sha256"] == second["artifact_sha256"] is not None


def test_a_platform_that_contradicts_its_parent_is_recorded(product):
    (product.directory / "enterprise.yaml").write_text(
        "metadata: {name: acme, version: 1.0.0}\nscope: enterprise\ngovernance: {audit_logging: enabled}\n")
    (product.directory / "manifest.yaml").write_text(
        "metadata: {name: sales, version: 1.0.0}\nscope: domain\nparent_manifest: enterprise.yaml\n"
        "governance: {audit_logging: disabled}\n")
    product.run("compile", expect=1)
    assert [told(line, "verdict", "findings") for line in lines(product)] == [{"verdict": "failed", "findings": ["FLOE-E0321"]}]


@pytest.mark.parametrize("governance", [None, {"audit_logging": "disabled"}])
def test_other_platforms_leave_no_log(product, governance):
    product.choose(governance)
    product.run("compile")
    assert not (product.state / "audit").exists()
