"""Destinations of floe.yaml: `floe run` delivers what it wrote, as PyIceberg reads it, once all went well."""

import json
import shutil

import pyarrow
import pyarrow.csv
import pytest
import yaml

from canonical_rows import to_json
from iceberg_catalog import open_catalog

pytestmark = pytest.mark.skipif(not shutil.which("cargo"), reason="the sink is written in Rust, and there is no cargo")

EVERY_TYPE = """{{ config(materialized='table') }}
select 1 as id, 12.50::decimal(9, 2) as price, 170141183460469231731687303715884105727::hugeint % 1000 as big,
       timestamptz '2024-02-29 12:34:56.789+02:00' as instant, timestamp '1899-12-31 23:59:59.000001' as local,
       date '2024-02-29' as day, time '23:59:59.5' as hour, 'Grüße, "日本" 😀' as name, 'a'::blob as raw,
       [1, null, 3] as numbers, {'a': 'x', 'b': [1.5, null]} as nested, map {'k': 1, 'l': null} as pairs,
       true as flag, 0.1::double as ratio, '12345678-1234-5678-1234-567812345678'::uuid as code
union all select 2, null, null, null, null, null, null, null, null, null, null, null, null, null, null
union all select 3, -0.01, -5, timestamptz '1969-12-31 23:59:59.999999+00', null, date '0001-01-01', null, '', ''::blob, [], null, map {}, false, 1e300, null
"""


def with_destinations(product, *destinations, **manifest):
    (product.directory / "models/every_type.sql").write_text(EVERY_TYPE)
    floe_yaml = yaml.safe_load((product.directory / "floe.yaml").read_text())
    floe_yaml["destinations"] = list(destinations)
    (product.directory / "floe.yaml").write_text(yaml.safe_dump(floe_yaml))
    product.choose()
    written = yaml.safe_load((product.directory / "manifest.yaml").read_text())
    for key, value in manifest.items():
        if key == "sinks":
            written["plugins"]["sinks"] = value
        else:
            written[key] = value
    (product.directory / "manifest.yaml").write_text(yaml.safe_dump(written))
    return product.state / "exports"


def delivered(answer):
    return {node["name"]: (node["status"], node["rows"], node["message"]) for node in answer["results"] if node["resource_type"] == "destination"}


def test_rows_of_every_type_arrive(product):
    exports = with_destinations(
        product, {"name": "lines", "sink_type": "files", "source_table": "every_type", "config": {"format": "jsonl"}},
        {"name": "sheet", "sink_type": "files", "source_table": "main.every_type", "config": {"target": "out/sheet", "options": {"delimiter": ";"}},
         "field_mapping": {"price": "Preis"}})
    answer = product.json("run")
    assert answer["success"] and delivered(answer) == {"lines": ("success", 3, "OK"), "sheet": ("success", 3, "OK")}
    table = open_catalog(product).load_table("main.every_type")
    expected = [{field.name: to_json(row[field.name], field.field_type) for field in table.schema().fields} for row in table.scan().to_arrow().to_pylist()]
    found = [json.loads(line) for line in (exports / "lines.jsonl").read_text().splitlines()]
    for row in expected:  # of the type that the model wrote, not of the wider one it has in Iceberg
        row["big"] = row["big"] and int(row["big"])
    for row in found:
        row["big"] = row["big"] and int(row["big"])
    assert sorted(found, key=lambda row: row["id"]) == sorted(expected, key=lambda row: row["id"])
    sheet = pyarrow.csv.read_csv(exports / "out/sheet.csv", parse_options=pyarrow.csv.ParseOptions(delimiter=";"))
    assert sheet.column_names == ["id", "Preis", *list(expected[0])[2:]] and sheet.num_rows == 3
    events = product.lineage_events(product.run_directories()[-1])
    mine = [event for event in events if event["job"]["name"] == "shop.destination.shop.lines"]
    assert [event["eventType"] for event in mine] == ["START", "COMPLETE"]
    assert [one["name"] for one in mine[-1]["inputs"]] == ["main.every_type"]


