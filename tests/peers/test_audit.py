"""The audit log of a platform that demands one: every command has a line, and only names of secrets are in it."""

import getpass
import hashlib
import json
import os
import shutil

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
        "version": 2, "sequence": 1, "previous_sha256": None, "actor": getpass.getuser(), "floe": line["floe"], "command": "run", "environment": "prod",
        "product": "shop", "product_version": "1.0", "platform": "./manifest.yaml",
        "artifact_sha256": hashlib.sha256(artifact.read_bytes()).hexdigest(), "run_id": product.run_directories()[0].name,
        "verdict": "passed", "exit_code": 0, "findings": [], "secrets_read": ["backend-key"],
        "tables_read": ["main.orders"], "tables_written": ["main.orders"], "tables_dropped": [], "files_read": [], "files_written": []}
    assert "s3cr3t" not in process.stdout + process.stderr + (product.state / "audit/audit.jsonl").read_text()


def test_what_is_read_is_recorded(product):
    """Raw files, seeds, files that SQL names and COPY writes, tables of models, tests, hooks and `show`."""
    for name, text in {
        "data/orders.csv": "id,amount\n1,10\n",
        "data/rates.csv": "rate\n2\n",
        "seeds/names.csv": "id,name\n1,a\n",
        "models/orders.sql": "{{ config(materialized='table') }} select * from {{ source('raw', 'orders') }}, " f"'{product.directory}/data/rates.csv'",
        "models/report.sql": "{{ config(materialized='view') }} select * from {{ ref('orders') }} join {{ ref('names') }} using (id)",
        "models/s.yml": "sources: [{name: raw, tables: [{name: orders}]}]\nmodels: [{name: report, columns: [{name: id, data_tests: [unique]}]}]",
        "floe.yaml": (product.directory / "floe.yaml").read_text() + "ingestion: {sources: [{name: orders, format: csv, path: data/o*.csv, table: raw.orders}]}\n",
    }.items():
        (product.directory / name).parent.mkdir(exist_ok=True)
        (product.directory / name).write_text(text)
    product.choose(AUDITS)
    product.run("run")
    product.run("test")
    product.run("show", "report")
    product.run("show", "raw.orders")
    product.run("dbt", "show", "--inline", "select * from {{ ref('names') }}")
    product.run("compile")
    keys = ("command", "tables_read", "files_read", "tables_written", "files_written")
    assert [tuple(line[key] for key in keys) for line in lines(product)] == [
        ("run", ["main.names", "main.orders", "main.report", "raw.orders"], ["data/orders.csv", "data/rates.csv", "seeds/names.csv"],
         ["main.names", "main.orders", "main.report", "raw.orders"], []),
        ("test", ["main.orders", "main.report"], [], [], []),
        ("show", ["main.report"], [], [], []),
        ("show", ["raw.orders"], [], [], []),
        ("dbt show", ["main.names"], [], [], []),
        ("compile", [], [], [], []),
    ]


def test_each_line_goes_to_the_sinks_as_it_is(product):
    """The SHA-256 of what a sink got last is the head of the log."""
    with http_recorder() as one, http_recorder() as other:
        sinks = [{"type": "otlp", "config": {"endpoint": server.url, "protocol": "http/json"}} for server in (one, other)]
        product.choose({**AUDITS, "quality_gates": {"require_descriptions": True}}, audit_sinks=sinks)
        product.run("compile", expect=1)
        product.run("table", "list")
        product.choose(AUDITS, audit_sinks=sinks)
        product.run("run")
        head = product.json("audit", "verify")["head"]
        for server in (one, other):
            assert {path for path, _, _ in server.requests} == {"/v1/logs"}
            records = [record for _, _, body in server.requests for record in log_records(json.loads(body))]
            assert [record["body"]["stringValue"] for record in records] == (product.state / "audit/audit.jsonl").read_text().splitlines()
            assert hashlib.sha256(records[-1]["body"]["stringValue"].encode()).hexdigest() == head["sha256"]
            assert records[-1]["attributes"] == [{"key": "floe.audit.sequence", "value": {"intValue": "3"}},
                                                 {"key": "floe.audit.sha256", "value": {"stringValue": head["sha256"]}}]
            assert [record["severityText"] for record in records] == ["WARN", "INFO", "INFO"]


