"""What the first-party plugins really take and give fits the published schemas, and the ctypes declarations fit the plugins."""

import json

import jsonschema
import pytest

from abi_host import PAYLOADS, plugin, refused
from floe import abi
from floe_command import ROOT


def test_local_storage(tmp_path):
    uri = f"file://{tmp_path}/a/b.bin"
    with plugin("floe.storage", "local", {"root": str(tmp_path)}) as storage:
        storage.call("put", uri, b"0123456789", {"if_none_match": "*", "durable": True})
        refused(abi.FLOE_ALREADY_EXISTS, storage, "put", uri, b"", {"if_none_match": "*"})
        assert storage.call("stat", uri)["size"] == 10
        refused(abi.FLOE_NOT_FOUND, storage, "stat", uri + "x")
        assert storage.call("read", uri, [[2, 3], [-2, 2]]) == b"23489"
        assert storage.call("read", uri, []) == b"0123456789"
        reader = storage.call("open_read", uri)
        assert storage.call("read_next", reader, 4) == b"0123"
        storage.call("close_read", reader)
        writer = storage.call("open_write", uri + "2", {})
        storage.call("write_next", writer, b"later")
        assert storage.call("finish", writer)["size"] == 5
        writer = storage.call("open_write", uri + "3", {})
        storage.call("abort", writer)
        listed = storage.call("list", f"file://{tmp_path}/a/").to_pydict()
        assert listed["uri"] == [uri, uri + "2"] and listed["size"] == [10, 5]
        assert storage.call("local_paths", {"uris": [uri], "mode": "read"}) == {"paths": [f"{tmp_path}/a/b.bin"]}
        storage.call("sync", [uri])
        assert storage.call("remove", [uri, uri + "x"])["failed"] == []
        assert storage.call("binding")["kind"] == "local"
        storage.call("client_properties")


def test_sqlite_catalog(tmp_path):
    table, renamed = ({"namespace": ["raw"], "name": name} for name in ("orders", "sales"))
    with plugin("floe.catalogs", "sqlite", {"uri": str(tmp_path / "catalog.db"), "warehouse": f"file://{tmp_path}"}) as catalog:
        catalog.call("create_namespace", {"namespace": ["raw"], "properties": {"owner": "data"}})
        assert catalog.call("list_namespaces", {"parent": []}) == {"namespaces": [["raw"]]}
        catalog.call("update_namespace_properties", {"namespace": ["raw"], "updates": {"a": "1"}, "removals": ["owner"]})
        assert catalog.call("load_namespace", ["raw"])["properties"]["a"] == "1"
        catalog.call("create_table", {"identifier": table, "metadata_location": "file:///w/0.json", "staged": False})
        refused(abi.FLOE_ALREADY_EXISTS, catalog, "register_table", {"identifier": table, "metadata_location": "file:///w/0.json"})
        assert catalog.call("load_table", table)["metadata_location"] == "file:///w/0.json"
        catalog.call("swap_pointer", {"identifier": table, "expected": "file:///w/0.json", "new": "file:///w/1.json"})
        refused(abi.FLOE_CONFLICT, catalog, "swap_pointer", {"identifier": table, "expected": "file:///w/0.json", "new": "file:///w/2.json"})
        catalog.call("commit_transaction", {"changes": [{"identifier": table, "expected": "file:///w/1.json", "new": "file:///w/2.json"}]})
        catalog.call("rename_table", {"from": table, "to": renamed})
        assert catalog.call("list_tables", {"namespace": ["raw"]}) == {"identifiers": [renamed]}
        catalog.call("create_view", {"identifier": table, "metadata_location": "file:///w/v0.json"})
        catalog.call("replace_view", {"identifier": table, "expected": "file:///w/v0.json", "new": "file:///w/v1.json"})
        assert catalog.call("load_view", table)["metadata_location"] == "file:///w/v1.json"
        assert catalog.call("list_views", {"namespace": ["raw"]}) == {"identifiers": [table]}
        catalog.call("drop_view", table)
        catalog.call("drop_table", {"identifier": renamed, "purge": False})
        refused(abi.FLOE_NOT_FOUND, catalog, "load_table", renamed)
        catalog.call("drop_namespace", ["raw"])


def write_request(directory, columns):
    fields = [{"id": c["id"], "name": c["name"], "required": False, "type": c["type"]} for c in columns]
    return {"directory": str(directory), "file_prefix": "00000-0-9b2f", "schema": {"type": "struct", "schema-id": 0, "fields": fields},
            "columns": columns, "partition_spec": [], "sort_order": [], "target_file_size_bytes": 1 << 20, "compression": "zstd", "staged": False}


