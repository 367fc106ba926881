"""floe's tables against PyIceberg and fastavro, over the real SQLite catalog and local storage.

    $(tools/peers.sh --python iceberg) tests/peers/iceberg/check_tables.py BUILD_DIRECTORY

DuckDB writes the Parquet files with the field ids of the write plan; floe commits them; PyIceberg reads the rows, appends
its own, and floe plans what PyIceberg left.
"""

import datetime
import json
import pathlib
import sys
import tempfile
import uuid

import duckdb
import fastavro
import pyarrow as pa
import pyarrow.compute as pc
from pyiceberg.catalog.sql import SqlCatalog
from pyiceberg.expressions import And, EqualTo, GreaterThanOrEqual
from pyiceberg.transforms import BucketTransform, DayTransform
from pyiceberg.types import LongType, TimestampType
from table_format import FloeError, Tables

ORDERS = {"namespace": ["main"], "name": "orders"}
EVENTS = {"namespace": ["main"], "name": "events"}
REGIONS = {"namespace": ["main"], "name": "regions"}
QUERY = """select i::integer as id, (i * 1.5)::decimal(9, 2) as price, 'name ' || i as name,
  timestamp '2026-11-20 00:00:00' + to_hours(i::integer) as ts, [i, i + 1]::bigint[] as tags,
  {'a': i::bigint, 'b': 'x' || i} as part, case when i % 3 = 0 then null else i / 2.0::double end as score,
  date '2026-01-01' + i::integer as day, i % 2 = 0 as flag, uuid() as key
  from range({0}, {1}) t(i)"""
COLUMNS = [
    {"name": "id", "type": "int", "sql_type": "INTEGER"}, {"name": "price", "type": "decimal(9,2)"},
    {"name": "name", "type": "string"}, {"name": "ts", "type": "timestamp"},
    {"name": "tags", "type": {"type": "list", "element": "long"}},
    {"name": "part", "type": {"type": "struct", "fields": [{"name": "a", "type": "long"}, {"name": "b", "type": "string"}]}},
    {"name": "score", "type": "double"}, {"name": "day", "type": "date"}, {"name": "flag", "type": "boolean"},
    {"name": "key", "type": "uuid"}]


def field_ids(field_type):
    """DuckDB's FIELD_IDS for a nested Iceberg type, {} for others."""
    if not isinstance(field_type, dict):
        return {}
    if field_type["type"] == "struct":
        return {field["name"]: with_id(field["id"], field["type"]) for field in field_type["fields"]}
    if field_type["type"] == "list":
        return {"element": with_id(field_type["element-id"], field_type["element"])}
    return {"key": with_id(field_type["key-id"], field_type["key"]), "value": with_id(field_type["value-id"], field_type["value"])}


def with_id(field_id, field_type):
    nested = field_ids(field_type)
    inner = ", ".join(f"{name}: {spec}" for name, spec in nested.items())
    return f"{{__duckdb_field_id: {field_id}{', ' + inner if inner else ''}}}" if nested else str(field_id)


