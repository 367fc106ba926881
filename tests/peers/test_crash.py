"""`kill -9` at random moments of a full refresh: every table stays readable at its old or its new snapshot."""

import os
import random
import signal
import subprocess
import time

from iceberg_catalog import digests, snapshot_ids

KILLS = 25           # that must leave an unfinished node
MOST_ATTEMPTS = 150


def seed():
    return int(os.environ.get("FLOE_TEST_SEED") or random.SystemRandom().randrange(2**32))


def kill_after(project, seconds):
    """Starts a full refresh and kills its process group. False when it had already ended."""
    process = project.start("run", "--full-refresh")
    try:
        process.wait(timeout=seconds)
        return False
    except subprocess.TimeoutExpired:
        os.killpg(process.pid, signal.SIGKILL)
        process.communicate()
        return True


def test_kill_9_leaves_old_or_new_tables(fresh_demo, capsys):
    project, number = fresh_demo, seed()
    chance = random.Random(number)
    project.run("run")
    began = time.monotonic()
    project.run("run", "--full-refresh")
    duration = time.monotonic() - began
    expected = digests(project)   # a full refresh of the same raw files gives the same rows
    known = {name: set(ids) for name, ids in snapshot_ids(project).items()}

    unfinished = attempts = killed = 0
    while unfinished < KILLS and attempts < MOST_ATTEMPTS:
        # Spread evenly over the measured time, in random order within each round of ten.
        slot = (attempts * 7) % 10
        attempts += 1
        if not kill_after(project, duration * (slot + chance.random()) / 10):
            continue
        killed += 1
        unfinished += bool(project.unfinished_jobs(project.run_directories()[-1]))
        assert digests(project) == expected, f"seed {number}, attempt {attempts}"
        now = {name: set(ids) for name, ids in snapshot_ids(project).items()}
        for name, ids in known.items():
            assert ids <= now[name], f"{name} lost snapshots; seed {number}, attempt {attempts}"
        known = now

    project.run("run", "--full-refresh")
    assert digests(project) == expected
    with capsys.disabled():
        print(f"\nkill -9: seed {number}, {killed} of {attempts} runs killed, {unfinished} with an unfinished node")
    assert unfinished >= KILLS


def test_kill_9_during_the_first_run(tmp_path, capsys):
    """No table was there before: what exists afterwards is whole, and a rerun finishes."""
    from conftest import copy_example
    number = seed()
    chance = random.Random(number)
    reference = copy_example("customer-360", tmp_path / "reference")
    reference.generate(1000)
    began = time.monotonic()
    reference.run("run")
    duration = time.monotonic() - began
    expected = digests(reference)
    for attempt in range(8):
        project = copy_example("customer-360", tmp_path / f"attempt-{attempt}")
        project.generate(1000)
        kill_after(project, duration * (attempt + chance.random()) / 8)
        if (project.state / "catalog.db").exists():
            project.run("table", "list")
            for name, found in digests(project).items():
                # A table that is created and not yet written is empty; else it has all its rows.
                if project.show(name)["rows"]:
                    assert found == expected[name], f"seed {number}, attempt {attempt}, {name}"
        project.run("run")
        assert digests(project) == expected, f"seed {number}, attempt {attempt}"
    with capsys.disabled():
        print(f"\nkill -9 of first runs: seed {number}, 8 runs")
