"""Files that cannot grow and a disk that is full: exit 1, the file is named, old snapshots stay readable."""

import contextlib
import os
import resource
import shutil
import subprocess

import pytest

from conftest import copy_example
from iceberg_catalog import digests, open_catalog, snapshot_ids


def check_untouched(project, before, ids):
    """The tables a failed run did not commit to are as they were; the others are whole."""
    after, now = digests(project), snapshot_ids(project)
    assert set(before) <= set(after)
    for name, known in ids.items():
        assert now[name][:len(known)] == known, name
        if now[name] == known:
            assert after[name] == before[name], name
    changed = [name for name in ids if now[name] != ids[name]]
    for name in changed:
        catalog = open_catalog(project)
        table = catalog.load_table(name)
        assert table.scan(snapshot_id=ids[name][-1]).to_arrow().num_rows >= 0
    return changed


@pytest.mark.parametrize("limit", [0, 4096, 100_000, 300_000])
def test_file_size_limit(fresh_demo, limit):
    project = fresh_demo
    project.run("run", "--full-refresh")  # compiled for it: the run below writes tables only
    before, ids = digests(project), snapshot_ids(project)
    project.generate(20_000)
    # Python leaves SIGXFSZ at its default in the child: floe has to ignore it to get an error instead of its death.
    process = project.run("run", "--full-refresh", expect=None,
                          preexec_fn=lambda: resource.setrlimit(resource.RLIMIT_FSIZE, (limit, limit)))
    said = process.stdout + process.stderr
    assert process.returncode == 1, (process.returncode, said[-3000:])
    assert str(project.state) in said, said[-3000:]
    check_untouched(project, before, ids)
    project.run("run", "--full-refresh")


@contextlib.contextmanager
def small_disk(path, size):
    path.mkdir()
    mount = ["mount", "-t", "tmpfs", "-o", f"size={size}", "tmpfs", str(path)]
    prefix = [] if os.geteuid() == 0 else ["sudo", "-n"]
    if subprocess.run(prefix + mount, capture_output=True).returncode != 0:
        pytest.skip("mounting a tmpfs needs root")
    try:
        if prefix:
            subprocess.run(prefix + ["chown", str(os.geteuid()), str(path)], check=True)
        yield path
    finally:
        subprocess.run(prefix + ["umount", "--lazy", str(path)], check=True)


def test_full_disk(tmp_path):
    with small_disk(tmp_path / "disk", "4m") as disk:
        outside = tmp_path / "data"
        outside.mkdir()
        project = copy_example("customer-360", disk / "p")
        (project.directory / "data").symlink_to(outside)
        project.generate(300)
        project.run("run")
        before, ids = digests(project), snapshot_ids(project)
        shutil.rmtree(outside)
        outside.mkdir()
        project.generate(60_000)
        process = project.run("run", "--full-refresh", expect=None)
        said = process.stdout + process.stderr
        assert process.returncode == 1, (process.returncode, said[-3000:])
        assert str(project.state) in said, said[-3000:]
        check_untouched(project, before, ids)
        # Once there is room, a rerun finishes. (The snapshots that were committed before the disk was full stay.)
        prefix = [] if os.geteuid() == 0 else ["sudo", "-n"]
        subprocess.run(prefix + ["mount", "-o", "remount,size=64m", str(disk)], check=True)
        project.generate(300)
        project.run("run", "--full-refresh")
        assert digests(project) == before
