"""What Spark does to a table: writes of every kind, schema and partition evolution, branches, maintenance."""

import itertools
import uuid

import pyarrow.parquet
from pyiceberg import types as iceberg

from random_types import arrow_table, field, quoted, random_primitive, random_type, random_value, spark_literal, spark_type
from steps import choose, is_primitive, other_fields, step
from table_under_test import RID, NotApplicable

def column(item):
    return quoted(item.name, "`")


def nested_paths(fields, prefix=""):
    """(path, field) of every field of every struct, `element` and `value` in the path of lists and maps."""
    for item in fields:
        path = prefix + column(item)
        yield path, item
        kind = item.field_type
        while isinstance(kind, (iceberg.ListType, iceberg.MapType)):
            path, kind = (f"{path}.element", kind.element_type) if isinstance(kind, iceberg.ListType) else (f"{path}.value", kind.value_type)
        if isinstance(kind, iceberg.StructType):
            yield from nested_paths(kind.fields, path + ".")


def structs(fields):
    """Paths of everything that a field can be added to."""
    for path, item in nested_paths(fields):
        kind = item.field_type
        while isinstance(kind, (iceberg.ListType, iceberg.MapType)):
            path, kind = (f"{path}.element", kind.element_type) if isinstance(kind, iceberg.ListType) else (f"{path}.value", kind.value_type)
        if isinstance(kind, iceberg.StructType):
            yield path


# ---- rows ----


def append_to(table, rng, target, count=None):
    rows = table.rows(rng, count or rng.randint(1, 6))
    table.did(f"spark: append to {target}: {rows}")
    table.spark_frame(rows).writeTo(f"floe.{target}").append()


@step(8)
def spark_append(table, rng):
    append_to(table, rng, table.name)


@step(1)
def spark_append_many(table, rng):
    append_to(table, rng, table.name, 300)


@step(1)
def spark_overwrite_partitions(table, rng):
    rows = table.rows(rng, rng.randint(1, 6))
    table.did(f"spark: overwrite partitions: {rows}")
    table.spark_frame(rows).writeTo(f"floe.{table.name}").overwritePartitions()


@step(1)
def spark_overwrite(table, rng):
    table.view(table.rows(rng, rng.randint(1, 6)))
    table.sql("insert overwrite {t} select * from batch")


def set_mode(table, rng, verb):
    mode = rng.choice(["copy-on-write", "copy-on-write", "merge-on-read"])
    table.sql(f"alter table {{t}} set tblproperties ('write.{verb}.mode' = '{mode}')")


@step(3)
def spark_delete(table, rng):
    set_mode(table, rng, "delete")
    table.sql(f"delete from {{t}} where {RID} % {rng.randint(2, 5)} = 0")


@step(1)
def spark_delete_by_value(table, rng):
    item = choose(rng, [item for item in other_fields(table) if is_primitive(item.field_type)])
    value = random_value(item.field_type, rng, required=True)
    table.sql(f"delete from {{t}} where {column(item)} {rng.choice(['=', '<', '>'])} {spark_literal(value, item.field_type)}")


@step(1)
def spark_truncate(table, rng):
    table.sql("truncate table {t}")


@step(2)
def spark_update(table, rng):
    item = choose(rng, [item for item in other_fields(table) if is_primitive(item.field_type)])
    set_mode(table, rng, "update")
    value = spark_literal(random_value(item.field_type, rng, item.required), item.field_type)
    table.sql(f"update {{t}} set {column(item)} = {value} where {RID} % {rng.randint(2, 4)} = 1")


@step(2)
def spark_merge(table, rng):
    rids = table.some_rids(rng, rng.randint(1, 5))
    set_mode(table, rng, "merge")
    table.view(table.rows(rng, len(rids), rids))
    also = rng.choice(["", f" when not matched by source and t.{RID} % 3 = 0 then delete"])
    table.sql(f"merge into {{t}} t using batch b on t.{RID} = b.{RID} when matched then update set * when not matched then insert *{also}")


# ---- columns ----


