"""PyIceberg opens the catalog and reads the same rows; what it writes, floe reads."""

import pyarrow
import pytest

from canonical_rows import assert_equal_rows, digest, shown_lines
from iceberg_catalog import identifiers, open_catalog, table_lines

DEMO_TABLES = [
    "main.bronze_customers", "main.bronze_orders", "main.bronze_web_events", "main.countries",
    "main.gold_customer_360", "main.gold_daily_revenue", "main.gold_product_performance", "main.gold_region_summary",
    "main.silver_customers", "main.silver_order_items", "main.silver_orders", "main.silver_rejected_rows",
    "main.silver_web_events", "main.silver_web_sessions", "raw.customers", "raw.orders", "raw.web_events",
]


def test_both_list_the_same_tables(demo):
    assert identifiers(open_catalog(demo)) == DEMO_TABLES
    assert sorted(demo.tables()) == DEMO_TABLES


@pytest.mark.parametrize("identifier", DEMO_TABLES)
def test_rows_are_equal(demo, identifier):
    table = open_catalog(demo).load_table(identifier)
    shown = demo.show(identifier)
    arrow = table.scan().to_arrow()
    assert arrow.num_rows == len(shown["rows"]) > 0
    assert_equal_rows(table_lines(table), shown_lines(shown, table.schema()), "pyiceberg", "floe")
    assert [column["name"] for column in shown["columns"]] == [field.name for field in table.schema().fields]


@pytest.mark.parametrize("identifier", DEMO_TABLES)
def test_table_list_agrees_with_the_metadata(demo, identifier):
    table, listed = open_catalog(demo).load_table(identifier), demo.tables()[identifier]
    assert listed["format_version"] == table.format_version == 2
    assert str(listed["current_snapshot_id"]) == str(table.metadata.current_snapshot_id)
    assert listed["location"] == table.location()


def test_every_type_is_read_equal(types):
    catalog = open_catalog(types)
    for identifier in identifiers(catalog):
        table = catalog.load_table(identifier)
        shown = shown_lines(types.show(identifier), table.schema())
        assert_equal_rows(table_lines(table), shown, f"pyiceberg {identifier}", "floe")


def test_column_types_are_iceberg_type_strings(types):
    table = open_catalog(types).load_table("main.all_types")
    shown = {column["name"]: column["type"] for column in types.show("main.all_types")["columns"]}
    for field in table.schema().fields:
        if field.field_type.is_primitive:
            assert shown[field.name].replace(" ", "") == str(field.field_type).replace(" ", ""), field.name
        else:
            assert shown[field.name].partition("<")[0] == str(field.field_type).partition("<")[0], field.name


@pytest.mark.parametrize("row_filter, sql", [
    ("customer_id > 200", "customer_id > 200"),
    ("customer_id = 17", "customer_id = 17"),
    ("country_code is null", "country_code is null"),
    ("country_code = 'DE' and loyalty_points >= 2500", "country_code = 'DE' and loyalty_points >= 2500"),
    ("signup_date < '2022-01-01'", "signup_date < '2022-01-01'"),
    ("updated_at >= '2025-03-01T00:00:00'", "updated_at >= '2025-03-01'"),
    ("email like 'ada%'", "email like 'ada%'"),
])
def test_metrics_do_not_prune_rows_that_match(demo, row_filter, sql):
    table = open_catalog(demo).load_table("main.silver_customers")
    everything = table.scan().to_arrow()
    import duckdb
    expected = duckdb.sql(f"select count(*) from everything where {sql}").fetchone()[0]
    assert 0 < expected < everything.num_rows
    assert table.scan(row_filter=row_filter).to_arrow().num_rows == expected


def test_floe_reads_what_pyiceberg_appended(fresh_demo):
    fresh_demo.run("run")
    table = open_catalog(fresh_demo).load_table("main.gold_region_summary")
    before = fresh_demo.show("main.gold_region_summary")
    rows = table.scan().to_arrow()
    added = rows.slice(0, 1).set_column(0, rows.schema.field(0), pyarrow.array(["Atlantis"], rows.schema.field(0).type))
    table.append(added)
    after = fresh_demo.show("main.gold_region_summary")
    assert len(after["rows"]) == len(before["rows"]) + 1
    assert [row["region"] for row in after["rows"] if row not in before["rows"]] == ["Atlantis"]
    table = open_catalog(fresh_demo).load_table("main.gold_region_summary")
    assert_equal_rows(table_lines(table), shown_lines(after, table.schema()), "pyiceberg", "floe")
    # and floe goes on writing to it
    fresh_demo.run("run")
    assert fresh_demo.show("main.gold_region_summary")["rows"]


def test_old_snapshots_stay_readable(fresh_demo):
    fresh_demo.run("run")
    table = open_catalog(fresh_demo).load_table("main.silver_orders")
    first, first_lines = table.metadata.current_snapshot_id, table_lines(table)
    fresh_demo.generate(3000)
    fresh_demo.run("run")
    table = open_catalog(fresh_demo).load_table("main.silver_orders")
    assert table.metadata.current_snapshot_id != first
    assert digest(table_lines(table)) != digest(first_lines)
    assert_equal_rows(first_lines, table_lines(table, first), "first run", "time travel in pyiceberg")
    shown = fresh_demo.show("main.silver_orders", "--at", str(first))
    assert_equal_rows(first_lines, shown_lines(shown, table.schema()), "first run", "floe show --at")
