"""Column lineage: `analyze` of the DuckDB compute finds what sqlglot finds, over the demo's models and the corpus of the plugin's tests."""

import json
import re
import subprocess

import duckdb

from abi_host import plugin
from floe_command import ROOT
from peer_dbt import environment

CORPUS = ROOT / "plugins/floe.computes/duckdb/tests/data/lineage.txt"
CORPUS_TABLES = {
    "main": {
        "customers": {"id": "INTEGER", "name": "VARCHAR", "email": "VARCHAR", "city": "VARCHAR"},
        "orders": {"id": "INTEGER", "customer_id": "INTEGER", "amount": "DECIMAL(10, 2)", "placed_on": "DATE", "status": "VARCHAR"},
        "totals": {"customer_id": "INTEGER", "total": "DECIMAL(38, 2)"},
        "quarters": {"shop": "VARCHAR", "q1": "INTEGER", "q2": "INTEGER"},
    }
}
# What sqlglot 30 does not resolve as DuckDB does: stars chosen by name, nested types, lateral joins, renamed tables, EXCEPT.
SQLGLOT_DIFFERS = re.compile(r"columns\(|like 'c%'|unnest|raw\.events|lateral|except|select c from|c\(a, b\)|range\(|describe|summarize", re.IGNORECASE)


def of_sqlglot(tables, queries):
    subprocess.run([ROOT / "tools/peers.sh", "contracts"], check=True)
    answer = subprocess.run([environment("contracts") / "python", ROOT / "tests/peers/lineage_of_sqlglot.py"], capture_output=True, text=True, check=True,
                            input=json.dumps({"tables": tables, "queries": queries}))
    return json.loads(answer.stdout)


class Session:
    """Tables without rows in the compute, and what it says of queries on them."""

    def __init__(self, compute, tables):
        self.compute = compute
        self.session = compute.call("open_session", {"name": "lineage"})
        for schema, members in tables.items():
            self.compute.call("execute", self.session, f'create schema if not exists "{schema}"', {})
            for name, columns in members.items():
                self.create(schema, name, columns)

    def create(self, schema, name, columns):
        listed = ", ".join(f'"{column}" {kind}' for column, kind in columns.items())
        self.compute.call("execute", self.session, f'create table "{schema}"."{name}" ({listed})', {})

    def analyze(self, sql):
        return self.compute.call("analyze", self.session, sql)


def named(entry):
    relation = entry["relation"]
    return ".".join([*(part for part in [relation["schema"]] if part != "main"), relation["name"], entry["column"]])


def differences(analysis, theirs, sql):
    """What goes into a column is found by both; what only the other names decides there about the value, or joins the rows."""
    if len(analysis["columns"]) != len(theirs):
        return [(sql, len(theirs))]
    joined = {named(entry) for entry in analysis["rows"] if entry["subtype"] == "JOIN"}
    found = []
    for column, other in zip(analysis["columns"], map(set, theirs)):
        direct = {named(entry) for entry in column["lineage"] if entry["type"] == "DIRECT"}
        touched = {named(entry) for entry in column["lineage"]} | joined
        if not (column["exact"] and direct <= other <= touched):
            found.append((sql, column["name"], sorted(touched), sorted(other)))
    return found


def test_corpus():
    blocks = [re.sub(r"^#.*\n", "", block, flags=re.MULTILINE) for block in CORPUS.read_text().split("\n\n")]
    queries = [block.split("\n--\n")[0] for block in blocks if "\nerror: " not in block and "guessed" not in block]
    queries = [sql for sql in queries if not SQLGLOT_DIFFERS.search(sql)]
    with plugin("floe.computes", "duckdb", {"threads": 1}) as compute:
        session = Session(compute, CORPUS_TABLES)
        compared, found = 0, []
        for sql, theirs in zip(queries, of_sqlglot(CORPUS_TABLES, queries)):
            if theirs is None:
                continue
            found += differences(session.analyze(sql), theirs, sql)
            compared += 1
    assert found == []
    assert compared >= 25


def test_demo(demo):
    files = {"customers": "data/customers.csv", "orders": "data/orders.jsonl", "web_events": "data/web_events.parquet"}
    raw = {name: {column: kind for column, kind, *_ in duckdb.sql(f"describe from '{demo.directory / path}'").fetchall()} for name, path in files.items()}
    seed = duckdb.sql(f"describe from '{demo.directory / 'seeds/countries.csv'}'").fetchall()
    tables = {"raw": raw, "main": {"countries": {column: kind for column, kind, *_ in seed}}}
    manifest = json.loads((demo.directory / ".floe/target/manifest.json").read_text())
    models = {id: node for id, node in manifest["nodes"].items() if node["resource_type"] == "model"}
    order, left = [], dict(models)
    while left:
        ready = [id for id, node in left.items() if not any(parent in left for parent in node["depends_on"]["nodes"])]
        order += [left.pop(id) for id in ready]
    analyses = []
    with plugin("floe.computes", "duckdb", {"threads": 1}) as compute:
        session = Session(compute, tables)
        for node in order:
            analysis = session.analyze(node["compiled_code"])
            columns = {column["name"]: column["sql_type"] for column in analysis["columns"]}
            session.create("main", node["name"], columns)
            tables["main"][node["name"]] = columns
            analyses.append(analysis)
    answers = of_sqlglot(tables, [node["compiled_code"].replace('"floe".', "") for node in order])
    compared, found = 0, []
    for node, analysis, theirs in zip(order, analyses, answers):
        assert analysis["unresolved"] == []
        if theirs is None or "unnest" in node["compiled_code"]:
            continue
        found += differences(analysis, theirs, node["name"])
        compared += 1
    assert found == []
    assert compared >= len(order) // 2