def test_a_rerun_delivers_once(product):
    exports = with_destinations(product, {"name": "orders", "sink_type": "files", "source_table": "main.orders", "config": {"mode": "append"}})
    (product.directory / "models/orders.sql").write_text("{{ config(materialized='table') }} select 1 as id")
    product.json("run")
    (product.directory / "models/orders.sql").unlink()  # the table stays as it is
    (product.directory / "models/orders.yml").unlink()
    again = product.json("run")
    assert delivered(again) == {"orders": ("success", 1, "OK, delivered before")}
    (only,) = (exports / "orders").glob("*.csv")
    assert only.read_text() == "id\n1\n"


def test_a_selection_delivers_what_it_wrote(product):
    with_destinations(product, {"name": "orders", "sink_type": "files", "source_table": "orders"},
                      {"name": "types", "sink_type": "files", "source_table": "main.every_type"})
    assert delivered(product.json("run", "--select", "every_type")) == {"types": ("success", 3, "OK")}
    assert delivered(product.json("dbt", "build")) == {}


def test_a_failed_run_delivers_nothing(product):
    exports = with_destinations(product, {"name": "orders", "sink_type": "files", "source_table": "orders"})
    (product.directory / "models/orders.sql").write_text("select 1 as id union all select 1")  # the test `unique` fails
    process = product.run("run", "--output", "json", expect=1)
    assert delivered(json.loads(process.stdout)) == {"orders": ("skipped", None, "not everything of this run went well")}
    assert not exports.exists()


def test_a_failed_delivery_fails_the_run(product, tmp_path):
    (tmp_path / "out").mkdir()
    (tmp_path / "out/orders.csv").mkdir()
    with_destinations(product, {"name": "orders", "sink_type": "files", "source_table": "orders"}, sinks=[{"type": "files", "config": {"directory": str(tmp_path / "out")}}])
    process = product.run("run", expect=1)
    assert "error[FLOE-E0811]: destination `orders` was not delivered: " in process.stderr and "floe.yaml:" in process.stderr
    assert product.show("orders")["rows"]  # the table stays


def test_a_destination_that_cannot_be_opened_is_told_first(product):
    with_destinations(product, {"name": "orders", "sink_type": "files", "source_table": "orders", "config": {"format": "xlsx"}})
    process = product.run("run", expect=1)
    assert "error[FLOE-E0811]: destination `orders` cannot be opened: `format` is none of `csv` and `jsonl`" in process.stderr
    assert not list(product.state.glob("warehouse/**/*.parquet"))


def test_sinks_have_to_be_approved(product):
    destination = {"name": "orders", "sink_type": "files", "source_table": "orders"}
    with_destinations(product, destination, scope="enterprise", approved_sinks=["http"])
    process = product.run("compile", expect=1)
    assert "error[FLOE-E0329]: destination `orders` uses sink `files`, which is not approved" in process.stderr
    assert "manifest.yaml:" in process.stderr and "approved: http" in process.stderr
    with_destinations(product, destination, scope="enterprise", approved_sinks=["files"])
    assert delivered(product.json("run")) == {"orders": ("success", 1, "OK")}


def test_mistakes_are_told_at_compile(product):
    with_destinations(product, {"name": "orders", "sink_type": "files", "source_table": "order"},
                      {"name": "orders", "sink_type": "crm", "source_table": "orders", "connection_secret_ref": "crm-key"},
                      {"name": "secret", "sink_type": "files", "source_table": "orders", "connection_secret_ref": "crm-key"})
    process = product.run("compile", expect=1)
    for expected in ["error[FLOE-E0352]: there are two destinations `orders`"]:
        assert expected in process.stderr
    with_destinations(product, {"name": "orders", "sink_type": "files", "source_table": "order"},
                      {"name": "crm", "sink_type": "crm", "source_table": "orders"},
                      {"name": "secret", "sink_type": "files", "source_table": "orders", "connection_secret_ref": "crm-key"})
    process = product.run("compile", expect=1)
    for expected in ["error[FLOE-E0353]: destination `orders` delivers `order`, which no model, seed or snapshot makes", "= help: write `orders`",
                     "warning[FLOE-W1401]: sinks plugin `crm` is not installed", "error[FLOE-E0415]: ", "connection_secret_ref"]:
        assert expected in process.stderr
    assert "crm-key" not in json.dumps([line for line in process.stderr.splitlines() if line.startswith("error")])
