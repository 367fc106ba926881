"""What floe does to a table. Each write is checked at once: the rows that Spark sees are what the write means, or nothing
changed and floe said why."""

import json
import os

import pyarrow.parquet
from pyiceberg import types as iceberg

from canonical_rows import row_lines
from random_types import arrow_table, field, random_primitive, random_value
from steps import is_primitive, step
from table_under_test import RID, NotApplicable
from verdict import Violation, compare, diagnostics_of, reason_of

def lines_of(fields, rows):
    return row_lines([[row[item.name] for item in fields] for row in rows], [item.name for item in fields], [item.field_type for item in fields])


def batch_file(table, rows, fields=None):
    pyarrow.parquet.write_table(arrow_table(fields or table.fields(), rows), table.lake.directory / "data/batch.parquet")
    return "data/batch.parquet"


def without(lines, rids):
    """The lines of other rows."""
    return [line for line in lines if json.loads(line)[RID] not in rids]


def kind_of(what):
    """What was done, without the values."""
    return " ".join(what.split()[1:3])


def floe_write(table, what, expected, *arguments):
    """Runs floe; `expected` makes the lines of the table out of those before. Says how it went."""
    before, location = table.lake.spark_lines(table.name), table.lake.metadata_location(table.name)
    table.did(what)
    process = table.lake.run("-q", *arguments, "--error-format", "json", expect=None)
    try:
        after = table.lake.spark_lines(table.name)
    except Exception as error:  # noqa: BLE001: before the write it could
        raise Violation("Spark cannot read what floe wrote", reason_of(error)) from None
    if process.returncode == 0:
        compare(f"write of floe: {kind_of(what)}", expected(before), after, "expected", "spark")
        return "done"
    (found, *_) = diagnostics_of(process, f"refusal of a write of floe: {kind_of(what)}")
    table.did(f"floe refuses: {process.stderr[:400]}")
    if location != table.lake.metadata_location(table.name) or before != after:
        raise Violation("a refused write changed the table", process.stderr)
    return "refused" + (f": {found['message'].replace(table.name, 'T')[-110:]}" if "FLOE_FUZZ_REASONS" in os.environ else "")


def ingest(table, rows, mode, fields=None, **settings):
    """Writes floe.yaml and the file of a load, and says what it is."""
    source = {"name": "batch", "format": "parquet", "path": batch_file(table, rows, fields), "table": table.name, "write_mode": mode, **settings}
    table.lake.loads([source])
    return f"floe: ingest {mode} {settings}: {rows}"


@step(1)
def floe_append_new_column(table, rng):
    """`evolve` adds what the table does not have; older rows have NULL there."""
    rows = table.rows(rng, rng.randint(1, 3))
    new = field(f"f{rng.randint(0, 99)}", random_primitive(rng, with_spark=False), rng)
    if new.name in {item.name for item in table.fields()}:
        raise NotApplicable
    for row in rows:
        row[new.name] = random_value(new.field_type, rng)
    fields = [*table.fields(), new]
    what = ingest(table, rows, "append", fields)
    return floe_write(table, what, lambda before: sorted([f'{line[:-1]},"{new.name}":null}}' for line in before] + lines_of(fields, rows)), "ingest")


@step(1)
def floe_replace(table, rng):
    """The table becomes what the file is; what it was stays in its history."""
    rows = table.rows(rng, rng.randint(1, 5))
    fields = table.fields()
    return floe_write(table, ingest(table, rows, "replace"), lambda before: lines_of(fields, rows), "ingest")


@step(4)
def floe_append(table, rng):
    rows = table.rows(rng, rng.randint(1, 5))
    fields = table.fields()
    what = ingest(table, rows, "append", schema_contract=rng.choice(["evolve", "freeze"]))
    return floe_write(table, what, lambda before: sorted(before + lines_of(fields, rows)), "ingest")


