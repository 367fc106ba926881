"""Random filters in DuckDB's words, on values that are in the table and on others."""

import math

from pyiceberg import types as iceberg

from random_types import duckdb_literal, quoted, random_value

FILTERABLE = (iceberg.BooleanType, iceberg.IntegerType, iceberg.LongType, iceberg.FloatType, iceberg.DoubleType, iceberg.StringType, iceberg.BinaryType,
              iceberg.DateType, iceberg.TimestampType, iceberg.TimestamptzType, iceberg.DecimalType)


def columns(fields, prefix="", steps=()):
    """(SQL, steps into a row, field) of primitive columns, those in structs too."""
    for item in fields:
        name, path = prefix + quoted(item.name, '"'), (*steps, item.name)
        if isinstance(item.field_type, iceberg.StructType):
            yield from columns(item.field_type.fields, name + ".", path)
        elif isinstance(item.field_type, FILTERABLE):
            yield name, path, item


def value_in(row, path):
    for name in path:
        row = None if row is None else row[name]
    return row


def sayable(value):
    """Not on a command line, or with a meaning of its own in a template."""
    return not (isinstance(value, str) and any(part in value for part in ("\0", "{{", "{%", "{#")))


def comparisons(name, value, rng):
    """Filters of every type; `value` makes a literal."""
    sign = rng.choice(["=", "<>", "<", "<=", ">", ">="])
    return [f"{name} {sign} {value()}"] * 4 + [
        f"{value()} {sign} {name}", f"{name} between {value()} and {value()}", f"{name} not between {value()} and {value()}",
        f"{name} in ({value()}, {value()}, {value()})", f"{name} in ({value()}, null)", f"{name} not in ({value()}, {value()})",
        f"{name} is null", f"{name} is not null", f"not ({name} {sign} {value()})", f"{name} is distinct from {value()}",
        f"{name} is not distinct from {value()}", f"coalesce({name}, {value()}) = {value()}", f"case when {name} {sign} {value()} then true else {name} is null end"]


def special(name, kind, known, value, rng):
    """Filters of some types: on what a partition or a statistic keeps only part of."""
    if isinstance(kind, iceberg.StringType):
        texts = [text for text in known if text and sayable(text)]
        prefix = rng.choice(texts)[:rng.randint(1, 3)] if texts else "a"
        prefix = prefix.replace("'", "''").replace("%", "").replace("_", "").replace("\\", "")
        return [f"{name} like '{prefix}%'", f"starts_with({name}, '{prefix}')", f"{name} not like '{prefix}%'", f"{name} like '{prefix}'", f"{name} like '%{prefix}'",
                f"{name} ilike '{prefix}%'", f"{name} >= '{prefix}'", f"lower({name}) = lower({value()})"]
    if isinstance(kind, (iceberg.FloatType, iceberg.DoubleType)):
        nan = duckdb_literal(math.nan, kind)
        return [f"isnan({name})", f"not isnan({name})", f"{name} >= {nan}", f"{name} < {nan}", f"{name} = {nan}", f"isinf({name})", f"{name} = 0", f"{name} < 0"]
    if isinstance(kind, (iceberg.DateType, iceberg.TimestampType, iceberg.TimestamptzType)):
        return [f"year({name}) = year({value()})", f"date_trunc('month', {name}) = date_trunc('month', {value()})", f"{name}::DATE = {value()}::DATE",
                f"date_trunc('day', {name}) < {value()}", f"{name} >= date_trunc('year', {value()})"]
    if isinstance(kind, (iceberg.IntegerType, iceberg.LongType, iceberg.DecimalType)):
        return [f"{name} = 1.5", f"{name} > 1e5", f"{name} < -0.5", f"{name} >= 99999999999", f"abs({name}::DOUBLE) > 10", f"{name}::VARCHAR like '1%'"]
    return []


def random_predicate(rng, fields, rows, preferred):
    """(type, SQL). Every other one is on a column by which the table is partitioned."""
    choices = list(columns(fields))
    name, path, item = rng.choice([choice for choice in choices if choice[2].field_id in preferred and rng.random() < 0.5] or choices)
    kind = item.field_type
    known = [value for value in (value_in(row, path) for row in rows) if value is not None]

    def value():
        for _ in range(9):
            found = rng.choice(known) if known and rng.random() < 0.7 else random_value(kind, rng, required=True)
            if sayable(found):
                return duckdb_literal(found, kind)
        return "NULL"

    return str(kind).partition("(")[0], rng.choice(comparisons(name, value, rng) + special(name, kind, known, value, rng))


def random_predicates(rng, fields, rows, preferred, count):
    """Some of them joined with `and` and `or`. `preferred`: ids of columns that matter more."""
    for _ in range(count):
        kind, sql = random_predicate(rng, fields, rows, preferred)
        if rng.random() < 0.3:
            sql = f"{sql} {rng.choice(['and', 'or'])} {random_predicate(rng, fields, rows, preferred)[1]}"
        yield kind, sql
