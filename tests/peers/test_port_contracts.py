"""Contracts of output ports: other ODCS tools accept what floe makes of a product, and PyIceberg's changes are drift."""

import json
import subprocess
from concurrent.futures import ThreadPoolExecutor

import jsonschema
import pyarrow
import pytest
from pyiceberg.types import LongType

from floe_command import Project
from iceberg_catalog import open_catalog
from recording_servers import http_recorder
from test_contracts import contracts_python, schemas  # noqa: F401  (fixtures)

HEAD = 'apiVersion: floe.dev/v1\nkind: DataProduct\nmetadata: {name: customer-360, version: "1.2", owner: sales, description: Customers.}\n'
FILES = {
    "dbt_project.yml": "name: shop\n",
    "models/customers.sql": "{{ config(materialized='table') }}\n"
                            "select 1::integer as id, 'Ada' as name, 1.5::decimal(9, 2) as spent, now() as seen, [1, 2] as orders, "
                            "{'street': 'x'} as address, '1'::blob as raw, 'a' as status\n",
    "models/customers.yml": """
models:
  - name: customers
    description: One row per customer.
    tests: [{dbt_utils_free_row_count: {above: 0}}]
    columns:
      - {name: id, data_type: integer, tests: [unique, not_null]}
      - {name: name, description: As written.}
      - {name: spent, data_type: "decimal(9, 2)"}
      - {name: seen, data_type: timestamptz}
      - {name: orders, data_type: "integer[]"}
      - {name: address, data_type: struct(street varchar)}
      - {name: raw, data_type: blob}
      - {name: status, tests: [{accepted_values: {arguments: {values: [a, b]}}}]}
""",
    "macros/tests.sql": "{% test dbt_utils_free_row_count(model, above) %}select 1 where (select count(*) from {{ model }}) <= {{ above }}{% endtest %}\n",
}
PORT = "output_ports:\n  - {name: customers, model: customers, classification: internal, sla: {freshness: 24h, availability: 99.9%%, quality: 100%%}%s}\n"


@pytest.fixture
def product(tmp_path):
    for name, text in FILES.items():
        (tmp_path / name).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / name).write_text(text)
    (tmp_path / "floe.yaml").write_text(HEAD + PORT % "")
    return Project(tmp_path)


def accept(python, schemas, text, path):
    """Fails unless the published schema, open-data-contract-standard and datacontract-cli take the contract."""
    path.write_text(text)
    script = """
import sys, json
from open_data_contract_standard.model import OpenDataContractStandard
from datacontract.data_contract import DataContract
contract = OpenDataContractStandard.from_file(sys.argv[1])
run = DataContract(data_contract_file=sys.argv[1]).lint()
print(json.dumps({"contract": json.loads(contract.model_dump_json(by_alias=True, exclude_none=True)), "result": str(run.result.value),
                  "why": [check.reason for check in run.checks]}))
"""
    run = subprocess.run([python, "-c", script, path], capture_output=True, text=True)
    assert run.returncode == 0, run.stderr[-3000:]
    answer = json.loads(run.stdout.splitlines()[-1])
    assert answer["result"] == "passed", answer["why"]
    read = answer["contract"]
    version = read["apiVersion"].removeprefix("v")
    errors = [f"{error.json_path}: {error.message}" for error in jsonschema.Draft201909Validator(schemas[version]).iter_errors(read)]
    assert errors == []
    return read


def test_generated(product, contracts_python, schemas, tmp_path):  # noqa: F811
    made = product.run("contract", "generate").stdout
    read = accept(contracts_python, schemas, made, tmp_path / "made.yaml")
    assert read["id"] == "customer-360.customers" and read["version"] == "1.2"
    assert read["slaProperties"] == [{"property": "freshness", "value": 24, "unit": "h"}, {"property": "availability", "value": 99.9, "unit": "%"},
                                     {"property": "quality", "value": 100, "unit": "%"}]
    [table] = read["schema"]
    assert (table["name"], table["physicalName"]) == ("customers", "main.customers")
    types = {column["name"]: (column.get("logicalType"), column.get("physicalType"), column["classification"]) for column in table["properties"]}
    assert types == {"id": ("integer", "int", "internal"), "name": (None, None, "internal"), "spent": ("number", "decimal(9, 2)", "internal"),
                     "seen": ("timestamp", "timestamptz", "internal"), "orders": ("array", "list<int>", "internal"),
                     "address": ("object", "struct<street: string>", "internal"), "raw": (None, "binary", "internal"),
                     "status": (None, None, "internal")}
    assert [rule["metric"] for rule in table["properties"][0]["quality"]] == ["duplicateValues", "nullValues"]
    assert table["properties"][0]["required"] and table["properties"][0]["unique"]
    assert table["properties"][7]["quality"] == [{"type": "library", "metric": "invalidValues", "mustBe": 0, "arguments": {"validValues": ["a", "b"]}}]
    assert table["quality"] == [{"type": "custom", "engine": "dbt", "implementation": 'dbt_utils_free_row_count {"above":0}'}]
    # The same document is kept, is in the artifact, and comes again from the same files.
    assert (product.state / "contracts/customers.yaml").read_text() == made
    [kept] = json.loads((product.state / "target/compiled_artifacts.json").read_text())["contracts"]
    assert (kept["id"], kept["table"], kept["document"]["schema"]) == (read["id"], "main.customers", read["schema"])
    assert product.run("contract", "generate").stdout == made


