"""Random filters in DuckDB's words, on values that are in the table and on others."""

import math

from pyiceberg import types as iceberg

from random_types import duckdb_literal, quoted, random_value

FILTERABLE = (iceberg.BooleanType, iceberg.IntegerType, iceberg.LongType, iceberg.FloatType, iceberg.DoubleType, iceberg.StringType, iceberg.BinaryType,
              iceberg.DateType, iceberg.TimestampType, iceberg.TimestamptzType, iceberg.DecimalType)


def columns(fields, prefix="", steps=()):
    """(SQL, steps into a row, type) of primitive columns, those in structs too."""
    for item in fields:
        name, path = prefix + quoted(item.name, '"'), (*steps, item.name)
        if isinstance(item.field_type, iceberg.StructType):
            yield from columns(item.field_type.fields, name + ".", path)
        elif isinstance(item.field_type, FILTERABLE):
            yield name, path, item.field_type


def value_in(row, path):
    for name in path:
        row = None if row is None else row[name]
    return row


def sayable(value):
    """Not on a command line, or with a meaning of its own in a template."""
    return not (isinstance(value, str) and any(part in value for part in ("\0", "{{", "{%", "{#")))


def random_predicate(rng, fields, rows):
    """(type, SQL), or None when no column can be filtered."""
    choices = list(columns(fields))
    name, path, kind = rng.choice(choices)
    known = [value for value in (value_in(row, path) for row in rows) if value is not None]

    def literal():
        for _ in range(9):
            value = rng.choice(known) if known and rng.random() < 0.7 else random_value(kind, rng, required=True)
            if sayable(value):
                return duckdb_literal(value, kind)
        return "NULL"

    forms = [f"{name} {rng.choice(['=', '<>', '<', '<=', '>', '>='])} {literal()}"] * 5 + [
        f"{name} between {literal()} and {literal()}", f"{name} in ({literal()}, {literal()}, {literal()})", f"{name} not in ({literal()}, {literal()})",
        f"{name} is null", f"{name} is not null", f"not ({name} < {literal()})", f"{name} is distinct from {literal()}"]
    if isinstance(kind, iceberg.StringType):
        prefix = next((value[:rng.randint(1, 3)] for value in rng.sample(known, len(known)) if value and sayable(value)), "a")
        prefix = prefix.replace("'", "''").replace("%", "").replace("_", "").replace("\\", "")
        forms += [f"{name} like '{prefix}%'", f"starts_with({name}, '{prefix}')", f"{name} not like '{prefix}%'"]
    if isinstance(kind, (iceberg.FloatType, iceberg.DoubleType)):
        forms += [f"isnan({name})", f"not isnan({name})", f"{name} >= {duckdb_literal(math.nan, kind)}", f"{name} < {duckdb_literal(math.nan, kind)}"]
    return str(kind).partition("(")[0], rng.choice(forms)


def random_predicates(rng, fields, rows, count):
    """Some of them joined with `and` and `or`."""
    for _ in range(count):
        kind, sql = random_predicate(rng, fields, rows)
        if rng.random() < 0.3:
            sql = f"{sql} {rng.choice(['and', 'or'])} {random_predicate(rng, fields, rows)[1]}"
        yield kind, sql
