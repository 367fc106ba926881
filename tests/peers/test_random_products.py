"""Random products of one domain that write, drop, rename and read whatever they can name: after any command the tables, namespaces and
files of the other domain are what they were, and no row of it is in a table of the product, in what was printed, or in a file."""

import os
import random
import shutil
import sqlite3

import duckdb
import pytest

from mesh import Mesh
from test_crash import seed
from test_grants import NAMES

REACHED_BY = ("libfloe-core", "libfloe-dbt", "libfloe-iceberg", "plugins/floe.computes/", "plugins/floe.dbt/", "plugins/floe.catalogs/")
CASES, LONG_CASES = 40, 10_000
SECRET = "Ada-4711"

SCHEMAS = ["sales.main", "sales.other", "sales", "hr.main", "HR.Main", "hr.new", "hr", "main", "raw", "salesx.main"]
NAMES_OF_TABLES = ["m0", "m1", "m2", "people", "People", "new"]
COMMANDS = [["run"], ["run"], ["dbt", "build"], ["dbt", "build", "--store-failures"], ["dbt", "run", "--full-refresh"], ["dbt", "run-operation", "act"],
            ["dbt", "run-operation", "act"], ["dbt", "seed"], ["dbt", "snapshot"], ["dbt", "test"], ["dbt", "show", "--inline", "{{ act() }} select 1 as id"]]


class Case:
    """The files of a product, and what is typed. A number makes the same case again."""

    def __init__(self, number):
        self.chance = random.Random(number)
        self.files = {"dbt_project.yml": self.project()}
        if self.chance.random() < 0.6:
            self.files["macros/names.sql"] = NAMES
        self.files["macros/act.sql"] = "{% macro act() %}{% if execute %}" + "".join(self.action() for _ in range(self.chance.randrange(1, 3))) + "{% endif %}{% endmacro %}"
        for number_of_model in range(self.chance.randrange(1, 4)):
            self.files[f"models/m{number_of_model}.sql"] = self.model(number_of_model)
        if self.chance.random() < 0.3:
            self.files["seeds/codes.csv"] = "id\n2\n"
        if self.chance.random() < 0.3:
            self.files["tests/t.sql"] = "{{ config(store_failures=true, severity='warn'" + self.place() + ") }} " + self.query()
        if self.chance.random() < 0.3:
            self.files["snapshots/s.sql"] = ("{% snapshot s %}{{ config(unique_key='id', strategy='check', check_cols='all', target_schema='"
                                             + self.schema() + "') }} " + self.query() + "{% endsnapshot %}")
        if self.chance.random() < 0.3:
            self.files["macros/made.sql"] = self.materialization()
        self.commands = [self.pick(COMMANDS) for _ in range(self.chance.randrange(1, 3))]

    def pick(self, items):
        return self.chance.choice(items)

    def schema(self):
        """What compile judges is mostly allowed, so that most cases get as far as the warehouse."""
        return self.pick(["sales.main", "sales.other"]) if self.chance.random() < 0.9 else self.pick(SCHEMAS)

    def relation(self):
        return f"api.Relation.create(database='floe', schema='{self.pick(SCHEMAS)}', identifier='{self.pick(NAMES_OF_TABLES)}', type='{self.pick(['table', 'view'])}')"

    def name(self):
        schema, table = self.pick(SCHEMAS), self.pick(NAMES_OF_TABLES)
        return self.pick([f'floe."{schema}"."{table}"', f'"{schema}".{table}', f'"{schema}"."{table}"', table])

    def query(self):
        name = self.name()
        return self.pick(["select 1 as id", "select 1 as id", "select id from {{ ref('m0') }}", f"select * from {name}", f"select * from {name} -- {{{{ ref('m0') }}}}",
                          f"select 1 as id where exists (from {name})", f"from query('from {name}')", f"from query_table('{name}')",
                          f"with people as (select 1 as id) select p.id from {name} p, people", "select count(*) as id from information_schema.tables"])

    def statement(self):
        name = self.name()
        return self.pick([f"create or replace table {name} as select 1 as id", f"create temp table t as from {name}", f"insert into {name} select 1", f"drop table if exists {name}",
                          f"delete from {name}", f"update {name} set id = 2", f"alter table {name} rename to x", f"copy (from {name}) to 'x.csv'", f"create view {name} as select 1 as id",
                          f"set variable v = (select max(name) from {name})", f"create temp macro t() as table from {name}", f"select * from {name}", f"drop schema if exists {name} cascade"])

    def action(self):
        one, other = self.relation(), self.relation()
        quoted = self.statement().replace("'", "\\'")
        return self.pick([f"{{% do adapter.drop_relation({one}) %}}", f"{{% do adapter.truncate_relation({one}) %}}", f"{{% do adapter.rename_relation({one}, {other}) %}}",
                          f"{{% do adapter.write({one}, 'select 1 as id', '{self.pick(['replace', 'append'])}') %}}", f"{{% do adapter.create_view({one}, 'select 1 as id') %}}",
                          f"{{% do adapter.drop_schema({one}) %}}", f"{{% do adapter.create_schema({one}) %}}", f"{{% do adapter.comment({one}, comment='x') %}}",
                          f"{{% do run_query('{quoted}') %}}", f"{{% do run_query('{quoted}') %}}", f"{{% do adapter.get_columns_in_relation({one}) %}}",
                          f"{{% do log(run_query('select * from ' ~ {one}).rows | string, info=true) %}}", f"{{% do adapter.write({one}, 'select * from ' ~ {other}, 'replace') %}}"])

    def place(self):
        text = f", schema='{self.schema()}'" if self.chance.random() < 0.4 else ""
        return text + (f", alias='{self.pick(NAMES_OF_TABLES)}'" if self.chance.random() < 0.3 else "")

    def hook(self):
        return "{{ act() }}" if self.chance.random() < 0.5 else self.statement().replace("'", "\\'")

    def model(self, number):
        config = f"materialized='{self.pick(['table', 'table', 'view', 'incremental', 'ephemeral', 'made'])}'" + self.place()
        if self.chance.random() < 0.3:
            config += f", {self.pick(['pre_hook', 'post_hook'])}='{self.hook()}'"
        query = "select 1 as id" if number == 0 and self.chance.random() < 0.5 else self.query()
        return "{{ config(" + config + ") }} " + ("{{ act() }}" if self.chance.random() < 0.1 else "") + query

    def project(self):
        text = "name: shop\nmodels: {+materialized: table}\n"
        if self.chance.random() < 0.2:
            text += f"{self.pick(['on-run-start', 'on-run-end'])}: \"{{{{ act() }}}}\"\n"
        if self.chance.random() < 0.2:
            text += f"seeds: {{+schema: {self.schema()}}}\n"
        return text

    def materialization(self):
        return ("{% materialization made, default %}{% set one = " + self.relation() + " %}{% set written = adapter.write("
                + self.pick(["one", "this"]) + ", sql, 'replace') %}{% do store_result('main', response=written) %}{{ return({'relations': ["
                + self.pick(["one", "this", ""]) + "]}) }}{% endmaterialization %}")


