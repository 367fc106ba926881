"""The Parquet files carry the field ids of the table's schema, nested ones included, as Python's DuckDB sees them."""

import pathlib
from urllib.parse import unquote, urlparse

import duckdb
import pytest
from pyiceberg import types as iceberg

from iceberg_catalog import identifiers, open_catalog


def expected_ids(fields, path=()):
    """Path of names -> field id, with Parquet's names for the inside of lists and maps."""
    found = {}
    for field in fields:
        found |= ids_of(field.field_type, path + (field.name,), field.field_id)
    return found


def ids_of(kind, path, field_id):
    found = {path: field_id}
    if isinstance(kind, iceberg.StructType):
        found |= expected_ids(kind.fields, path)
    elif isinstance(kind, iceberg.ListType):
        found |= ids_of(kind.element_type, path + ("element",), kind.element_id)
    elif isinstance(kind, iceberg.MapType):
        found |= ids_of(kind.key_type, path + ("key",), kind.key_id)
        found |= ids_of(kind.value_type, path + ("value",), kind.value_id)
    return found


def file_ids(path):
    """Path of names -> field id from parquet_schema(); the repeated groups between (list, key_value) have none."""
    rows = iter(duckdb.execute("select name, num_children, field_id from parquet_schema(?)", [str(path)]).fetchall())
    found = {}

    def walk(prefix):
        name, children, field_id = next(rows)
        own = prefix + (name,) if field_id is not None else prefix
        if field_id is not None:
            found[own] = field_id
        for _ in range(children or 0):
            walk(own)

    _, children, _ = next(rows)
    for _ in range(children):
        walk(())
    return found


def escaped(ids):
    """Writers of Iceberg may escape characters that Avro names cannot have; readers go by id."""
    def escape(name):
        return "".join(c if c.isalnum() or c == "_" else f"_x{ord(c):X}" for c in name)
    return {tuple(map(escape, path)): field_id for path, field_id in ids.items()}


@pytest.mark.parametrize("fixture", ["demo", "types"])
def test_field_ids(fixture, request):
    project = request.getfixturevalue(fixture)
    catalog = open_catalog(project)
    nested = 0
    for identifier in identifiers(catalog):
        table = catalog.load_table(identifier)
        expected = expected_ids(table.schema().fields)
        for task in table.scan().plan_files():
            path = pathlib.Path(unquote(urlparse(task.file.file_path).path))
            assert file_ids(path) in (expected, escaped(expected)), (identifier, path)
            nested += sum(len(name) > 1 for name in expected)
    assert nested > 0