@pytest.mark.parametrize("version", ["3.0.2", "3.1.0", "3.2.0"])
def test_written_and_filled(version, product, contracts_python, schemas, tmp_path):  # noqa: F811
    written = {"apiVersion": f"v{version}", "kind": "DataContract", "id": "customers", "version": "3.1.4", "status": "active",
               "schema": [{"name": "customers", "properties": [{"name": "ID", "logicalType": "integer", "description": "mine"}, {"name": "seen"}]}],
               "slaProperties": [{"property": "freshness", "value": "P1D"}]}
    (tmp_path / "contract.yaml").write_text(json.dumps(written))
    (tmp_path / "floe.yaml").write_text(HEAD + PORT % ", contract: contract.yaml")
    read = accept(contracts_python, schemas, product.run("contract", "generate").stdout, tmp_path / "made.yaml")
    assert (read["id"], read["version"]) == ("customers", "3.1.4")
    [table] = read["schema"]
    assert table["physicalName"] == "main.customers"
    assert [(column["name"], column.get("description")) for column in table["properties"]] == [("ID", "mine"), ("seen", None)]
    assert table["properties"][0]["required"] and table["properties"][0]["physicalType"] == "int"
    assert table["properties"][1]["logicalType"] == ("date" if version == "3.0.2" else "timestamp")
    assert [(level["property"], level["value"]) for level in read["slaProperties"]] == [("freshness", "P1D"), ("availability", 99.9), ("quality", 100)]


STRICT = ('apiVersion: floe.dev/v1\nkind: Manifest\nmetadata: {name: acme, version: "1.0.0"}\n'
          "governance: {data_contracts: {enforcement: strict}}\n")


def findings(project, *arguments):
    """Errors of a command that fails, one per line."""
    return project.run("--error-format", "concise", *arguments, expect=1).stderr.splitlines()


def test_written_columns_are_those_of_the_model(product, tmp_path):
    (tmp_path / "floe.yaml").write_text(HEAD + PORT % ", contract: c.yaml")
    contract = ("apiVersion: v3.1.0\nkind: DataContract\nid: customers\nversion: 1.0.0\nstatus: active\n"
                "schema: [{name: customers, properties: [{name: key, physicalName: id, logicalType: %s}]}]\n")
    (tmp_path / "c.yaml").write_text(contract % "string")
    assert findings(product, "compile") == [
        "c.yaml:6:84: error[FLOE-E0379]: port `customers` promises `id` as string, model `customers` declares it as integer"]
    (tmp_path / "c.yaml").write_text(contract % "integer")
    [made] = product.json("contract", "generate")["contracts"]
    assert 'physicalType: "int"' in made["document"]
    product.run("run")
    assert [each["kind"] for each in product.json("contract", "drift")["contracts"][0]["differences"]] == ["extra"] * 7


def test_versions_say_what_changed_and_where(product, tmp_path):
    (tmp_path / "manifest.yaml").write_text(STRICT)
    head = HEAD + "platform: {ref: manifest.yaml}\n"
    contract = ("apiVersion: v3.1.0\nkind: DataContract\nid: customers\nstatus: active\n"
                "version: 1.0.0\nschema: [{name: customers, properties: [{name: id}%s]}]\n")
    (tmp_path / "c.yaml").write_text(contract % ", {name: name}")
    ports = "output_ports:\n  - {name: customers, model: customers, contract: c.yaml}\n"
    (tmp_path / "floe.yaml").write_text(head + ports + "  - {name: others, model: customers}\n")
    product.run("compile")
    (tmp_path / "c.yaml").write_text(contract % "")
    (tmp_path / "floe.yaml").write_text(head + ports)
    for _ in range(2):  # what was refused is compared with again
        assert findings(product, "compile") == [
            "c.yaml:5:10: error[FLOE-E0375]: contract `customers` has breaking changes: version 1.0.0 does not follow 1.0.0",
            "floe.yaml:5:1: error[FLOE-E0798]: product `customer-360` 1.2 had output port `others`, 1.2 has not"]
    (tmp_path / "c.yaml").write_text((contract % "").replace("1.0.0", "2.0.0-rc.1"))
    (tmp_path / "floe.yaml").write_text(head.replace('"1.2"', '"2.0"'))
    product.run("compile")
    product.run("compile")