@step(3)
def spark_add_column(table, rng):
    place = rng.choice(["", "", " first", f" after {RID}"])
    taken = {item.name for item in table.fields()}
    name = next(f"n{number}" for number in itertools.count() if f"n{number}" not in taken)
    table.sql(f"alter table {{t}} add column {name} {spark_type(random_type(rng, 2))}{place}")


@step(2)
def spark_add_nested_column(table, rng):
    path = choose(rng, structs(table.fields()))
    table.sql(f"alter table {{t}} add column {path}.n{rng.randint(0, 9)} {spark_type(random_primitive(rng))}{rng.choice(['', ' first'])}")


@step(1)
def spark_add_column_with_default(table, rng):
    """Only format version 3 has defaults, and Spark's SQL cannot say them: this is Java's API."""
    jvm = table.lake.spark._jvm
    types, literal = jvm.org.apache.iceberg.types.Types, jvm.org.apache.iceberg.expressions.Expressions.lit
    name = f"d{rng.randint(0, 99)}"
    kind, value = rng.choice([(types.IntegerType.get(), 42), (types.LongType.get(), 2**40), (types.StringType.get(), "dflt"), (types.BooleanType.get(), True),
                              (types.DoubleType.get(), 1.5)])
    table.did(f"java: add column {name} {kind} default {value!r}")
    java = jvm.org.apache.iceberg.spark.Spark3Util.loadIcebergTable(table.lake.spark._jsparkSession, f"floe.{table.name}")
    java.updateSchema().addColumn(name, kind, None, literal(value)).commit()


@step(2)
def spark_drop_column(table, rng):
    path = choose(rng, [path for path, item in nested_paths(other_fields(table))])
    table.sql(f"alter table {{t}} drop column {path}")


@step(1)
def spark_drop_and_add_column(table, rng):
    item = choose(rng, other_fields(table))
    table.sql(f"alter table {{t}} drop column {column(item)}")
    table.sql(f"alter table {{t}} add column {column(item)} {spark_type(random_primitive(rng))}")


@step(2)
def spark_rename_column(table, rng):
    path, item = choose(rng, nested_paths(other_fields(table)))
    table.sql(f"alter table {{t}} rename column {path} to `{rng.choice(['r', 'Ü', 'a b', 'select', 'a-b', 'X'])}{rng.randint(0, 9)}`")


@step(1)
def spark_swap_columns(table, rng):
    fields = other_fields(table)
    if len(fields) < 2:
        raise NotApplicable
    left, right = rng.sample(fields, 2)
    for before, after in [(column(left), "swapped"), (column(right), column(left)), ("swapped", column(right))]:
        table.sql(f"alter table {{t}} rename column {before} to {after}")


@step(1)
def spark_move_column(table, rng):
    path, item = choose(rng, nested_paths(other_fields(table)))
    table.sql(f"alter table {{t}} alter column {path} first")


@step(3)
def spark_promote_column(table, rng):
    def wider(kind):
        if isinstance(kind, iceberg.DecimalType) and kind.precision < 38:
            return f"decimal({rng.randint(kind.precision + 1, 38)}, {kind.scale})"
        return {iceberg.IntegerType: "bigint", iceberg.FloatType: "double"}.get(type(kind))

    path, kind = choose(rng, [(path, wider(item.field_type)) for path, item in nested_paths(other_fields(table)) if wider(item.field_type)])
    table.sql(f"alter table {{t}} alter column {path} type {kind}")


@step(1)
def spark_make_optional(table, rng):
    path = choose(rng, [path for path, item in nested_paths(other_fields(table)) if item.required])
    table.sql(f"alter table {{t}} alter column {path} drop not null")


# ---- layout ----


