"""floe, PyIceberg and Spark write to one table at once: every write of floe succeeds by itself, and what is there is what some
order of all of them leaves. The others do not all repeat what lost against another commit, so the test does it for them."""

import pytest

from concurrent_writers import TABLE, FloeWriter, arrow, assert_serial, states, write_at_once
from iceberg_catalog import open_catalog

ROUNDS = 3


def repeated(write, most=50):
    """A writer that does not repeat what lost against another commit."""
    def until_done(batch):
        for attempt in range(most):
            try:
                return write(batch)
            except Exception as error:  # noqa: BLE001: each engine has its own words for it
                if attempt == most - 1 or "ParseException" in type(error).__name__:
                    raise
    return until_done


def pyiceberg_append(lake):
    return repeated(lambda batch: open_catalog(lake).load_table(TABLE).append(arrow(batch)))


def spark_append(lake):
    return repeated(lambda batch: lake.spark.createDataFrame(arrow(batch)).writeTo(f"floe.{TABLE}").append())


def spark_merge(lake, number):
    def merge(batch):
        lake.spark.createDataFrame(arrow(batch)).createOrReplaceTempView(f"batch{number}")
        lake.sql(f"merge into {{t}} t using batch{number} b on t.id = b.id when matched then update set * when not matched then insert *", TABLE)
    return repeated(merge)


def new_keys(writer):
    return [{1000 * (writer + 1) + 10 * number + key: f"{writer}.{number}" for key in range(5)} for number in range(ROUNDS)]


def same_keys(writer):
    return [{key: f"{writer}.{number}" for key in range(writer, writer + 5)} for number in range(ROUNDS)]


@pytest.mark.parametrize("mode", ["append", "merge"])
def test_floe_beside_others(lake, tmp_path, mode):
    lake.sql("drop table if exists {t} purge", TABLE)
    lake.sql("create table {t} (id bigint, value string)", TABLE)
    lake.sql("insert into {t} values (-1, 'first')", TABLE)
    before = states(lake.catalog.load_table(TABLE))
    keys = new_keys if mode == "append" else same_keys
    floe = [(FloeWriter(tmp_path / f"floe{number}", lake.state, mode).write, keys(number)) for number in range(3)]
    others = [(pyiceberg_append(lake), new_keys(10)), (spark_append(lake), new_keys(11)), (spark_merge(lake, 12), keys(12))]
    written, failed = write_at_once(floe + others)
    assert_serial(lake.catalog.load_table(TABLE), written, before)
    assert not failed, f"{len(failed)} writes failed:\n{failed[0]}"
    assert lake.spark_lines(TABLE) == lake.pyiceberg_lines(TABLE) == lake.floe_lines(TABLE)
