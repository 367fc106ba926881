"""Eight processes of floe that write to one table at once: all succeed, and the table is what some order of them leaves."""

import pytest

from concurrent_writers import TABLE, FloeWriter, assert_serial, states, write_at_once
from pyiceberg.catalog.sql import SqlCatalog

REACHED_BY = ("libfloe-iceberg/", "plugins/floe.computes/", "plugins/floe.catalogs/", "libfloe-core/src/warehouse/", "libfloe-core/src/engine/", "libfloe-core/src/verbs/")
PROCESSES = 8
ROUNDS = 3
KEYS = {
    "disjoint": lambda writer: range(writer * 10, writer * 10 + 5),
    "equal": lambda writer: range(5),
    "overlapping": lambda writer: range(writer * 3, writer * 3 + 5),
}


def batches(writer, keys):
    return [{key: f"{writer}.{number}" for key in keys(writer)} for number in range(ROUNDS)]


def new_keys(writer):
    """Batches to append: no key comes twice."""
    return [{1000 * (writer + 1) + 10 * number + key: f"{writer}.{number}" for key in range(5)} for number in range(ROUNDS)]


def writers_of(tmp_path, modes):
    return [FloeWriter(tmp_path / f"writer{number}", tmp_path / "state", mode) for number, mode in enumerate(modes)]


def load(tmp_path):
    return SqlCatalog("floe", uri=f"sqlite:///{tmp_path / 'state/catalog.db'}", warehouse=f"file://{tmp_path / 'state/warehouse'}").load_table(TABLE)


def check(tmp_path, writers, batches, exists):
    """With the table there, or created by whoever comes first."""
    before = ()
    if exists:
        FloeWriter(tmp_path / "first", tmp_path / "state", "append").write({-1: "first"})
        before = states(load(tmp_path))
    written, failed = write_at_once([(writer.write, made) for writer, made in zip(writers, batches)])
    table = load(tmp_path)
    assert_serial(table, written, before)
    assert not failed, f"{len(failed)} of {PROCESSES * ROUNDS} writes failed:\n{failed[0]}"


@pytest.mark.parametrize("exists", [True, False], ids=["existing", "created"])
@pytest.mark.parametrize("keys", KEYS)
def test_merges(tmp_path, keys, exists):
    writers = writers_of(tmp_path, ["merge"] * PROCESSES)
    check(tmp_path, writers, [batches(number, KEYS[keys]) for number in range(PROCESSES)], exists)


@pytest.mark.parametrize("exists", [True, False], ids=["existing", "created"])
def test_appends(tmp_path, exists):
    check(tmp_path, writers_of(tmp_path, ["append"] * PROCESSES), [new_keys(number) for number in range(PROCESSES)], exists)


def test_merges_beside_appends(tmp_path):
    modes = ["merge", "append"] * (PROCESSES // 2)
    made = [batches(number, KEYS["overlapping"]) if mode == "merge" else new_keys(number) for number, mode in enumerate(modes)]
    check(tmp_path, writers_of(tmp_path, modes), made, exists=True)