def test_the_line_of_resume_goes_to_the_sinks_too(product):
    """With the next command: `audit resume` reads no platform."""
    with http_recorder() as server:
        product.choose(AUDITS, audit_sinks=[{"type": "otlp", "config": {"endpoint": server.url, "protocol": "http/json"}}])
        product.run("compile")
        log = product.state / "audit/audit.jsonl"
        log.write_text(log.read_text().replace("passed", "failed"))
        product.run("audit", "resume", "--reason", "a test")
        product.run("compile")
        product.run("compile")
        records = [record["body"]["stringValue"] for _, _, body in server.requests for record in log_records(json.loads(body))]
    assert records[1:] == log.read_text().splitlines()
    assert [json.loads(record)["sequence"] for record in records] == [1, 2, 3, 4]


def log_records(request):
    return [record for resource in request["resourceLogs"] for scope in resource["scopeLogs"] for record in scope["logRecords"]]


def test_no_command_begins_without_its_sinks(product):
    with http_recorder() as server:
        sinks = [{"type": "otlp", "config": {"endpoint": server.url, "protocol": "http/json"}}]
        product.choose(AUDITS, audit_sinks=sinks)
        product.run("compile")
    for command in (["run"], ["compile"], ["table", "list"], ["dbt", "parse"]):
        process = product.run(*command, expect=None)
        assert process.returncode != 0 and "error[FLOE-E0808]: audit sink `otlp` cannot record this command" in process.stderr
    assert not (product.state / "runs").exists()


def test_a_sink_that_goes_away_meanwhile(product):
    """It takes the question whether it is there, and no line."""
    with http_recorder(statuses=[200] + 50 * [503]) as server:
        product.choose(AUDITS, audit_sinks=[{"type": "otlp", "config": {"endpoint": server.url, "protocol": "http/json"}}])
        process = product.run("compile", expect=None)
    assert process.returncode != 0 and "error[FLOE-E0808]: audit sink `otlp` did not take line 1" in process.stderr
    assert len(lines(product)) == 1


def test_a_sink_that_is_not_approved_is_not_opened(product):
    with http_recorder() as server:
        product.choose(AUDITS, audit_sinks=[{"type": "otlp", "config": {"endpoint": server.url, "protocol": "http/json"}}])
        manifest = product.directory / "manifest.yaml"
        manifest.write_text(manifest.read_text() + "approved_plugins: {audit_sinks: [other]}\nscope: enterprise\n")
        assert "FLOE-E0329" in product.run("compile", expect=1).stderr
        assert server.requests == []


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


@pytest.fixture
def audited(product, tmp_path_factory, monkeypatch):
    """Three commands of a user whose heads lie in a folder of the test."""
    monkeypatch.setenv("XDG_STATE_HOME", str(tmp_path_factory.mktemp("state")))
    product.choose(AUDITS)
    for _ in range(3):
        product.run("-q", "compile")
    product.log = product.state / "audit/audit.jsonl"
    return product


def rewrite(change):
    def apply(product):
        lines = product.log.read_text().splitlines(keepends=True)
        product.log.write_text("".join(change(lines)))
    return apply


def chained(lines, **members):
    """A line that follows the last one, as floe itself would write it."""
    before = lines[-1].rstrip("\n").encode()
    line = {"version": 2, "sequence": json.loads(lines[-1])["sequence"] + 1, "previous_sha256": hashlib.sha256(before).hexdigest(), **members}
    return json.dumps(line, separators=(",", ":")) + "\n"


def forged(lines):
    """A whole log, written anew."""
    out = ['{"version":2,"sequence":1,"previous_sha256":null,"command":"compile"}\n']
    while len(out) < len(lines):
        out.append(chained(out, command="compile"))
    return out


def link(product):
    product.log.unlink()
    product.log.symlink_to("/dev/null")


def restore(product):
    """An older `.floe`, as a cache of a CI system would bring it."""
    old = product.directory / "old"
    shutil.copytree(product.state, old)
    product.run("-q", "compile")
    shutil.rmtree(product.state)
    old.rename(product.state)