def random_transform(fields, rng):
    """A partition field in Spark's words."""
    path, item = choose(rng, [(path, item) for path, item in nested_paths(fields) if ".element" not in path and ".value" not in path and is_primitive(item.field_type)])
    # Spark shows the partition's value in place of the file's, which makes a NULL struct one of NULLs, and PyIceberg writes
    # floating point numbers there with less digits: no oracle.
    kind = item.field_type
    transforms = [path] if "`.`" not in path and not isinstance(kind, (iceberg.FloatType, iceberg.DoubleType)) else []
    if not isinstance(kind, (iceberg.BooleanType, iceberg.FloatType, iceberg.DoubleType)):
        transforms.append(f"bucket({rng.choice([1, 4, 16])}, {path})")
    if isinstance(kind, (iceberg.IntegerType, iceberg.LongType, iceberg.DecimalType, iceberg.StringType, iceberg.BinaryType)):
        transforms.append(f"truncate({rng.choice([1, 3, 10])}, {path})")
    if isinstance(kind, (iceberg.DateType, iceberg.TimestampType, iceberg.TimestamptzType)):
        transforms += [f"years({path})", f"months({path})", f"days({path})"]
    if isinstance(kind, (iceberg.TimestampType, iceberg.TimestamptzType)):
        transforms.append(f"hours({path})")
    return choose(rng, transforms)


@step(2)
def spark_add_partition_field(table, rng):
    table.sql(f"alter table {{t}} add partition field {random_transform(table.fields(), rng)}")


@step(1)
def spark_drop_partition_field(table, rng):
    metadata = table.metadata()
    spec = next(spec for spec in metadata["partition-specs"] if spec["spec-id"] == metadata["default-spec-id"])
    item = choose(rng, [item for item in spec["fields"] if item["transform"] != "void"])
    table.sql(f"alter table {{t}} drop partition field {quoted(item['name'], '`')}")


@step(1)
def spark_write_ordered_by(table, rng):
    table.sql(f"alter table {{t}} write ordered by {random_transform(table.fields(), rng)} {rng.choice(['asc nulls first', 'desc nulls last'])}, {RID}")


PROPERTIES = {
    "write.format.default": ["parquet"] * 12 + ["orc", "avro"],
    "write.parquet.compression-codec": ["zstd", "snappy", "gzip", "uncompressed"],
    "write.metadata.compression-codec": ["gzip", "none"],
    "write.object-storage.enabled": ["true"],
    "write.data.path": ["{elsewhere}"],
    "write.metadata.metrics.default": ["none", "counts", "truncate(1)", "truncate(16)", "full"],
    "write.parquet.page-row-limit": ["2"],
    "write.parquet.dict-size-bytes": ["64"],
    "write.manifest.compression-codec": ["gzip", "zstd", "snappy", "uncompressed"],
    "commit.manifest.min-count-to-merge": ["2"],
    "write.metadata.previous-versions-max": ["1"],
    "write.metadata.delete-after-commit.enabled": ["true"],
    "write.distribution-mode": ["none", "hash", "range"],
    "write.target-file-size-bytes": ["1024"],
}


def random_property(rng, table, name):
    return f"'{name}' = '{rng.choice(PROPERTIES[name])}'".format(elsewhere=f"file://{table.lake.state}/elsewhere/{table.name}")


@step(2)
def spark_set_property(table, rng):
    table.sql(f"alter table {{t}} set tblproperties ({random_property(rng, table, rng.choice(list(PROPERTIES)))})")


@step(1)
def spark_upgrade(table, rng):
    table.sql(f"alter table {{t}} set tblproperties ('format-version' = '{min(3, table.metadata()['format-version'] + 1)}')")


# ---- snapshots ----


def snapshots(table):
    return [snapshot["snapshot-id"] for snapshot in table.metadata().get("snapshots", [])]


@step(1)
def spark_rollback(table, rng):
    table.sql(f"call floe.system.{rng.choice(['rollback_to_snapshot', 'set_current_snapshot'])}('{{n}}', {choose(rng, snapshots(table))})")


@step(1)
def spark_branch(table, rng):
    table.sql("alter table {t} create or replace branch b")
    append_to(table, rng, f"{table.name}.branch_b")
    if rng.random() < 0.3:
        table.sql("call floe.system.fast_forward('{n}', 'main', 'b')")


