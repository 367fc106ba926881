"""A storage plugin whose chosen call fails: exit 1, the file is named, tables stay at their old or new snapshot."""

import collections
import os

import pytest

from conftest import copy_example
from floe_command import BIN
from iceberg_catalog import digests, snapshot_ids

PLUGINS = BIN.parent.parent / "tests/plugins"
# Calls of each method that are made to fail, spread evenly over all there are.
PER_METHOD = 3


def environment(**variables):
    return {**os.environ, "FLOE_PLUGIN_PATH": str(PLUGINS), **variables}


@pytest.fixture(scope="module")
def faulty(tmp_path_factory):
    """customer-360 on the faulty plugin, built once without a fault; the calls of a full refresh."""
    directory = tmp_path_factory.mktemp("faulty")
    project = copy_example("customer-360", directory / "p")
    manifest = project.directory / "manifest.yaml"
    manifest.write_text(manifest.read_text().replace("storage: {type: local}", "storage: {type: faulty}"))
    project.generate(500)
    project.run("run", env=environment())
    log = directory / "calls"
    project.run("run", "--full-refresh", env=environment(FLOE_TEST_FAULT_LOG=str(log)))
    calls = collections.defaultdict(list)
    for line in log.read_text().splitlines():
        number, method, *_ = line.split(" ")
        calls[method].append(int(number))
    return project, calls


def chosen(numbers):
    step = max(1, len(numbers) // PER_METHOD)
    return numbers[::step][:PER_METHOD]


@pytest.mark.parametrize("kind", ["before", "after"])
def test_a_fault_leaves_old_or_new_tables(faulty, kind, capsys):
    project, calls = faulty
    assert {"put", "read", "local_paths", "sync"} <= set(calls), sorted(calls)
    expected, known = digests(project), snapshot_ids(project)
    failed = tried = 0
    for method, numbers in sorted(calls.items()):
        for number in chosen(numbers):
            process = project.run("run", "--full-refresh", expect=None, env=environment(FLOE_TEST_FAULT=f"{number}:{kind}"))
            said = process.stdout + process.stderr
            tried += 1
            # A call floe can do without (removing what is no longer needed) may fail without failing the run.
            assert process.returncode in (0, 1), (method, number, process.returncode, said[-3000:])
            if process.returncode == 1:
                failed += 1
                assert "injected fault" in said, (method, number, said[-3000:])
                assert str(project.state) in said, (method, number, said[-3000:])
            assert digests(project) == expected, (method, number)
            now = snapshot_ids(project)
            for name, ids in known.items():
                assert now[name][:len(ids)] == ids, (method, number, name)
            known = now
    project.run("run", "--full-refresh", env=environment())
    assert digests(project) == expected
    with capsys.disabled():
        print(f"\nstorage faults `{kind}`: {tried} calls failed, {failed} failed the run")
    assert failed > 0
