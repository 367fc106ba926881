"""What PyIceberg does to a table."""

import uuid

import pyarrow.parquet
from pyiceberg import types as iceberg
from pyiceberg.expressions import EqualTo, GreaterThan
from pyiceberg.partitioning import PartitionField, PartitionSpec
from pyiceberg.schema import Schema
from pyiceberg.transforms import (BucketTransform, DayTransform, HourTransform, IdentityTransform, MonthTransform, TruncateTransform, YearTransform)

from random_types import arrow_table, random_primitive
from steps import choose, is_primitive, other_fields, step
from table_under_test import RID

def rows_of(table, rng, rids=None):
    rows = table.rows(rng, len(rids) if rids else rng.randint(1, 6), rids)
    table.did(f"pyiceberg: {rows} into")
    return arrow_table(table.fields(), rows)


@step(4)
def pyiceberg_append(table, rng):
    table.iceberg().append(rows_of(table, rng))
    table.did("pyiceberg: append")


@step(1)
def pyiceberg_overwrite(table, rng):
    rid = rng.randint(1, table.next_rid)
    table.iceberg().overwrite(rows_of(table, rng), GreaterThan(RID, rid))
    table.did(f"pyiceberg: overwrite {RID} > {rid}")


@step(1)
def pyiceberg_overwrite_partitions(table, rng):
    table.iceberg().dynamic_partition_overwrite(rows_of(table, rng))
    table.did("pyiceberg: dynamic_partition_overwrite")


@step(1)
def pyiceberg_delete(table, rng):
    rid = rng.randint(1, table.next_rid)
    table.did(f"pyiceberg: delete {RID} = {rid}")
    table.iceberg().delete(EqualTo(RID, rid))


@step(1)
def pyiceberg_upsert(table, rng):
    rids = table.some_rids(rng, 3)
    table.iceberg().upsert(rows_of(table, rng, rids), join_cols=[RID])
    table.did("pyiceberg: upsert")


@step(1)
def pyiceberg_add_column(table, rng):
    name, kind = f"p{rng.randint(0, 9)}", random_primitive(rng, with_spark=False)
    table.did(f"pyiceberg: add_column {name} {kind}")
    with table.iceberg().update_schema() as update:
        update.add_column(name, kind)


@step(1)
def pyiceberg_rename_column(table, rng):
    item = choose(rng, other_fields(table))
    table.did(f"pyiceberg: rename_column {item.name} to q")
    with table.iceberg().update_schema() as update:
        update.rename_column((item.name,), "q")


@step(1)
def pyiceberg_add_files(table, rng):
    folder = table.lake.directory / "data" / f"{table.name}-{uuid.UUID(int=rng.getrandbits(128))}"
    folder.mkdir()
    rows = table.rows(rng, rng.randint(1, 5))
    pyarrow.parquet.write_table(arrow_table(table.fields(), rows), folder / "plain.parquet")
    table.did(f"pyiceberg: add_files {folder.name}/plain.parquet: {rows}")
    table.iceberg().add_files([str(folder / "plain.parquet")])


def random_transform(kind, rng):
    transforms = [IdentityTransform()]
    if not isinstance(kind, iceberg.BooleanType):
        transforms.append(BucketTransform(rng.choice([1, 4])))
    if isinstance(kind, (iceberg.IntegerType, iceberg.LongType, iceberg.StringType, iceberg.DecimalType)):
        transforms.append(TruncateTransform(rng.choice([1, 3, 10])))
    if isinstance(kind, (iceberg.DateType, iceberg.TimestampType, iceberg.TimestamptzType)):
        transforms += [YearTransform(), MonthTransform(), DayTransform()]
    if isinstance(kind, (iceberg.TimestampType, iceberg.TimestamptzType)):
        transforms.append(HourTransform())
    return rng.choice(transforms)


def numbered(fields):
    """With the ids 1, 2, ... that a partition spec can refer to; nested ones stay."""
    return [item.model_copy(update={"field_id": number}) for number, item in enumerate(fields, 1)]


def pyiceberg_create(table, rng, fields):
    fields = numbered(fields)
    sources = [item for item in fields if is_primitive(item.field_type) and not isinstance(item.field_type, (iceberg.FloatType, iceberg.DoubleType))]
    spec = PartitionSpec(*[PartitionField(source_id=item.field_id, field_id=1000 + number, transform=random_transform(item.field_type, rng), name=f"part_{number}")
                           for number, item in enumerate(rng.sample(sources, min(len(sources), rng.choice([0, 0, 1, 2]))))])
    properties = {"format-version": rng.choice(["1", "2", "2"]), "write.parquet.compression-codec": rng.choice(["zstd", "snappy", "gzip"])}
    table.did(f"pyiceberg: create_table {fields} {spec} {properties}")
    table.lake.catalog.create_table(table.name, Schema(*fields), partition_spec=spec, properties=properties)