@step(3)
def floe_merge(table, rng):
    rids = table.some_rids(rng, rng.randint(1, 5))
    rows = table.rows(rng, len(rids), rids)
    fields = table.fields()
    what = ingest(table, rows, "merge", keys=[RID], schema_contract=rng.choice(["evolve", "freeze"]))
    return floe_write(table, what, lambda before: sorted(without(before, rids) + lines_of(fields, rows)), "ingest")


@step(2)
def floe_model(table, rng):
    """An incremental model over a batch that was ingested before it."""
    strategy = rng.choice(["append", "merge", "delete+insert"])
    rids = table.some_rids(rng, rng.randint(1, 5)) if strategy != "append" else None
    rows = table.rows(rng, len(rids) if rids else rng.randint(1, 5), rids)
    fields = table.fields()
    table.lake.loads([{"name": "batch", "format": "parquet", "path": batch_file(table, rows), "table": "raw.batch"}])
    namespace, _, name = table.name.partition(".")
    key = {"unique_key": RID} if strategy != "append" else {}
    config = {"materialized": "incremental", "incremental_strategy": strategy, **key}
    model = table.lake.directory / f"models/{name}.sql"
    model.write_text("{{ config(" + ", ".join(f"{option}='{value}'" for option, value in config.items()) + ") }}\nselect * from raw.batch\n")
    try:
        return floe_write(table, f"floe: model {config}: {rows}", lambda before: sorted(without(before, rids or []) + lines_of(fields, rows)), "run")
    finally:
        model.unlink()


def partition_by(fields, rng):
    """A transform of floe's configuration, or nothing."""
    sources = [item for item in fields if is_primitive(item.field_type) and item.name.isidentifier()]
    if rng.random() < 0.5 or not sources:
        return ""
    item = rng.choice(sources)
    transforms = [item.name]
    if isinstance(item.field_type, (iceberg.IntegerType, iceberg.LongType, iceberg.StringType)):
        transforms.append(f"truncate(3, {item.name})")
    if isinstance(item.field_type, (iceberg.TimestampType, iceberg.TimestamptzType)):
        transforms.append(f"hour({item.name})")
    if not isinstance(item.field_type, (iceberg.BooleanType, iceberg.FloatType, iceberg.DoubleType)):
        transforms.append(f"bucket(4, {item.name})")
    if isinstance(item.field_type, (iceberg.DateType, iceberg.TimestampType, iceberg.TimestamptzType)):
        transforms += [f"{part}({item.name})" for part in ("year", "month", "day")]
    return f", partition_by=['{rng.choice(transforms)}']"


def floe_create(table, rng, fields):
    """A model over a first batch; what it says must be what Spark reads."""
    lake = table.lake
    rows = [{item.name: value for item, value in zip(fields, values)} for values in first_values(table, rng, fields)]
    pyarrow.parquet.write_table(arrow_table(fields, rows), lake.directory / "data/batch.parquet")
    lake.loads([{"name": "batch", "format": "parquet", "path": "data/batch.parquet", "table": "raw.batch"}])
    name = table.name.partition(".")[2]
    model = lake.directory / f"models/{name}.sql"
    model.write_text(f"{{{{ config(materialized='table'{partition_by(other_columns(fields), rng)}) }}}}\nselect * from raw.batch\n")
    table.did(f"floe: create by {model.read_text()!r} of {fields}: {rows}")
    try:
        process = lake.run("-q", "run", "--error-format", "json", expect=None)
    finally:
        model.unlink()
    if process.returncode != 0:
        raise Violation("floe cannot create a table", process.stderr)
    compare("table that floe created", lines_of(table.fields(), rows), lake.spark_lines(table.name), "expected", "spark")


def other_columns(fields):
    return [item for item in fields if item.name != RID]


def first_values(table, rng, fields):
    for _ in range(rng.randint(1, 6)):
        yield [table.next_rid if item.name == RID else random_value(item.field_type, rng, item.required) for item in fields]
        table.next_rid += 1