class Suite:
    def __init__(self, build, directory):
        self.directory = directory
        self.db = duckdb.connect()
        self.db.execute("set timezone = 'UTC'")
        database = directory / "catalog.db"
        self.floe = Tables(build, {"uri": str(database), "name": "floe", "durability": "fast"},
                           {"warehouse": f"file://{directory}/warehouse", "engine_name": "check", "engine_version": "1",
                            "durability": "fast"})
        self.floe.invoke("create_namespace", ["main"], returns_json=False)
        self.catalog = SqlCatalog("floe", uri=f"sqlite:///{database}", warehouse=f"file://{directory}/warehouse")
        self.checks = 0

    def check(self, what, actual, expected):
        if actual != expected:
            raise AssertionError(f"{what}:\n  actual   {actual}\n  expected {expected}")
        self.checks += 1

    def write_file(self, plan, sql):
        directory = pathlib.Path(plan["directory"].removeprefix("file://"))
        directory.mkdir(parents=True, exist_ok=True)
        path = directory / f"{uuid.uuid4()}.parquet"
        ids = ", ".join(f"{column['name']}: {with_id(column['id'], column['type'])}" for column in plan["columns"])
        self.db.execute(f"copy ({sql}) to '{path}' (format parquet, compression zstd, field_ids {{{ids}}})")
        return f"file://{path}"

    def write(self, identifier, request, *queries, removed=()):
        handle, plan = self.floe.begin_write(identifier, request)
        added = [{"uri": self.write_file(plan, sql)} for sql in queries]
        return self.floe.commit(handle, {"added": added, "removed": list(removed)})

    def pyiceberg_rows(self, name, **scan):
        table = self.catalog.load_table(("main", name)).scan(**scan).to_arrow()
        return sorted((json.dumps(row, default=str, sort_keys=True) for row in table.to_pylist()))

    def floe_rows(self, identifier, **request):
        plan = self.floe.invoke("plan_scan", identifier, {"snapshot_id": None, "filter": None, "columns": None, **request})
        rows = []
        for file in plan["files"]:
            table = self.db.execute(f"select * from '{file['uri'].removeprefix('file://')}'").to_arrow_table()
            rows += [json.dumps(row, default=str, sort_keys=True) for row in table.to_pylist()]
        return sorted(rows), plan

    def duckdb_rows(self, sql):
        return sorted(json.dumps(row, default=str, sort_keys=True)
                      for row in self.db.execute(sql).to_arrow_table().to_pylist())

    # ---- what is checked ----
    def rows_both_ways(self):
        stable = QUERY.replace("uuid() as key", "md5(i::varchar)::uuid as key")
        created = self.write(ORDERS, {"mode": "create", "columns": COLUMNS}, stable.replace("{0}", "0").replace("{1}", "100"),
                             stable.replace("{0}", "100").replace("{1}", "150"))
        self.check("rows of the commit", created["added_rows"], 150)
        expected, _ = self.floe_rows(ORDERS)
        strip = lambda rows: [json.dumps({k: v for k, v in json.loads(row).items() if k != "key"}, sort_keys=True) for row in rows]
        self.check("PyIceberg's rows", sorted(strip(self.pyiceberg_rows("orders"))), sorted(strip(expected)))

        table = self.catalog.load_table(("main", "orders"))
        table.append(table.scan(row_filter=GreaterThanOrEqual("id", 140)).to_arrow())
        _, plan = self.floe_rows(ORDERS)
        self.check("rows after PyIceberg's append", sum(file["record_count"] for file in plan["files"]), 160)
        self.check("snapshot after PyIceberg's append", plan["snapshot_id"],
                   str(self.catalog.load_table(("main", "orders")).current_snapshot().snapshot_id))
        appended = self.write(ORDERS, {"mode": "append"}, stable.replace("{0}", "200").replace("{1}", "210"))
        self.check("total rows on top of PyIceberg's", appended["total_rows"], 170)
        self.check("PyIceberg counts them", self.catalog.load_table(("main", "orders")).scan().count(), 170)
        travelled = self.pyiceberg_rows("orders", snapshot_id=int(created["snapshot_id"]))
        self.check("PyIceberg travels back", len(travelled), 150)

    def pruning(self):
        filter_json = {"op": "gteq", "term": "id", "value": 200}
        _, plan = self.floe_rows(ORDERS, filter=filter_json)
        self.check("files after metrics pruning", sum(file["record_count"] for file in plan["files"]), 10)
        self.check("rows PyIceberg finds with the filter", len(self.pyiceberg_rows("orders", row_filter=GreaterThanOrEqual("id", 200))), 10)

    def schema_changes(self):
        self.floe.invoke("update_schema", ORDERS, [
            {"action": "rename", "name": "name", "to": "label"}, {"action": "promote", "name": "id", "type": "long"},
            {"action": "add", "name": "extra", "type": "string"}, {"action": "drop", "name": "flag"},
            {"action": "add", "parent": "part", "name": "c", "type": "int"}, {"action": "move", "name": "extra", "first": True}])
        table = self.catalog.load_table(("main", "orders"))
        self.check("PyIceberg's column names", table.schema().column_names[:3], ["extra", "id", "price"])
        arrow = table.scan().to_arrow()
        self.check("rows after the change", arrow.num_rows, 170)
        self.check("promoted values", pc.sum(arrow["id"]).as_py(), sum(range(150)) + sum(range(140, 150)) + sum(range(200, 210)))
        self.check("renamed values", arrow["label"].null_count, 0)
        evolved = {"mode": "append", "on_schema_change": "append_new_columns",
                   "columns": [{"name": "id", "type": "long"}, {"name": "fresh", "type": "int", "sql_type": "UTINYINT"}]}
        handle, plan = self.floe.begin_write(ORDERS, evolved)
        self.check("missing columns", "label" in plan["missing"], True)
        selected = ", ".join({"id": "999::bigint as id", "fresh": "7::integer as fresh"}.get(
            c["name"], f"null::{duck_type(c['type'])} as {c['name']}") for c in plan["columns"])
        self.floe.commit(handle, {"added": [{"uri": self.write_file(plan, f"select {selected}")}], "removed": []})
        arrow = self.catalog.load_table(("main", "orders")).scan(row_filter=EqualTo("id", 999)).to_arrow()
        self.check("the evolved row", (arrow.num_rows, arrow["fresh"].to_pylist()), (1, [7]))
        loaded = self.floe.invoke("load", ORDERS, {})
        self.check("its SQL type", [c["sql_type"] for c in loaded["columns"] if c["name"] == "fresh"], ["UTINYINT"])

    def partitions(self):
        columns = [{"name": "id", "type": "long"}, {"name": "ts", "type": "timestamp"}, {"name": "region", "type": "string"}]
        handle, plan = self.floe.begin_write(EVENTS, {"mode": "create", "columns": columns,
                                                      "partition_by": ["day(ts)", "bucket(4, id)", "region"]})
        days, buckets = DayTransform().transform(TimestampType()), BucketTransform(4).transform(LongType())
        added = []
        for i in range(40):
            ts = datetime.datetime(1969, 12, 30) + datetime.timedelta(days=i // 10, hours=i)
            region = ["eu", "us west", None][i % 3]
            quoted = "null" if region is None else f"'{region}'"
            uri = self.write_file(plan, f"select {i}::bigint as id, timestamp '{ts}' as ts, {quoted}::varchar as region")
            micros = (ts - datetime.datetime(1970, 1, 1)) // datetime.timedelta(microseconds=1)
            day = datetime.date(1970, 1, 1) + datetime.timedelta(days=days(micros))
            added.append({"uri": uri, "record_count": 1,
                          "partition": {"1000": str(day), "1001": buckets(i), "1002": region}})
        self.floe.commit(handle, {"added": added, "removed": []})
        self.check("PyIceberg reads partitions", self.catalog.load_table(("main", "events")).scan().count(), 40)
        row_filter = And(EqualTo("region", "eu"), GreaterThanOrEqual("ts", "1970-01-01T00:00:00"))
        theirs = self.catalog.load_table(("main", "events")).scan(row_filter=row_filter)
        _, plan = self.floe_rows(EVENTS, filter={
            "op": "and", "left": {"op": "eq", "term": "region", "value": "eu"},
            "right": {"op": "gteq", "term": "ts", "value": "1970-01-01T00:00:00"}})
        self.check("files both plan", sorted(f["uri"] for f in plan["files"]), sorted(t.file.file_path for t in theirs.plan_files()))
        self.check("files are pruned", 0 < len(plan["files"]) < 40, True)
        handle, plan = self.floe.begin_write(EVENTS, {"mode": "overwrite_partitions"})
        uri = self.write_file(plan, "select 7::bigint as id, timestamp '1969-12-30 07:00:00' as ts, 'us west' as region")
        result = self.floe.commit(handle, {"added": [{"uri": uri, "partition": {"1000": "1969-12-30", "1001": buckets(7), "1002": "us west"}}], "removed": []})
        self.check("one partition replaced", (result["operation"], result["removed_files"] >= 1), ("overwrite", True))
        self.check("PyIceberg agrees on the rows", self.catalog.load_table(("main", "events")).scan().count(), result["total_rows"])

    def identity_partitions(self):
        """PyIceberg appends to what floe partitioned (by identity: other transforms need pyiceberg-core)."""
        handle, plan = self.floe.begin_write(REGIONS, {"mode": "create", "partition_by": ["region"],
                                                       "columns": [{"name": "id", "type": "long"}, {"name": "region", "type": "string"}]})
        added = [{"uri": self.write_file(plan, f"select {i}::bigint as id, {sql}::varchar as region"), "partition": {"1000": value}}
                 for i, (sql, value) in enumerate([("'eu'", "eu"), ("null", None), ("'a/b c'", "a/b c")])]
        self.floe.commit(handle, {"added": added, "removed": []})
        self.catalog.load_table(("main", "regions")).append(
            pa.table({"id": pa.array([100, 101], pa.int64()), "region": pa.array(["eu", None])}))
        for filter_json, theirs in [({"op": "is-null", "term": "region"}, "region is null"),
                                    ({"op": "eq", "term": "region", "value": "eu"}, "region == 'eu'"),
                                    ({"op": "starts-with", "term": "region", "value": "a/"}, "region LIKE 'a/%'"),
                                    ({"op": "in", "term": "region", "values": ["eu", "x"]}, "region in ('eu', 'x')")]:
            _, plan = self.floe_rows(REGIONS, filter=filter_json)
            tasks = self.catalog.load_table(("main", "regions")).scan(row_filter=theirs).plan_files()
            self.check(f"files of {theirs}", sorted(f["uri"] for f in plan["files"]), sorted(t.file.file_path for t in tasks))

    def rewrite_replace_truncate(self):
        _, plan = self.floe_rows(EVENTS)
        gone = plan["files"][0]
        result = self.write(EVENTS, {"mode": "overwrite_files"}, removed=[gone["uri"]])
        self.check("rewritten to nothing", result["operation"], "delete")
        self.check("PyIceberg sees one less", self.catalog.load_table(("main", "events")).scan().count(), result["total_rows"])
        self.write(EVENTS, {"mode": "replace", "columns": [{"name": "id", "type": "long"}], "partition_by": []}, "select 1::bigint as id")
        table = self.catalog.load_table(("main", "events"))
        self.check("PyIceberg reads the replacement", (table.scan().to_arrow().to_pylist(), table.spec().is_unpartitioned()), ([{"id": 1}], True))
        self.floe.invoke("truncate", EVENTS, {"summary": {}})
        self.check("PyIceberg reads an empty table", self.catalog.load_table(("main", "events")).scan().count(), 0)

    def refs(self):
        self.floe.invoke("create_branch", ORDERS, {"name": "audit", "snapshot_id": None})
        handle, plan = self.floe.begin_write(ORDERS, {"mode": "append", "branch": "audit"})
        selected = ", ".join("5000::bigint as id" if c["name"] == "id" else f"null::{duck_type(c['type'])} as {c['name']}" for c in plan["columns"])
        self.floe.commit(handle, {"added": [{"uri": self.write_file(plan, f"select {selected}")}], "removed": []})
        table = self.catalog.load_table(("main", "orders"))
        before = table.scan().count()
        self.check("the branch has one more", table.scan(snapshot_id=table.snapshot_by_name("audit").snapshot_id).count(), before + 1)
        self.floe.invoke("set_ref", ORDERS, {"name": "main", "fast_forward_to": "audit"})
        self.check("main after the publish", self.catalog.load_table(("main", "orders")).scan().count(), before + 1)

    def metadata_tables(self):
        # PyIceberg cannot list files of a table with a uuid column (its readable_metrics), hence the other table.
        table = self.catalog.load_table(("main", "regions"))
        names = {"snapshots": "snapshots", "history": "history", "refs": "refs", "manifests": "manifests", "files": "files",
                 "entries": "entries", "partitions": "partitions", "metadata_log": "metadata_log_entries"}
        for ours, theirs in names.items():
            mine, other = self.floe.metadata(REGIONS, ours), getattr(table.inspect, theirs)()
            missing = [name for name in other.column_names if name not in mine.column_names and name != "readable_metrics"]
            self.check(f"columns of {ours}", missing, [])
            for name in mine.column_names:
                if name not in other.column_names or name in ("data_file", "summary"):
                    continue
                # An empty map and no map say the same.
                values = [sorted("None" if value == [] else str(value) for value in side[name].to_pylist()) for side in (mine, other)]
                self.check(f"{ours}.{name}", *values)

    def avro_files(self):
        for path in sorted(self.directory.rglob("*.avro")):
            with open(path, "rb") as file:
                reader = fastavro.reader(file)
                records = list(reader)
            self.check(f"{path.name} is readable", reader.metadata["format-version"], "2")
            if path.name.startswith("snap-"):
                self.check(f"{path.name} names manifests", all(record["manifest_length"] > 0 for record in records), True)

    def views(self):
        from pyiceberg.view.metadata import ViewVersion
        name = {"namespace": ["main"], "name": "big_orders"}
        request = {"sql": "select id from orders where id > 100", "dialect": "duckdb", "replace": False, "properties": {}, "summary": {},
                   "columns": [{"name": "id", "type": "long", "sql_type": "BIGINT"}]}
        self.check("a new view", self.floe.invoke("create_view", name, request)["version_id"], 1)
        request.update(sql="select id from orders where id > 120", replace=True)
        self.check("a replaced view", self.floe.invoke("create_view", name, request)["version_id"], 2)
        self.check("its SQL", self.floe.invoke("load_view", name)["sql"], request["sql"])
        latest = sorted((self.directory / "warehouse/main/big_orders/metadata").glob("*.json"))[-1]
        versions = [ViewVersion(**version) for version in json.loads(latest.read_text())["versions"]]
        self.check("PyIceberg's model takes the versions", [version.version_id for version in versions], [1, 2])
        self.check("views are listed apart", self.floe.invoke("list", {"namespace": ["main"]})["views"], [name])
        self.floe.invoke("drop_view", name, {"if_exists": False}, returns_json=False)

    def errors(self):
        try:
            self.floe.invoke("load", {"namespace": ["main"], "name": "nothing"}, {})
            raise AssertionError("a missing table was loaded")
        except FloeError as error:
            self.check("the status of a missing table", error.status, 4)

    def drop(self):
        self.floe.invoke("rename", EVENTS, {"namespace": ["main"], "name": "moved"}, returns_json=False)
        self.check("PyIceberg lists names", sorted(self.catalog.list_tables("main")), [("main", "moved"), ("main", "orders"), ("main", "regions")])
        self.floe.invoke("drop", {"namespace": ["main"], "name": "moved"}, {"purge": True, "if_exists": False}, returns_json=False)
        self.check("no file is left", [p for p in (self.directory / "warehouse/main/events").rglob("*") if p.is_file()], [])

    def run(self):
        for part in (self.rows_both_ways, self.pruning, self.schema_changes, self.partitions, self.identity_partitions, self.rewrite_replace_truncate,
                     self.refs, self.metadata_tables, self.avro_files, self.views, self.errors, self.drop):
            part()
            print(f"ok {part.__name__}")
        self.floe.close()
        print(f"{self.checks} checks passed")


def duck_type(field_type):
    names = {"long": "bigint", "int": "integer", "string": "varchar"}
    if not isinstance(field_type, dict):
        return names.get(field_type, field_type)
    if field_type["type"] == "list":
        return duck_type(field_type["element"]) + "[]"
    return "struct(" + ", ".join(f"{f['name']} {duck_type(f['type'])}" for f in field_type["fields"]) + ")"


if __name__ == "__main__":
    with tempfile.TemporaryDirectory() as scratch:
        Suite(sys.argv[1], pathlib.Path(scratch)).run()
