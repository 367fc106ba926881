"""The lineage and telemetry plugins of the platform get what a run records, and never fail it."""

import json


def choose(product, lineage):
    product.choose(lineage_backend=lineage, telemetry_backend="console")


def printed_requests(stderr, member):
    """All spans or metrics that went to the console backend."""
    lines = [json.loads(line) for line in stderr.splitlines() if line.startswith('{"resource')]
    return [resource for line in lines for resource in line.get(member, [])]


def test_backends_get_every_record(product, tmp_path):
    events = tmp_path / "collected" / "lineage.jsonl"
    choose(product, {"type": "file", "config": {"path": str(events)}})
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
    choose(product, {"type": "file", "config": {"path": "/proc/floe/lineage.jsonl"}})  # nobody makes folders there
    process = product.run("run")
    assert "warning[FLOE-W0801]: lineage_backend `file` did not take 6 records of this run: " in process.stderr
    assert len((product.run_directories()[-1] / "lineage.jsonl").read_text().splitlines()) == 6


def test_a_backend_that_is_not_installed_is_an_error(product):
    choose(product, "marquez")
    process = product.run("run", expect=None)
    assert process.returncode == 2
    assert "marquez" in process.stderr and not list(product.state.glob("warehouse/**/*.parquet"))
