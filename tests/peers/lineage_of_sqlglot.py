"""Runs in the environment with sqlglot: {"tables": {schema: {table: {column: type}}}, "queries": [sql]} on stdin; on stdout for
each query and each of its columns the columns that go into it as sqlglot finds them, or null when sqlglot cannot tell."""

import json
import sys

from sqlglot import exp, parse_one
from sqlglot.lineage import lineage
from sqlglot.optimizer.qualify import qualify


def origins(column, expression, tables):
    found = set()
    for node in lineage(column, expression, schema=tables, dialect="duckdb").walk():
        if node.downstream or not isinstance(node.expression, exp.Table):
            continue
        table = node.expression
        found.add(".".join([*(part for part in [table.db] if part and part != "main"), table.name, node.name.split(".")[-1].strip('"')]))
    return sorted(found)


def columns(sql, tables):
    try:
        expression = qualify(parse_one(sql, dialect="duckdb"), schema=tables, dialect="duckdb")
        names = expression.named_selects
        return [origins(name, expression, tables) for name in names] if len(set(names)) == len(names) else None
    except Exception as error:  # whatever it does not understand
        print(f"{sql}: {error}", file=sys.stderr)
        return None


request = json.load(sys.stdin)
json.dump([columns(sql, request["tables"]) for sql in request["queries"]], sys.stdout)
