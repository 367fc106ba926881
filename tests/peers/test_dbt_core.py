"""floe.dbt/core: dbt-core 1.12 in a child process gives floe the graph that the native engine gives, and its nodes as records."""

import json
import os
import signal

import duckdb
import pytest
import yaml

from abi_host import plugin
from conftest import copy_example
from peer_dbt import environment

DBT = environment("dbt") / "dbt"


def choose_core(product, **config):
    product.choose(dbt={"type": "core", "config": {"executable": str(DBT), **config}})


def database(product):
    return duckdb.connect(str(product.state / "dbt-core/floe.duckdb"), read_only=True)


def results(answer):
    return {node["name"]: node["status"] for node in answer["results"]}


def test_the_graph_is_that_of_the_native_engine(tmp_path):
    """Names, inputs, layers and files of every model of customer-360, and the same verdicts of all policies."""
    artifacts = {}
    for runtime in ("native", {"type": "core", "config": {"executable": str(DBT)}}):
        name = runtime if isinstance(runtime, str) else "core"
        project = copy_example("customer-360", tmp_path / name)
        manifest = yaml.safe_load((project.directory / "manifest.yaml").read_text())
        manifest["plugins"]["dbt"] = runtime
        (project.directory / "manifest.yaml").write_text(yaml.safe_dump(manifest))
        project.run("compile")
        project.run("dbt", "parse")
        artifact = json.loads((project.state / "target/compiled_artifacts.json").read_text())
        graph = json.loads((project.state / "target/manifest.json").read_text())
        artifacts[name] = (artifact["transforms"], artifact["enforcement_result"], graph["parent_map"],
                           {key: sorted(node["columns"]) for key, node in graph["nodes"].items()})
    assert len(artifacts["core"][0]) > 10
    assert artifacts["core"] == artifacts["native"]


def test_a_product_that_is_a_folder_of_models(product):
    (product.directory / "dbt_project.yml").unlink()
    artifacts = []
    for choose in (product.choose, lambda: choose_core(product)):
        choose()
        product.run("run")
        artifacts.append(json.loads((product.state / "target/compiled_artifacts.json").read_text())["transforms"])
    assert artifacts[0] == artifacts[1] and artifacts[0][0]["path"] == "models/orders.sql"
    assert database(product).sql("select count(*) from main.orders").fetchone()[0] > 0


def test_a_run_is_dbt_cores_own(product, tmp_path, monkeypatch):
    """Tables in the DuckDB file and none in Iceberg; nodes in the run's records; the trace in the child; nothing left behind."""
    monkeypatch.setenv("TMPDIR", str(tmp_path / "tmp"))
    (tmp_path / "tmp").mkdir()
    (product.directory / "models/traced.sql").write_text(
        "{{ config(materialized='table') }} select '{{ env_var(\"TRACEPARENT\", \"none\") }}' as trace, '{{ env_var(\"BAGGAGE\", \"none\") }}' as baggage")
    (product.directory / "models/after.sql").write_text("select * from {{ ref('traced') }}")
    (product.directory / "models/orders.yml").write_text(
        "models:\n  - name: orders\n    columns: [{name: id, data_tests: [unique], meta: {classification: internal}}, {name: name, tags: [pii]}]\n")
    wrapper = tmp_path / "dbt"
    wrapper.write_text(f"#!/bin/sh\nprintf '%s\\n' \"$@\" > {tmp_path}/arguments\n"
                       f"stat -c %a $TMPDIR/*/*/profiles.yml $TMPDIR/*/profiles.yml 2>/dev/null > {tmp_path}/mode\nexec {DBT} \"$@\"\n")
    wrapper.chmod(0o755)
    choose_core(product, executable=str(wrapper))
    answer = product.json("run")
    assert results(answer) == {"orders": "success", "traced": "success", "after": "success", "unique_orders_id": "pass"}
    assert (tmp_path / "mode").read_text().split() == ["600"]
    assert not list((tmp_path / "tmp").rglob("profiles.yml"))
    with database(product) as connection:
        assert connection.execute("select * from floe.main.orders").fetchall() == [(1, "ü")]
        trace, baggage = connection.execute("select trace, baggage from floe.main.after").fetchone()
    run = product.run_directories()[-1]
    spans = [span for line in (run / "traces.jsonl").read_text().splitlines()
             for span in json.loads(line)["resourceSpans"][0]["scopeSpans"][0]["spans"]]
    assert {span["name"] for span in spans} == {"model orders", "model traced", "model after", "test unique_orders_id", "floe run"}
    assert trace.split("-")[1] == spans[-1]["traceId"] and baggage == "floe.product=shop,floe.classification=pii"
    assert product.json("table", "list")["tables"] == []