def outside(mesh):
    """Tables and namespaces of the catalog that are not of the domain `sales`, and the files of their tables."""
    with sqlite3.connect(mesh.directory / "catalog.db") as catalog:
        tables = catalog.execute("select table_namespace, table_name, metadata_location from iceberg_tables").fetchall()
        namespaces = catalog.execute("select distinct namespace from iceberg_namespace_properties").fetchall()
    files = [(str(path), path.stat().st_size) for path in (mesh.directory / "warehouse").rglob("*") if path.is_file()]
    return (sorted(row for row in tables if not is_own(row[0])), sorted(name for (name,) in namespaces if not is_own(name)),
            sorted(row for row in files if not row[0].removeprefix(f"{mesh.directory}/warehouse/").startswith(("sales/", "sales."))))


def is_own(namespace):
    return namespace == "sales" or namespace.startswith("sales.")


def leaks(mesh, product, seen):
    """Files of the domain, and of the product's folder, that hold a row of the other one."""
    found = []
    for path in (mesh.directory / "warehouse").rglob("*.parquet"):
        if path in seen or "/sales" not in str(path):
            continue
        seen.add(path)
        rows = duckdb.execute("from read_parquet(?)", [str(path)]).fetchall()
        found += [str(path)] if SECRET in str(rows) else []
    for path in product.directory.rglob("*"):
        if path.is_file() and SECRET.encode() in path.read_bytes():
            found.append(str(path))
    return found


def run_cases(tmp_path, first, cases):
    mesh, seen, succeeded = Mesh(tmp_path), set(), 0
    people = mesh.product("people", "hr", {"models/people.sql": f"select 1 as id, '{SECRET}' as name"})
    people.run("run")
    before = outside(mesh)
    for number in range(first, first + cases):
        case = Case(number)
        shutil.rmtree(tmp_path / "shop", ignore_errors=True)
        shop = mesh.product("shop", "sales", case.files)
        for command in case.commands:
            done = shop.run("-q", *command, expect=None, cwd=shop.directory)
            again = f"FLOE_TEST_SEED={number}: floe {' '.join(command)}\n{case.files}\n{done.stdout}{done.stderr}"
            assert done.returncode in (0, 1, 2), again
            assert outside(mesh) == before, again
            assert SECRET not in done.stdout + done.stderr and not leaks(mesh, shop, seen), again
            succeeded += done.returncode == 0
    return succeeded


def test_random_products(tmp_path):
    """The same for every change, unless FLOE_TEST_SEED says another one. Some of the commands do what they are asked to."""
    assert run_cases(tmp_path, int(os.environ.get("FLOE_TEST_SEED") or 15), CASES) >= 3


@pytest.mark.long
def test_very_many_random_products(tmp_path):
    first = seed()
    print(f"FLOE_TEST_SEED={first}")
    assert run_cases(tmp_path, first, int(os.environ.get("FLOE_TEST_CASES") or LONG_CASES)) > 0
