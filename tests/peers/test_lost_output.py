"""What a command was asked for arrives, or the exit code says that it did not: full devices and closed pipes."""

import os
import subprocess

import pytest

from floe_command import BIN, Project

WARNS = "unit_tests:\n  - {name: one, model: orders, given: [], expect: {rows: []}}\n"
ANSWERS = ["--version", "--help", "explain FLOE-E0001", "plugin list", "plugin list --output json", "table list", "schema product", "completion bash", "compile",
           "run --output json", "show orders", "plugin check {secrets}", "plugin check {secrets} --junit", "governance report --format sarif"]


@pytest.fixture(scope="module")
def shop(tmp_path_factory):
    directory = tmp_path_factory.mktemp("shop")
    (directory / "dbt_project.yml").write_text("name: shop\nmodels: {+materialized: table}\n")
    (directory / "models").mkdir()
    (directory / "models/orders.sql").write_text("select 1 as id")
    (directory / "models/orders.yml").write_text(WARNS)
    Project(directory).run("run")
    return directory


def run(shop, command, **streams):
    words = command.format(secrets=BIN.parents[1] / "lib/floe/plugins/floe.secrets/env").split()
    return subprocess.run([BIN, *words], cwd=shop, text=True, timeout=120, stdin=subprocess.DEVNULL, **streams)


@pytest.mark.parametrize("command", ANSWERS)
def test_a_full_stdout(shop, command):
    with open("/dev/full", "w") as full:
        finished = run(shop, command, stdout=full, stderr=subprocess.PIPE)
    assert (finished.returncode, "error[FLOE-E0802]: cannot write to standard output: " in finished.stderr) == (2, True)


@pytest.mark.parametrize("form", ["full", "json", "github", "sarif", "junit"])
def test_a_full_stderr(shop, form):
    with open("/dev/full", "w") as full:
        lost = run(shop, f"-q --error-format {form} compile", stdout=subprocess.PIPE, stderr=full)
    told = run(shop, f"-q --error-format {form} compile", capture_output=True)
    assert (lost.returncode, told.returncode, "W1605" in told.stderr) == (2, 0, True)


def test_a_reader_that_closed_its_pipe_has_what_it_wanted(shop):
    for ignores in (True, False):
        reading, writing = os.pipe()
        os.close(reading)
        with os.fdopen(writing, "w") as closed:
            finished = run(shop, "plugin list --output json", stdout=closed, stderr=subprocess.PIPE, restore_signals=not ignores)
        assert (finished.returncode, finished.stderr) == (0 if ignores else -13, "")



def run_closed(shop, command, *descriptors, **streams):
    redirections = " ".join(f"{one}>&-" for one in descriptors)
    return subprocess.run(["sh", "-c", f'exec "$0" "$@" {redirections}', BIN, *command.split()], cwd=shop, text=True, timeout=120, **streams)


@pytest.mark.parametrize("form", ["full", "json", "github", "sarif", "junit"])
def test_findings_that_do_not_arrive_are_no_verdict(tmp_path, form):
    (tmp_path / "floe.yaml").write_text("apiVersion: floe.dev/v1\nkind: DataProduct\nmetadata: {name: shop, version: 1.0}\n")
    words = f"-q --error-format {form} compile"
    told = run(tmp_path, words, capture_output=True)
    with open("/dev/full", "w") as full:
        lost = run(tmp_path, words, stdout=subprocess.DEVNULL, stderr=full)
    closed = run_closed(tmp_path, words, 2)
    assert (told.returncode, "E0202" in told.stderr, lost.returncode, closed.returncode) == (1, True, 2, 2)


@pytest.mark.parametrize("command", ["--version", "--help", "compile", "run", "nothing", "plugin check {secrets} --only contract.works"])
def test_both_full(shop, command):
    with open("/dev/full", "w") as full:
        assert run(shop, command, stdout=full, stderr=full).returncode == 2


@pytest.mark.parametrize("closed", [(0,), (1,), (2,), (0, 1), (1, 2), (0, 1, 2)])
def test_no_file_gets_the_number_of_a_closed_stream(shop, closed):
    finished = run_closed(shop, "run --full-refresh", *closed, capture_output=True)
    assert finished.returncode == (2 if {1, 2} & set(closed) else 0), finished
    assert Project(shop).show("orders")["rows"] == [{"id": 1}]
