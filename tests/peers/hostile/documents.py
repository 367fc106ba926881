"""Hostile documents, SQL and directories."""

from hostile.case import Case

LAUGHS = "".join(f"a{i}: &a{i} [{', '.join([f'*a{i - 1}'] * 10) if i else 'x'}]\n" for i in range(10))
YAML = {
    "aliases of aliases": LAUGHS,
    "flow lists, 100,000 deep": "a: " + "[" * 100_000 + "]" * 100_000,
    "flow mappings, 100,000 deep": "{a: " * 100_000 + "1" + "}" * 100_000,
    "blocks, 3,000 deep": "\n".join(" " * i + "a:" for i in range(3000)),
    "lists of lists": "- " * 100_000 + "a",
    "200,000 keys": "".join(f"k{i}: 1\n" for i in range(200_000)),
    "a value of 3 MB": "a: " + "x" * 3_000_000,
    "a key of 3 MB": "x" * 3_000_000 + ": a",
    "100,000 anchors": "".join(f"k{i}: &a{i} 1\n" for i in range(100_000)),
    "10,000 documents": "--- {a: 1}\n" * 10_000,
    "a list that has itself": "a: &a [*a]",
    "an unknown alias": "a: *b",
    "NUL bytes": "a: \0\n",
    "no UTF-8": b"a: \xff\xfe\n",
    "UTF-16": "a: 1\n".encode("utf-16"),
    "tabs": "a:\n\t- b\n",
    "a quote that is never closed": "a: \"" + "x\n" * 100_000,
    "a text that ends early": "a: {b: [",
    "tags": "a: !!python/object/apply:os.system ['id']\n",
    "merge keys": "a: &a {b: 1}\n" + "c: {<<: *a, <<: *a}\n",
}
SQL = {
    "20,000 unions": "select 1 as a" + " union all select 1" * 20_000,
    "parentheses": "select " + "(" * 100_000 + "1" + ")" * 100_000 + " as a",
    "subqueries": "select * from " + "(select * from " * 5000 + "t" + ")" * 5000,
    "cases": "select " + "case when true then " * 20_000 + "1" + " end" * 20_000 + " as a",
    "nots": "select " + "not " * 100_000 + "true as a",
    "minuses": "select " + "- " * 100_000 + "1 as a",
    "functions": "select " + "abs(" * 100_000 + "1" + ")" * 100_000 + " as a",
    "conditions": "select 1 as a where " + "1 = 1 and " * 100_000 + "true",
    "arrows": "select j" + "->'a'" * 40 + " as a from (select '{}'::json as j)",
    "parts of a name": "select a" + ".a" * 50_000 + " as b from (select 1 as a)",
    "deep JSON": "{{ config(materialized='table') }} select json_structure(repeat('[', 100000) || repeat(']', 100000)) as a",
    "deep JSON by a cast": "{{ config(materialized='table') }} select (repeat('[', 100000) || repeat(']', 100000))::json as a",
    "20,000 columns": "{{ config(materialized='table') }} select " + ", ".join(f"1 as c{i}" for i in range(20_000)),
    "a quote that is never closed": "select '" + "x" * 1_000_000,
    "a comment that is never closed": "select 1 as a /* " + "x" * 1_000_000,
    "no UTF-8": b"select '\xff' as a",
    "random signs": "select " + "@#~ %^ &* " * 10_000,
    "17 MB": "select 1 as a --" + "x" * (17 << 20),
}
ENDLESS = {
    "rows without end": "with recursive t as (select 1::hugeint as a union all select a + 1 from t) select count(*) as n from t",
    "rows by rows": "select count(*) as n from range(10000000) a, range(10000000) b where a.range * b.range % 7 = 8",
    "sums of rows": "select sum(i.range * j.range) as n from range(1000000000) i, range(1000000000) j",
}
LIMITED = """apiVersion: floe.dev/v1
kind: Manifest
metadata: {name: platform, version: 1.0.0}
plugins: {compute: {type: duckdb, config: {statement_timeout: 2, memory_limit: 500MB}}}
"""
PRODUCT = """apiVersion: floe.dev/v1
kind: DataProduct
metadata: {name: hostile, version: '1.0'}
platform: {ref: manifest.yaml}
transforms: [{type: dbt, path: models/}]
"""


def deep(path):
    for _ in range(400):
        path.mkdir()
        path = path / "d"


def many(path):
    path.mkdir()
    for number in range(51_000):
        (path / f"m{number}.sql").touch()


def documents():

    for name, text in YAML.items():
        yield Case(f"floe.yaml: {name}", {"floe.yaml": text}, ("FLOE-E",), seconds=15, megabytes=600)
        # Keys that dbt does not know are no error.
        yield Case(f"schema file: {name}", {"models/odd.yml": text}, ("FLOE-E",), seconds=15, megabytes=600, may_succeed=True)
    for name, sql in SQL.items():
        yield Case(f"SQL: {name}", {"models/odd.sql": sql}, ("FLOE-E",), ("run", "--select", "odd"), seconds=30, megabytes=1500)
    for name, sql in ENDLESS.items():
        files = {"models/odd.sql": "{{ config(materialized='table') }} " + sql, "manifest.yaml": LIMITED, "floe.yaml": PRODUCT}
        yield Case(f"SQL: {name}", files, ("FLOE-E",), ("run", "--select", "odd"), seconds=15, megabytes=900)
    yield Case("file: 400 directories inside each other", {"models/odd": deep}, ("FLOE-E0603", "FLOE-E0803"), seconds=10, megabytes=300)
    yield Case("file: 51,000 empty models", {"models/odd": many}, ("FLOE-E0603",), seconds=30, megabytes=1500)