def test_duckdb_compute(tmp_path):
    (tmp_path / "c.csv").write_text("id,name\n1,a\nx,b\n")
    (tmp_path / "data").mkdir()
    columns = [{"id": 1, "name": "id", "type": "int", "sql_type": "INTEGER"}, {"id": 2, "name": "name", "type": "string", "sql_type": "VARCHAR"}]
    relation = {"database": "floe", "schema": "main", "name": "orders"}
    with plugin("floe.computes", "duckdb", {"threads": 1}) as compute:
        assert compute.call("dbt_profile", {"name": "dev", "threads": 2})["type"] == "duckdb"
        compute.call("required_packages")
        compute.call("resources", {"workload_size": "small"})
        assert compute.call("check_connection")["status"] == "ok"
        session = compute.call("open_session", {"name": "test"})
        rows, _ = compute.call("query", session, "select 1::utinyint as id, ['a'] as tags", None)
        assert rows.to_pydict() == {"id": [1], "tags": [["a"]]}
        described = compute.call("describe_query", session, "select 1::utinyint as id, {'a': 1, 'b': [1.5]} as s, map {'k': 1} as m")["columns"]
        assert [column["name"] for column in described] == ["id", "s", "m"]
        assert compute.call("tables_in", session, "with c as (select 1) select * from c, floe.main.orders")["tables"] == [relation]
        written = compute.call("write_files", session, write_request(tmp_path / "data", columns), "select 1 as id, 'a' as name union all select 2, 'b'")
        assert written["rows"] == 2
        compute.call("bind", session, [{"relation": relation, "kind": "iceberg", "key": "main.orders@1", "columns": columns, "files": written["files"]}])
        assert [one["key"] for one in compute.call("bound", session)["relations"]] == ["main.orders@1"]
        staged = compute.call("stage", session, "select 2 as id, 'z' as name")
        changed = compute.call("rewrite_files", session, {
            "mode": "merge", "target": {"columns": columns, "files": written["files"]}, "staged": staged["name"], "unique_key": ["id"], "predicates": [],
            "clauses": [{"when": "matched", "condition": None, "action": "update", "set": {"name": "DBT_INTERNAL_SOURCE.name"}}],
            "write": write_request(tmp_path / "data", columns)})
        assert changed["rows_updated"] == 1 and len(changed["removed"]) == 1
        read = compute.call("read_files", session, {"format": "csv", "paths": [str(tmp_path / "c.csv")], "options": {"header": True},
                                                    "columns": [{"name": "id", "sql_type": "BIGINT"}, {"name": "name", "sql_type": "VARCHAR"}],
                                                    "on_error": "rejects"})
        assert read["rows"] == 1 and read["rejects"]["rows"] == 1
        compute.call("execute", session, "create temp table t as select 1 as x", {"guard": False})
        refused(abi.FLOE_INVALID_ARGUMENT, compute, "query", session, "select nothing from nowhere", None)
        compute.call("unbind", session, [relation])
        compute.call("close_session", session)


@pytest.mark.parametrize("file, schema", [("records.jsonl", "warehouse/node_record"), ("lineage.jsonl", "lineage/event"),
                                          ("traces.jsonl", "telemetry/otlp_request"), ("metrics.jsonl", "telemetry/otlp_request")])
def test_records_of_a_run(types, file, schema):
    lines = (types.run_directories()[-1] / file).read_text().splitlines()
    assert lines
    for line in lines:
        assert PAYLOADS.problems(schema, json.loads(line)) == [], line


@pytest.mark.parametrize("path", sorted((ROOT / "plugins").glob("*/*/plugin.json")), ids=lambda path: path.parent.name)
def test_manifests_of_plugins(path):
    manifest = json.loads(path.read_text())
    assert PAYLOADS.problems("shared/plugin_manifest", manifest) == []
    if "config_schema" in manifest:
        jsonschema.Draft202012Validator.check_schema(json.loads((path.parent / manifest["config_schema"]).read_text()))


def test_env_secrets(monkeypatch):
    monkeypatch.setenv("FLOE_SECRET_WAREHOUSE_KEY", "s3cr3t é")
    monkeypatch.setenv("FLOE_SECRET_WAREHOUSE_USER", "ada")
    with plugin("floe.secrets", "env", {}) as secrets:
        assert secrets.call("get", "warehouse-key") == "s3cr3t é".encode()
        assert secrets.call("get", "Warehouse.user") == b"ada"
        refused(abi.FLOE_NOT_FOUND, secrets, "get", "other")
        for key in ("", "a b", "a=b", "ü", "../x y"):
            refused(abi.FLOE_INVALID_ARGUMENT, secrets, "get", key)
        assert secrets.call("list", "warehouse-") == {"keys": ["warehouse-key", "warehouse-user"]}
        assert secrets.call("pod_environment", {"keys": ["warehouse-key"], "name": "shop"})["env"] == [
            {"name": "FLOE_SECRET_WAREHOUSE_KEY", "valueFrom": {"secretKeyRef": {"name": "shop", "key": "warehouse-key"}}}]


