"""Whatever floe is given, it ends with a finding that has a code, in bounded time and memory, and the catalog is as it was."""

import contextlib
import json
import os
import re
import resource
import shutil
import sqlite3
import subprocess
import time

import pytest

from floe_command import Project
from hostile import cases

ADDRESS_SPACE = 8 << 30
OUTPUT = 256 << 10
ENVIRONMENT = {name: value for name, value in os.environ.items() if not name.startswith(("FLOE_", "DBT_"))} | {"NO_COLOR": "1"}


@pytest.fixture(scope="session")
def healthy(tmp_path_factory):
    """A project with one table, and a copy of it: tables know where they are, so each case gets the same folder anew."""
    project = Project(tmp_path_factory.mktemp("hostile") / "project")
    (project.directory / "models").mkdir(parents=True)
    (project.directory / "dbt_project.yml").write_text("name: hostile\n")
    (project.directory / "models/keep.sql").write_text("{{ config(materialized='table') }} select range as id from range(100)")
    project.run("run")
    return project, shutil.copytree(project.directory, project.directory.with_name("copy"))


@pytest.fixture
def project(healthy):
    project, copy = healthy
    shutil.rmtree(project.directory)
    shutil.copytree(copy, project.directory)
    return project


def peak_of(pid):
    """Megabytes. Not from wait4: that counts the process of pytest, which the command was forked from, as the command's own."""
    try:
        with open(f"/proc/{pid}/status") as status:
            return next((int(line.split()[1]) >> 10 for line in status if line.startswith("VmHWM:")), 0)
    except OSError:
        return 0


def run_limited(project, command, seconds):
    """Exit code (negative: a signal), output, seconds, megabytes."""
    began, megabytes = time.monotonic(), 0
    with open(project.directory.parent / "output", "w+b") as output:
        process = subprocess.Popen(project.command(*command), stdout=output, stderr=output, stdin=subprocess.DEVNULL, env=ENVIRONMENT,
                                   preexec_fn=lambda: resource.setrlimit(resource.RLIMIT_AS, (ADDRESS_SPACE, ADDRESS_SPACE)))
        try:
            while True:
                megabytes = max(megabytes, peak_of(process.pid))
                pid, status = os.waitpid(process.pid, os.WNOHANG)
                if pid:
                    break
                if time.monotonic() - began > seconds:
                    process.kill()
                    os.waitpid(process.pid, 0)
                    pytest.fail(f"still runs after {seconds} s")
                os.sched_yield() if time.monotonic() - began < 0.05 else time.sleep(0.005)
        finally:
            process.returncode = 0  # it was waited for
        output.seek(0)
        said = output.read(OUTPUT + 1)
    return os.waitstatus_to_exitcode(status), said.decode(errors="replace"), time.monotonic() - began, megabytes


def tables(project):
    """Of the catalog: name -> where its metadata is, which is whole."""
    with contextlib.closing(sqlite3.connect(f"file:{project.state / 'catalog.db'}?mode=ro", uri=True)) as catalog:
        found = dict(catalog.execute("select table_name, metadata_location from iceberg_tables where table_namespace = 'main'"))
    for location in found.values():
        with open(location.removeprefix("file://")) as file:
            json.load(file)
    return found


def expected_exits(case):
    """1 for findings, 2 for input that cannot be read at all."""
    unreadable = any(code == "FLOE-E" or code.startswith("FLOE-E08") or code == "FLOE-E0303" for code in case.codes)
    return ({1, 2} if unreadable else {1} if case.codes else {0}) | ({0} if case.may_succeed else set())


@pytest.mark.parametrize("case", [pytest.param(case, id=case.name, marks=pytest.mark.smoke if case.smoke else pytest.mark.full)
                                  for case in cases.ALL])
def test_it_ends_with_a_finding(project, case):
    before = tables(project)
    case.write(project.directory)
    code, said, seconds, megabytes = run_limited(project, case.command, case.seconds)
    told = set(re.findall(r"^error\[([A-Z]+-E\d{4})\]", said, re.MULTILINE))
    summary = f"exit {code}, {sorted(told)}, {seconds:.1f} s, {megabytes} MB\n{said[-3000:]}"
    assert code in expected_exits(case), summary
    assert code == 0 or any(one.startswith(case.codes) for one in told), summary
    assert not any(one.startswith("FLOE-E09") for one in told), summary
    assert megabytes <= case.megabytes, summary
    assert len(said) <= OUTPUT, f"{len(said)} bytes of output"
    if case.change is None:
        assert tables(project).items() >= before.items()