def test_a_domain_has_its_products_whatever_its_spelling(tmp_path):
    (tmp_path / "shop").mkdir()
    (tmp_path / "shop/floe.yaml").write_text(
        'apiVersion: floe.dev/v1\nkind: DataProduct\nmetadata: {name: orders, version: "1.0"}\nplatform: {ref: ../manifest.yaml}\n')
    project = Project(tmp_path / "shop")
    for spelling in ["kind: DomainManifest\nmetadata: {name: sales, version: \"1.0.0\"}",
                     "kind: Manifest\nmetadata: {name: sales, version: \"1.0.0\", scope: domain}",
                     "kind: Manifest\nscope: domain\nmetadata: {name: sales, version: \"1.0.0\"}"]:
        (tmp_path / "manifest.yaml").write_text(f"apiVersion: floe.dev/v1\n{spelling}\n")
        assert [each["name"] for each in project.json("product", "list")["products"]] == ["sales.orders"]
        assert project.json("product", "show", "sales.orders")["domain"] == "sales"


def test_drift_of_a_table_that_pyiceberg_changes(product, tmp_path):
    (tmp_path / "floe.yaml").write_text(HEAD + PORT % (
        ", schema: [{name: id, type: integer, required: true}, {name: name, type: varchar, required: true}, {name: spent, type: \"decimal(9, 2)\"}]"))
    assert product.json("contract", "drift", expect=1)["contracts"][0]["exists"] is False
    product.run("run")
    kinds = lambda answer: [(each["kind"], each["column"], each["breaking"]) for each in answer["contracts"][0]["differences"]]  # noqa: E731
    extra = [("extra", name, False) for name in ("seen", "orders", "address", "raw", "status")]
    assert kinds(product.json("contract", "drift")) == extra
    table = open_catalog(product).load_table("main.customers")
    with table.update_schema() as update:
        update.update_column("id", LongType())
        update.delete_column("spent")
    table.append(pyarrow.table({"id": pyarrow.array([2], pyarrow.int64()), "name": pyarrow.array([None], pyarrow.string())}))
    run = product.run("contract", "drift", "--output", "json", expect=1)
    assert kinds(json.loads(run.stdout)) == [("type", "id", True), ("nullability", "name", True), ("missing", "spent", True), *extra]
    assert "FLOE-E0384" in run.stderr


def test_broken_promises_are_told_once(product, tmp_path):
    with http_recorder() as server:
        (tmp_path / "manifest.yaml").write_text(json.dumps({
            "apiVersion": "floe.dev/v1", "kind": "Manifest", "metadata": {"name": "acme", "version": "1.0.0"},
            "plugins": {"alert_channels": [{"type": "webhook", "config": {"url": server.url}}]},
            "governance": {"slos": {"quality": "100%"}}}))
        (tmp_path / "floe.yaml").write_text(HEAD + "platform: {ref: manifest.yaml}\noutput_ports:\n  - {name: customers, model: customers, schema: [{name: id}]}\n")
        assert [level["status"] for level in product.json("contract", "check")["contracts"][0]["service_levels"]] == ["unknown"]
        (tmp_path / "models/customers.sql").write_text("{{ config(materialized='table') }}\nselect 1 as id, 'a' as status union all select 1, 'c'\n")
        product.run("run", expect=1)
        for _ in range(2):
            [level] = product.json("contract", "check", expect=1)["contracts"][0]["service_levels"]
            assert (level["property"], level["promised"], level["found"], level["status"]) == ("quality", "100%", "50%", "broken")
        told = [json.loads(body) for _, _, body in server.requests]
        assert [event["title"] for event in told if event["kind"] == "contract_violation"] == [
            "contract `customer-360.customers` promises quality of 100%, found is 50%"]


def test_many_register_at_once(tmp_path):
    (tmp_path / "manifest.yaml").write_text('apiVersion: floe.dev/v1\nkind: Manifest\nmetadata: {name: acme, version: "1.0.0"}\n')
    names = [f"product-{number}" for number in range(8)]
    for name in names:
        (tmp_path / name).mkdir()
        (tmp_path / name / "floe.yaml").write_text(
            f'apiVersion: floe.dev/v1\nkind: DataProduct\nmetadata: {{name: {name}, version: "1.0", owner: me}}\nplatform: {{ref: ../manifest.yaml}}\n')
    with ThreadPoolExecutor(len(names)) as pool:
        list(pool.map(lambda name: Project(tmp_path / name).run("product", "register"), names))
    assert [each["name"] for each in json.loads((tmp_path / "products.json").read_text())["products"]] == names
