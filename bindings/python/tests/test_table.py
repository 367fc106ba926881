"""Tables through __arrow_c_stream__, with the real readers."""

import datetime
import decimal

import duckdb
import polars
import pyarrow
import pyarrow.compute
import pytest

import floe
from floe import _arrow


def test_pyarrow_polars_and_duckdb_read_the_same_rows(built):
    orders = floe.Table(built, "main.orders")
    table = pyarrow.table(orders)
    assert table.num_rows == 1000
    assert table.schema.field("amount").type == pyarrow.decimal128(9, 2)
    row = table.filter(pyarrow.compute.field("order_id") == 7).to_pylist()
    assert row == [{"order_id": 7, "amount": decimal.Decimal("10.50"), "customer": "customer 1", "day": datetime.date(2026, 1, 8)}]

    frame = polars.DataFrame(orders)
    assert frame.schema["amount"] == polars.Decimal(9, 2)
    assert sorted(frame.rows()) == sorted(tuple(each.values()) for each in table.to_pylist())

    assert duckdb.sql("select count(*), sum(amount), max(day) from orders").fetchall() == [
        (1000, decimal.Decimal("749250.00"), datetime.date(2028, 9, 26))]
    # Read anew each time, also by two readers of one query.
    assert duckdb.sql("select count(*) from orders a join orders b using (order_id)").fetchone() == (1000,)


def test_models_by_name_limits_and_older_snapshots(built, folder):
    assert pyarrow.table(built.table("big")).num_rows == 333
    assert pyarrow.table(built.table("main.orders", limit=10)).num_rows == 10
    snapshot = built.table("main.orders").history()[0]["snapshot_id"]
    (folder / "models/orders.sql").write_text("select 1::int as order_id, 1::decimal(9, 2) as amount, 'x' as customer, date '2026-01-01' as day")
    assert built.run(select="orders").success
    assert pyarrow.table(built.table("main.orders")).num_rows == 1
    assert pyarrow.table(built.table("main.orders", at=snapshot)).num_rows == 1000


def test_what_a_table_says_of_itself(built):
    assert [table.name for table in built.tables()] == ["main.big", "main.orders"]
    orders = built.table("main.orders")
    assert [(column["name"], column["type"]) for column in orders.describe()["columns"]] == [
        ("order_id", "int"), ("amount", "decimal(9, 2)"), ("customer", "string"), ("day", "date")]
    assert sum(file["record_count"] for file in orders.files()) == 1000
    assert len(orders.history()) == 1
    assert repr(orders).endswith("'main.orders')")


def test_a_reader_outlives_the_project(built):
    reader = pyarrow.RecordBatchReader.from_stream(built.table("main.orders"))
    built.close()
    assert reader.read_all().num_rows == 1000


def test_a_path_is_a_project(built, folder):
    built.close()
    assert pyarrow.table(floe.Table(folder, "main.orders")).num_rows == 1000


def test_capsules_that_nobody_reads_are_released(built):
    before = len(_arrow._structs)
    capsule = built.table("main.orders").__arrow_c_stream__()
    assert len(_arrow._structs) == before + 1
    del capsule
    assert len(_arrow._structs) == before


def test_a_missing_table_fails_when_it_is_read(project):
    with pytest.raises(floe.NotFound):
        pyarrow.table(project.table("main.nothing"))
