"""The check of reads (over the engine's bound plan) and a second reading of the same SQL agree: names in DuckDB's own syntax tree.

The second one is written in Python over `json_serialize_sql` of DuckDB's client and knows nothing of floe."""

import json
import re

import duckdb
import pytest

from conftest import copy_example
from floe_command import ROOT

REACHED_BY = ["libfloe-core", "libfloe-dbt", "plugins"]

CORPUS = ROOT / "plugins/floe.computes/duckdb/tests/data/lineage.txt"
AUDITS = "  audit_logging: enabled\n"

TABLES = {
    "customers": "select 1 as id, 'Ada' as name, 'a@example.com' as email, 'Oslo' as city",
    "orders": "select 1 as id, 1 as customer_id, 9.5::decimal(10, 2) as amount, date '2026-01-01' as placed_on, 'paid' as status",
    "totals": "select 1 as customer_id, 9.5::decimal(38, 2) as total",
    "quarters": "select 'north' as shop, 1 as q1, 2 as q2",
}
# What the corpus has not: where names of tables and of other things may be confused.
QUERIES = [
    "with customers as (select * from main.customers) select id from customers",
    "with a as (with orders as (select 1 as id) select id from orders) select a.id from a, main.totals",
    "with recursive r as (select id from orders union all select r.id + 1 from r where r.id < 3) select id from r",
    "select (select max(total) from totals) as most from customers",
    "select id from customers where exists (select 1 from orders where orders.customer_id = customers.id)",
    "select id from customers where id in (select customer_id from totals union select customer_id from orders)",
    "from orders select id",
    "select customers.id from customers, lateral (select total from totals where totals.customer_id = customers.id) l",
    "select customers.id as id from customers positional join orders",
    "select c.id from customers c asof join orders o on c.id >= o.id",
    "select customers.id from customers semi join totals on customers.id = totals.customer_id",
    "select id from customers anti join totals on customers.id = totals.customer_id",
    "from (pivot orders on status using sum(amount) group by customer_id)",
    "unpivot quarters on q1, q2 into name q value v",
    "select id from customers union all by name select id from orders",
    "select id from (values (1)) v(id) except select id from customers",
    "select 1 as id from range(3) customers",
    'select "Customers".id from "CUSTOMERS" as "Customers"',
    "select id from floe.main.customers",
    "select count(*) as n from customers cross join orders cross join totals cross join quarters",
    "select id from customers where false",
    "select 1 as id from customers limit 0",
    "select o.id from customers left join orders o on false",
    "select case when true then 1 else (select max(id) from orders) end as id from customers",
    "select list_transform([1], x -> x + (select max(id) from orders)) as l from customers",
]


def relations(node, named=frozenset()):
    """namespace.table of each relation that a serialized statement names; `named`: common table expressions around it."""
    if isinstance(node, list):
        return set().union(*(relations(item, named) for item in node))
    if not isinstance(node, dict):
        return set()
    found = set()
    entries = node.get("cte_map", {}).get("map", [])
    for entry in entries:
        name = entry["key"].lower()
        inner = named | {name} if is_recursive(entry["value"], name) else named
        found |= relations(entry["value"], inner)
        named = named | {name}
    if node.get("type") == "BASE_TABLE":
        name = node["table_name"].lower()
        if node["schema_name"] or name not in named:
            found.add(f"{node['schema_name'].lower() or 'main'}.{name}")
    return found.union(*(relations(value, named) for key, value in node.items() if key != "cte_map"))


def is_recursive(value, name):
    return '"RECURSIVE_CTE_NODE"' in json.dumps(value) and f'"{name}"' in json.dumps(value).lower()


def named_in(sql):
    """None of a statement that DuckDB does not serialize."""
    tree = json.loads(duckdb.execute("select json_serialize_sql(?)", [sql]).fetchone()[0])
    return None if tree["error"] else relations(tree["statements"])


def read_by(project, model):
    """What the audit log says of a run of the model alone; None when its SQL cannot run."""
    done = project.run("dbt", "run", "--select", model, expect=None)  # a model without its tests
    line = json.loads((project.state / "audit/audit.jsonl").read_text().splitlines()[-1])
    assert line["exit_code"] == done.returncode
    return set(line["tables_read"]) if done.returncode == 0 else None


def compare(project, models):
    """Names of models whose two readings differ, and how many were compared."""
    manifest = json.loads((project.state / "target/manifest.json").read_text())
    code = {node["name"]: node["compiled_code"] for node in manifest["nodes"].values()
            if node["resource_type"] == "model" and node["config"]["materialized"] != "ephemeral"}
    differ, compared = [], 0
    for model in sorted(code.keys() & set(models)):
        found, named = read_by(project, model), named_in(code[model])
        if found is None or named is None:
            continue
        compared += 1
        own = {f"main.{model}"}  # which an incremental model reads besides
        if found - own != named - own:
            differ.append((code[model], sorted(found), sorted(named)))
    assert differ == []
    return compared


@pytest.mark.parametrize("name", ["customer-360", "sales-analytics"])
def test_the_examples(tmp_path, name):
    project = copy_example(name, tmp_path / name)
    if name == "customer-360":
        project.generate(200)
    manifest = project.directory / "manifest.yaml"
    text = manifest.read_text()
    manifest.write_text(text.replace("governance:\n", "governance:\n" + AUDITS) if "governance:" in text else text + "governance:\n" + AUDITS)
    project.run("run")
    models = sorted(path.stem for path in (project.directory / "models").rglob("*.sql"))
    assert compare(project, models) >= len(models) - 1  # one is ephemeral


def test_the_corpus(product):
    product.choose({"audit_logging": "enabled"})
    models = product.directory / "models"
    for name, sql in TABLES.items():
        (models / f"{name}.sql").write_text("{{ config(materialized='table') }} " + sql)
    blocks = [re.sub(r"^#.*\n", "", block, flags=re.MULTILINE).split("\n--\n")[0] for block in CORPUS.read_text().split("\n\n")]
    queries = [sql for sql in blocks + QUERIES if "raw." not in sql]
    declared = "".join(f"-- depends_on: {{{{ ref('{name}') }}}}\n" for name in TABLES)
    for number, sql in enumerate(queries):
        (models / f"q{number:03}.sql").write_text("{{ config(materialized='table') }}\n" + declared + sql)
    product.run("run", expect=None)  # some end with an error, as they should
    assert compare(product, [f"q{number:03}" for number in range(len(queries))]) >= len(QUERIES) + 20