ATTACKS = {
    "edited": (rewrite(lambda lines: [lines[0].replace("passed", "failed"), *lines[1:]]), "line 2 was written after another line than the one before it"),
    "the last one edited": (rewrite(lambda lines: [*lines[:-1], lines[-1].replace("passed", "failed")]), "number 3 is another line than the one that was written"),
    "taken out": (rewrite(lambda lines: lines[:1] + lines[2:]), "line 2 has the number 3, and 2 comes after 1"),
    "swapped": (rewrite(lambda lines: [lines[1], lines[0], lines[2]]), "its first line says that there was one before it"),
    "twice": (rewrite(lambda lines: [*lines, lines[-1]]), "line 4 has the number 3, and 4 comes after 3"),
    "cut": (rewrite(lambda lines: lines[:2]), "it ends with number 2, and there was a number 3"),
    "cut in a line": (rewrite(lambda lines: [*lines[:2], lines[2][:40]]), "line 3 is not whole"),
    "emptied": (rewrite(lambda lines: []), "it is gone, and this user's commands have written to it"),
    "removed": (lambda product: product.log.unlink(), "it is gone, and this user's commands have written to it"),
    "all of .floe removed": (lambda product: shutil.rmtree(product.state), "it is gone, and this user's commands have written to it"),
    "a link": (link, "it is a link to `/dev/null`"),
    "restored": (restore, "it ends with number 3, and there was a number 4"),
    "forged": (rewrite(forged), "number 3 is another line than the one that was written"),
    "words": (rewrite(lambda lines: [*lines, "nothing to see\n"]), "line 4 is no line of an audit log"),
    "bytes": (lambda product: product.log.write_bytes(b"\xff" * 5_000_000), "line 1 is not whole"),
}


@pytest.mark.parametrize("attack", ATTACKS)
def test_a_changed_log_stops_the_next_command(audited, attack):
    change, why = ATTACKS[attack]
    change(audited)
    for command in ("compile", "run", "table list"):
        said = audited.run("-q", *command.split(), expect=2).stderr
        assert f"error[FLOE-E0807]: the audit log does not hold: {why}\n" in said
    assert audited.json("audit", "verify", expect=1)["broken"] == why
    kept = audited.log.read_bytes() if audited.log.exists() and not audited.log.is_symlink() else None
    resumed = audited.json("audit", "resume", "--reason", "a test")
    first = lines(audited)[0]
    assert first["sequence"] >= 1 and first["previous_sha256"] is None
    assert told(first, "command", "reason", "broken") == {"command": "audit resume", "reason": "a test", "broken": why}
    if kept is not None:
        assert first["kept"] == {"file": resumed["kept"].rpartition("/")[2], "sha256": hashlib.sha256(kept).hexdigest()}
        assert (audited.state / "audit" / first["kept"]["file"]).read_bytes() == kept
    audited.run("-q", "compile")
    assert audited.json("audit", "verify")["lines"] == 2
    assert audited.run("audit", "resume", "--reason", "again", expect=2).returncode == 2


def test_lines_of_other_users_follow(audited, tmp_path, monkeypatch):
    monkeypatch.setenv("XDG_STATE_HOME", str(tmp_path / "of another user"))
    audited.run("-q", "compile")
    monkeypatch.undo()
    audited.run("-q", "compile")
    assert [line["sequence"] for line in lines(audited)] == [1, 2, 3, 4, 5]


def test_a_head_from_elsewhere(audited):
    """What a collector knows, against a user who writes log and head anew."""
    head = audited.json("audit", "verify")["head"]
    text = f"{head['sequence']}:{head['sha256']}"
    audited.run("-q", "compile")
    assert audited.json("audit", "verify", "--head", text)["compared_with"] == head
    log = audited.log.read_text().splitlines(keepends=True)
    audited.log.write_text("".join(forged(log)))
    shutil.rmtree(os.environ["XDG_STATE_HOME"])
    audited.run("-q", "compile")
    assert audited.json("audit", "verify")["holds"]
    assert audited.json("audit", "verify", "--head", text, expect=1)["broken"] == "number 3 is another line than the one that was written"
    assert "`7` is no head: write SEQUENCE:SHA256" in audited.run("audit", "verify", "--head", "7", expect=2).stderr


def test_commands_at_once(audited):
    processes = [audited.start("-q", "compile") for _ in range(8)]
    assert [process.wait(timeout=60) for process in processes] == [0] * 8
    assert [line["sequence"] for line in lines(audited)] == list(range(1, 12))
    audited.run("-q", "audit", "verify")


def test_a_state_folder_in_the_project_is_none(audited, monkeypatch):
    monkeypatch.setenv("XDG_STATE_HOME", str(audited.directory / "state"))
    assert "lies in the project" in audited.json("audit", "verify")["why_no_head"]