def test_what_fails_is_told_in_dbts_words(product):
    (product.directory / "models/breaks.sql").write_text("select * from nowhere")
    (product.directory / "models/below.sql").write_text("select * from {{ ref('breaks') }}")
    choose_core(product)
    process = product.run("run", "--select", "breaks", "below", "--output", "json", expect=1)
    assert results(json.loads(process.stdout)) == {"breaks": "error", "below": "skipped"}
    assert "error[FLOE-E0631]: Runtime Error in model breaks (models/breaks.sql): Catalog Error: Table with name nowhere does not exist!" in process.stderr
    assert " --> models/breaks.sql:" in process.stderr
    (product.directory / "models/breaks.sql").write_text("select * from {{ ref('nobody') }}")
    process = product.run("compile", expect=1)
    assert "error[FLOE-E0631]: Compilation Error: Model 'model.shop.breaks' (models/breaks.sql) depends on a node named 'nobody'" in process.stderr


def test_tests_that_fail_or_warn_are_findings(product):
    """Also beside a model that failed, which has a finding of its own."""
    (product.directory / "models/orders.sql").write_text("select 1 as id union all select 1")
    (product.directory / "models/breaks.sql").write_text("select * from nowhere")
    (product.directory / "tests").mkdir()
    (product.directory / "tests/odd.sql").write_text("{{ config(severity='warn') }} select * from {{ ref('orders') }}")
    choose_core(product)
    findings = json.loads(product.run("run", "--error-format", "json", "-q", expect=1).stderr)["diagnostics"]
    assert sorted((one["code"], one["labels"][0]["span"]["file"], one["message"]) for one in findings if "063" in one["code"]) == [
        ("FLOE-E0631", "models/breaks.sql", next(one["message"] for one in findings if one["code"] == "FLOE-E0631")),
        ("FLOE-E0632", "models/orders.yml", "test `unique_orders_id` failed: got 1 result, configured to fail if != 0"),
        ("FLOE-W0632", "tests/odd.sql", "test `odd` warns: got 2 results, configured to warn if != 0")]


def test_a_source_of_floe_is_named_as_the_reason(product):
    (product.directory / "data.csv").write_text("id\n1\n")
    floe_yaml = yaml.safe_load((product.directory / "floe.yaml").read_text())
    floe_yaml["ingestion"] = {"sources": [{"name": "raw", "format": "csv", "path": "data.csv", "table": "raw.items"}]}
    (product.directory / "floe.yaml").write_text(yaml.safe_dump(floe_yaml))
    (product.directory / "models/sources.yml").write_text("sources: [{name: raw, tables: [{name: items}]}]\n")
    (product.directory / "models/reads.sql").write_text("select * from {{ source('raw', 'items') }}")
    choose_core(product)
    process = product.run("run", expect=1)
    assert "`raw.items` is an Iceberg table of floe: dbt-core works in " in process.stderr


def test_names_and_runtime(product):
    choose_core(product)
    assert sorted(product.run("dbt", "ls", "--resource-type", "model").stdout.split()) == ["shop.orders"]
    with plugin("floe.dbt", "core", {"executable": str(DBT)}) as core:
        assert core.call("runtime") == {"name": "dbt-core", "version": "1.12.6", "dbt_version": "1.12.6", "adapters": ["duckdb"]}


def test_a_dbt_that_is_not_there(product):
    product.choose(dbt="core")
    process = product.run("compile", expect=1, env={"PATH": "/nowhere", "HOME": os.environ["HOME"]})
    assert "there is no `dbt` in PATH or the active virtual environment; install dbt-core and dbt-duckdb" in process.stderr


def test_an_interrupt_reaches_the_child(product):
    """dbt and its group are gone when floe is, which is within a second of the signal."""
    (product.directory / "models/long.sql").write_text("{{ config(materialized='table') }} select count(*) as n from range(100000000000) t(a) where a % 7 = 3")
    choose_core(product)
    process = product.start("run", "--select", "long")
    seen = ""
    while '"started"' not in seen:
        assert process.poll() is None, process.stdout.read()
        seen = "".join(path.read_text() for path in product.state.glob("runs/*/records.jsonl"))
    os.kill(process.pid, signal.SIGINT)
    assert process.wait(timeout=30) == 130
    running = [path for path in os.listdir("/proc") if path.isdigit()]
    mine = []
    for pid in running:
        try:
            command = open(f"/proc/{pid}/cmdline", "rb").read()
        except OSError:
            continue
        if str(product.directory).encode() in command and b"dbt" in command:
            mine.append(command)
    assert mine == []