def test_file_secrets(tmp_path):
    for name, value, mode in (("warehouse-key", "s3cr3t\n", 0o600), ("two", "a\n\n", 0o440), ("open", "x", 0o644), (".hidden", "x", 0o600)):
        (tmp_path / name).write_text(value)
        (tmp_path / name).chmod(mode)
    with plugin("floe.secrets", "file", {"directory": str(tmp_path)}) as secrets:
        assert secrets.call("get", "warehouse-key") == b"s3cr3t"
        assert secrets.call("get", "two") == b"a\n"
        refused(abi.FLOE_PERMISSION, secrets, "get", "open")
        refused(abi.FLOE_NOT_FOUND, secrets, "get", "other")
        for key in ("", ".hidden", "../two", "a/b"):
            refused(abi.FLOE_INVALID_ARGUMENT, secrets, "get", key)
        assert secrets.call("list", "") == {"keys": ["open", "two", "warehouse-key"]}
        assert secrets.call("pod_environment", {"keys": ["two"]})["volumeMounts"][0]["mountPath"] == str(tmp_path)


def test_kubernetes_secrets_that_are_mounted(tmp_path):
    (tmp_path / "..2026").mkdir()
    (tmp_path / "..data").symlink_to("..2026")
    for name, value in (("warehouse-key", "s3cr3t\n"), ("warehouse.user", "ada")):
        (tmp_path / "..2026" / name).write_text(value)
        (tmp_path / name).symlink_to(f"..data/{name}")
    with plugin("floe.secrets", "kubernetes", {"directory": str(tmp_path)}) as secrets:
        assert secrets.call("get", "warehouse-key") == b"s3cr3t"
        assert secrets.call("list", "") == {"keys": ["warehouse-key", "warehouse.user"]}
        refused(abi.FLOE_NOT_FOUND, secrets, "get", "other")
        refused(abi.FLOE_UNSUPPORTED, secrets, "put", "warehouse-key", b"x")
        refused(abi.FLOE_UNSUPPORTED, secrets, "remove", "warehouse-key")
        for key in ("", "..data", "../x", "other/key"):
            refused(abi.FLOE_INVALID_ARGUMENT, secrets, "get", key)


EVENT = {"eventType": "START", "eventTime": "2026-01-01T00:00:00.000Z", "producer": "https://floe.dev/",
         "schemaURL": "https://openlineage.io/spec/2-0-2/OpenLineage.json#/$defs/RunEvent",
         "run": {"runId": "0190f5e2-5a0b-7c3e-8a5e-3c9a4d2b1f00"}, "job": {"namespace": "floe", "name": "orders"}}


def test_file_lineage(tmp_path):
    path = tmp_path / "new" / "events.jsonl"
    with plugin("floe.lineage_backends", "file", {"path": str(path)}) as lineage:
        lineage.call("emit", [EVENT, EVENT])
        lineage.call("emit", [EVENT])
        assert [json.loads(line) for line in path.read_text().splitlines()] == [EVENT] * 3
        assert lineage.call("transport_config")["log_file_path"] == str(path)
        assert lineage.call("namespace_mapping") == {}
        assert lineage.call("check_connection")["status"] == "ok"


def test_console_lineage(capfd):
    with plugin("floe.lineage_backends", "console", {}) as lineage:
        lineage.call("emit", [EVENT])
        assert lineage.call("transport_config") == {"type": "console"}
        assert lineage.call("namespace_mapping") == {}
        assert lineage.call("check_connection")["status"] == "ok"
    printed = capfd.readouterr()
    assert json.loads(printed.err) == [EVENT] and printed.out == ""


def test_console_telemetry(capfd):
    request = {"resourceSpans": [{"resource": {"attributes": []}, "scopeSpans": []}]}
    with plugin("floe.telemetry_backends", "console", {}) as telemetry:
        assert telemetry.call("export_otlp", "traces", request) == {"rejected": 0}
        assert "debug" in telemetry.call("exporter_config")["exporters"]
        assert telemetry.call("check_connection")["status"] == "ok"
    printed = capfd.readouterr()
    assert json.loads(printed.err) == request and printed.out == ""
