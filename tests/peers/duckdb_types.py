"""The documented type table (docs/reference/types.md) as a function from DuckDB types to Iceberg types."""

import re

from pyiceberg import types as iceberg

from floe_command import ROOT

NESTED = {"list", "array", "struct", "map"}


def documented():
    """DuckDB type -> Iceberg type of the first table in the page; the rows with a type parameter are rules, see below."""
    table = {}
    for line in (ROOT / "docs/reference/types.md").read_text().splitlines():
        row = re.match(r"\| `([^`]+)` \| `([^`]+)` \|", line)
        if row:
            table.setdefault(row.group(1), row.group(2))
    assert len(table) > 25 and table["DECIMAL(p, s)"] == "decimal(p, s)"
    return table


def iceberg_shape(kind, table):
    """A DuckDBPyType as nested tuples of Iceberg type names."""
    children = dict(kind.children) if kind.id in NESTED | {"decimal"} else {}
    if kind.id in ("list", "array"):
        return ("list", iceberg_shape(children["child"], table))
    if kind.id == "map":
        return ("map", iceberg_shape(children["key"], table), iceberg_shape(children["value"], table))
    if kind.id == "struct":
        return ("struct", tuple((name, iceberg_shape(child, table)) for name, child in kind.children))
    if kind.id == "decimal":
        return f"decimal({children['precision']}, {children['scale']})"
    if kind.id == "enum":
        return table["ENUM"]
    return table[str(kind)]


def schema_shape(kind):
    """A PyIceberg type as the same nested tuples."""
    if isinstance(kind, iceberg.ListType):
        return ("list", schema_shape(kind.element_type))
    if isinstance(kind, iceberg.MapType):
        return ("map", schema_shape(kind.key_type), schema_shape(kind.value_type))
    if isinstance(kind, iceberg.StructType):
        return ("struct", tuple((field.name, schema_shape(field.field_type)) for field in kind.fields))
    return str(kind)
