"""SIGINT while a model of over 30 s runs: exit 130 within a second and no new snapshot."""

import os
import signal
import time

import pytest

from conftest import copy_project
from iceberg_catalog import snapshot_ids

SLOW = """
select count(*) as n from range(3000000) a(x), range(3000000) b(y) where hash(x * y) % 1000003 = 7
"""


def wait_until(condition, seconds, process):
    """Polls: the engine has no event for 'the statement is running now'."""
    deadline = time.monotonic() + seconds
    while not condition():
        assert process.poll() is None, process.communicate()[0]
        assert time.monotonic() < deadline, "it did not happen"
        time.sleep(0.01)


def cpu_seconds(pid):
    fields = open(f"/proc/{pid}/stat").read().rsplit(")", 1)[1].split()
    return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")


@pytest.fixture
def project(tmp_path):
    project = copy_project("failures", tmp_path / "slow")
    for path in [*(project.directory / "models").iterdir(), *(project.directory / "tests").iterdir()]:
        if path.name != "fine.sql":
            path.unlink()
    project.run("run")
    (project.directory / "models/slow.sql").write_text(SLOW)
    (project.directory / "models/fine.sql").write_text("select 1 as id from {{ ref('slow') }}")
    return project


@pytest.mark.parametrize("busy", [0.0, 0.05, 1.0])
def test_sigint_stops_the_run(project, busy):
    """`busy`: CPU seconds the slow node may burn first; 0 interrupts as early as the node has started."""
    before = snapshot_ids(project)
    process = project.start("run")

    def node_started():
        runs = project.run_directories()
        return len(runs) == 2 and any(name.endswith(".slow") for name in project.unfinished_jobs(runs[-1]))

    wait_until(node_started, 30, process)
    burnt = cpu_seconds(process.pid)
    wait_until(lambda: cpu_seconds(process.pid) >= burnt + busy, 60, process)
    began = time.monotonic()
    os.kill(process.pid, signal.SIGINT)
    said, _ = process.communicate(timeout=30)
    took = time.monotonic() - began
    assert process.returncode == 130, (process.returncode, said)
    assert took <= 1.0, f"{took:.2f} s\n{said}"
    assert snapshot_ids(project) == before
    assert "slow" in said


def waits_for_sigint(pid):
    """Whether a thread waits for the blocked signal: before that, while libraries load, it ends floe as any program."""
    (blocked,) = (line.split()[1] for line in open(f"/proc/{pid}/status") if line.startswith("SigBlk:"))
    return int(blocked, 16) >> (signal.SIGINT - 1) & 1


def test_sigint_before_anything_started(project):
    before = snapshot_ids(project)
    process = project.start("run")
    wait_until(lambda: waits_for_sigint(process.pid), 30, process)
    os.kill(process.pid, signal.SIGINT)
    process.communicate(timeout=30)
    assert process.returncode == 130
    assert snapshot_ids(project) == before