@step(1)
def spark_tag(table, rng):
    table.sql(f"alter table {{t}} create or replace tag g as of version {choose(rng, snapshots(table))}")


@step(1)
def spark_stage(table, rng):
    """Write, audit, publish: a snapshot that is no branch's, perhaps published later."""
    table.sql("alter table {t} set tblproperties ('write.wap.enabled' = 'true')")
    name = f"w{rng.randint(0, 10**9)}"
    table.lake.spark.conf.set("spark.wap.id", name)
    table.did(f"spark: set spark.wap.id = {name} for the next append")
    try:
        append_to(table, rng, table.name)
    finally:
        table.lake.spark.conf.unset("spark.wap.id")
    if rng.random() < 0.4:
        append_to(table, rng, table.name)
        table.sql(f"call floe.system.publish_changes('{{n}}', '{name}')")


# ---- files and maintenance ----


@step(2)
def spark_add_files(table, rng):
    """Plain Parquet without field ids, in the ways such files are found."""
    fields = table.fields()
    rng.shuffle(fields := list(fields))
    fields = fields[:rng.randint(1, len(fields))]
    if RID not in {item.name for item in fields}:
        fields.append(next(item for item in table.fields() if item.name == RID))
    if rng.random() < 0.3:
        fields.append(field("extra", iceberg.StringType(), rng))
    rows = [{**row, "extra": "x"} for row in table.rows(rng, rng.randint(1, 5))]
    folder = table.lake.directory / "data" / f"{table.name}-{uuid.UUID(int=rng.getrandbits(128))}"
    folder.mkdir()
    options = rng.choice([{}, {"use_deprecated_int96_timestamps": True}, {"data_page_version": "2.0"}, {"use_dictionary": False}, {"version": "1.0"}])
    pyarrow.parquet.write_table(arrow_table(fields, rows, for_spark=True), folder / "plain.parquet", **options)
    table.did(f"pyarrow: write {folder.name}/plain.parquet {options}: {[{item.name: row[item.name] for item in fields} for row in rows]}")
    table.sql(f"call floe.system.add_files(table => '{{n}}', source_table => '`parquet`.`{folder}`')")


@step(2)
def spark_rewrite_data_files(table, rng):
    strategy = rng.choice(["", f", strategy => 'sort', sort_order => '{RID} desc nulls last'"])
    table.sql(f"call floe.system.rewrite_data_files(table => '{{n}}', options => map('rewrite-all', 'true'){strategy})")


@step(1)
def spark_rewrite_manifests(table, rng):
    table.sql("call floe.system.rewrite_manifests('{n}')")


@step(1)
def spark_rewrite_position_deletes(table, rng):
    table.sql("call floe.system.rewrite_position_delete_files(table => '{n}', options => map('rewrite-all', 'true'))")


@step(1)
def spark_expire(table, rng):
    table.sql("call floe.system.expire_snapshots(table => '{n}', older_than => timestamp '2100-01-01 00:00:00', retain_last => 1)")


@step(1)
def spark_statistics(table, rng):
    table.sql("call floe.system.compute_table_stats('{n}')")


# ---- creation ----


def partitioning(fields, rng):
    """Transforms of different columns: none, one or two."""
    for item in rng.sample(fields, min(len(fields), rng.choice([0, 0, 1, 1, 2]))):
        try:
            yield random_transform([item], rng)
        except NotApplicable:
            pass


def spark_create(table, rng, fields):
    version = rng.choice([1, 2, 2, 2, 3, 3])
    columns = ", ".join(f"{column(item)} {spark_type(item.field_type)}{' not null' if item.required else ''}" for item in fields)
    by = ", ".join(partitioning(fields, rng))
    names = rng.sample(list(PROPERTIES), rng.choice([0, 1, 2]))
    properties = ", ".join([f"'format-version' = '{version}'"] + [random_property(rng, table, name) for name in names])
    table.sql(f"create table {{t}} ({columns}){f' partitioned by ({by})' if by else ''} tblproperties ({properties})")
