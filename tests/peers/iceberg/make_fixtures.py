"""Writes the fixtures of libfloe-iceberg/tests/data/{avro,parquet} with the peers, and what the peers read in them.

    $(tools/peers.sh --python iceberg) tests/peers/iceberg/make_fixtures.py libfloe-iceberg/tests/data

fastavro and PyIceberg write Avro; DuckDB and pyarrow write Parquet. Expected contents are theirs too, never floe's.
"""

import datetime
import decimal
import json
import pathlib
import sys
import uuid
import zlib

import duckdb
import fastavro
import pyarrow as pa
import pyarrow.parquet as pq
import zstandard
from pyiceberg.io.pyarrow import PyArrowFileIO
from pyiceberg.manifest import (DataFile, DataFileContent, FileFormat, ManifestEntry, ManifestEntryStatus,
                                write_manifest, write_manifest_list)
from pyiceberg.partitioning import PartitionField, PartitionSpec
from pyiceberg.schema import Schema
from pyiceberg.transforms import BucketTransform, DayTransform, IdentityTransform
from pyiceberg.typedef import Record
from pyiceberg.types import (DateType, DecimalType, DoubleType, LongType, NestedField, StringType, TimestampType,
                             UUIDType)

# What any reader must cope with: a union of three, a nullable written type first, nested arrays and maps, an enum.
ODD_SCHEMA = {
    "type": "record", "name": "odd", "namespace": "a.b",
    "fields": [
        {"name": "skipped_union", "type": ["null", "string", {"type": "fixed", "name": "four", "size": 4}]},
        {"name": "id", "type": "long", "field-id": 1},
        {"name": "skipped_map", "type": {"type": "map", "values": ["null", "double"]}},
        {"name": "text", "type": ["string", "null"], "field-id": 2},
        {"name": "skipped_array", "type": {"type": "array", "items": {"type": "array", "items": "four"}}},
        {"name": "skipped_enum", "type": {"type": "enum", "name": "color", "symbols": ["RED", "BLUE"]}},
        {"name": "real", "type": "float", "field-id": 3},
        {"name": "inner", "field-id": 4, "type": {"type": "record", "name": "inner", "fields": [
            {"name": "flag", "type": "boolean", "field-id": 5},
            {"name": "list", "type": {"type": "array", "items": "int", "element-id": 7}, "field-id": 6}]}},
    ],
}


def odd_records(count):
    return [{
        "skipped_union": [None, f"text {i}", b"abcd"][i % 3],
        "id": (-1) ** i * i * 10 ** 12,
        "skipped_map": {"a": None, "b": i / 2},
        "text": None if i % 4 == 0 else "é" * (i % 50),
        "skipped_array": [[b"1234"] * (i % 3), []],
        "skipped_enum": ["RED", "BLUE"][i % 2],
        "real": i / 4,
        "inner": {"flag": i % 2 == 0, "list": list(range(i % 5))},
    } for i in range(count)]


def zigzag(value):
    value = (value << 1) ^ (value >> 63)
    out = bytearray()
    while value >= 0x80:
        out.append(value & 0x7F | 0x80)
        value >>= 7
    return bytes(out + bytes([value]))


def read_zigzag(data, position):
    value = shift = 0
    while True:
        byte = data[position]
        position += 1
        value |= (byte & 0x7F) << shift
        shift += 7
        if byte < 0x80:
            return (value >> 1) ^ -(value & 1), position


def with_codec(data, name, compress):
    """The uncompressed container again with other blocks (fastavro's own codecs need further packages)."""
    sync = b"0123456789abcdef"
    header_end = data.index(sync) + len(sync)
    codec = zigzag(10) + b"avro.codec"
    out = bytearray(data[:header_end].replace(codec + zigzag(4) + b"null", codec + zigzag(len(name)) + name))
    position = header_end
    while position < len(data):
        count, position = read_zigzag(data, position)
        size, position = read_zigzag(data, position)
        raw = data[position:position + size]
        position += size + len(sync)
        block = compress(raw)
        out += zigzag(count) + zigzag(len(block)) + block + sync
    return bytes(out)


def write_odd(directory):
    records = odd_records(300)
    for codec in ("null", "deflate", "bzip2"):
        with open(directory / f"odd_{codec}.avro", "wb") as out:
            fastavro.writer(out, ODD_SCHEMA, records if codec != "bzip2" else records[:1], codec=codec,
                            sync_marker=b"0123456789abcdef", sync_interval=2000)
    plain_bytes = (directory / "odd_null.avro").read_bytes()
    (directory / "odd_snappy.avro").write_bytes(with_codec(plain_bytes, b"snappy", lambda raw: pa.compress(
        raw, codec="snappy", asbytes=True) + zlib.crc32(raw).to_bytes(4, "big")))
    # Without the content size in the frame, as streaming writers leave it.
    unsized = zstandard.ZstdCompressor(write_content_size=False)
    (directory / "odd_zstandard.avro").write_bytes(with_codec(plain_bytes, b"zstandard", unsized.compress))
    expected = [{k: r[k] for k in ("id", "text", "real", "inner")} for r in records]
    (directory / "odd.json").write_text(json.dumps(expected, ensure_ascii=False, indent=None) + "\n")


TABLE = Schema(
    NestedField(1, "id", LongType(), required=True), NestedField(2, "name", StringType()),
    NestedField(3, "price", DecimalType(9, 2)), NestedField(4, "day", DateType()), NestedField(5, "at", TimestampType()),
    NestedField(6, "key", UUIDType()), NestedField(7, "exact", DoubleType()), schema_id=3)
SPEC = PartitionSpec(
    PartitionField(1, 1000, BucketTransform(16), "id_bucket"), PartitionField(2, 1001, IdentityTransform(), "name"),
    PartitionField(3, 1002, IdentityTransform(), "price"), PartitionField(5, 1003, DayTransform(), "at_day"),
    PartitionField(6, 1004, IdentityTransform(), "key"), spec_id=2)


def data_file(number):
    values = (number % 16, f"name {number}", decimal.Decimal(number) / 100 - 1, 19000 + number,
              uuid.UUID(int=number)) if number != 2 else (2, None, None, None, None)
    return DataFile.from_args(
        content=DataFileContent.DATA, file_path=f"file:///w/data/{number}.parquet", file_format=FileFormat.PARQUET,
        partition=Record(*values), record_count=10 * number, file_size_in_bytes=1000 + number,
        column_sizes={1: 80, 2: 300 + number}, value_counts={1: 10, 2: 10}, null_value_counts={1: 0, 2: number},
        nan_value_counts={7: 1}, lower_bounds={1: (-number).to_bytes(8, "little", signed=True), 2: b"abc"},
        upper_bounds={1: number.to_bytes(8, "little", signed=True)}, key_metadata=None, split_offsets=[4, 500],
        equality_ids=None, sort_order_id=None, spec_id=2)


def write_pyiceberg(directory):
    io = PyArrowFileIO()
    for version in (2,):
        path = directory / f"pyiceberg_v{version}.avro"
        path.unlink(missing_ok=True)
        with write_manifest(version, SPEC, TABLE, io.new_output(f"file://{path.resolve()}"), 42, "deflate") as writer:
            for number in (1, 2, 3):
                writer.add(ManifestEntry.from_args(status=ManifestEntryStatus.ADDED, snapshot_id=42, sequence_number=None,
                                                   file_sequence_number=None, data_file=data_file(number)))
            writer.existing(ManifestEntry.from_args(status=ManifestEntryStatus.EXISTING, snapshot_id=41, sequence_number=5,
                                                    file_sequence_number=4, data_file=data_file(4)))
            writer.delete(ManifestEntry.from_args(status=ManifestEntryStatus.DELETED, snapshot_id=40, sequence_number=3,
                                                  file_sequence_number=2, data_file=data_file(5)))
        manifest = writer.to_manifest_file()
        manifest[0] = f"file:///w/metadata/{path.name}"
        path = directory / f"pyiceberg_list_v{version}.avro"
        path.unlink(missing_ok=True)
        with write_manifest_list(version, io.new_output(f"file://{path.resolve()}"), 42, None, 6, "deflate") as lists:
            lists.add_manifests([manifest])


PARQUET_SQL = """
SELECT i::BIGINT AS id, (i - 500)::INTEGER AS small, (i % 2 = 0) AS flag, (i / 8.0)::REAL AS ratio,
  CASE WHEN i = 7 THEN 'nan'::DOUBLE ELSE i / 4.0 END AS with_nan, (CASE WHEN i < 500 THEN -0.0 ELSE 0.0 END)::DOUBLE AS zero,
  ((i - 500) / 100.0)::DECIMAL(4, 2) AS price4, ((i - 500) * 1000 / 100.0)::DECIMAL(18, 2) AS price18,
  ((i - 500) * 100000000000000::HUGEINT)::DECIMAL(38, 4) AS price38,
  DATE '1970-01-01' + (i - 500)::INTEGER AS day, TIME '00:00:00' + INTERVAL (i) SECOND AS clock,
  TIMESTAMP '1969-12-31 00:00:00.000001' + INTERVAL (i) HOUR AS at_time,
  (TIMESTAMP '2026-01-01' + INTERVAL (i) MINUTE)::TIMESTAMPTZ AS at_zone,
  CASE WHEN i % 10 = 0 THEN NULL ELSE 'key é ' || lpad(i::VARCHAR, 30, '0') END AS name,
  ('00000000-0000-0000-0000-' || lpad(i::VARCHAR, 12, '0'))::UUID AS key, encode('b' || i) AS blob,
  NULL::INTEGER AS nothing, {'x': i, 'y': CASE WHEN i % 3 = 0 THEN NULL ELSE 'y' END} AS place, [i, i + 1] AS tags,
  MAP {'k': i} AS counts
FROM range(1000) t(i)
"""
FIELD_IDS = ("{id: 1, small: 2, flag: 3, ratio: 4, with_nan: 5, zero: 6, price4: 7, price18: 8, price38: 9, day: 10, "
             "clock: 11, at_time: 12, at_zone: 13, name: 14, key: 15, blob: 16, nothing: 17, "
             "place: {__duckdb_field_id: 18, x: 19, y: 20}, tags: {__duckdb_field_id: 21, element: 22}, "
             "counts: {__duckdb_field_id: 23, key: 24, value: 25}}")


def write_parquet(directory):
    connection = duckdb.connect(config={"threads": 1})
    connection.execute("SET TimeZone = 'UTC'")
    connection.execute(f"COPY ({PARQUET_SQL}) TO '{directory / 'duckdb.parquet'}' (FORMAT parquet, FIELD_IDS {FIELD_IDS}, "
                       "ROW_GROUP_SIZE 2048, COMPRESSION zstd)")
    table = connection.execute(PARQUET_SQL).arrow()
    table = table.read_all() if hasattr(table, "read_all") else table
    ids = {"id": 1, "small": 2, "with_nan": 5, "zero": 6, "price4": 7, "price18": 8, "price38": 9, "day": 10, "at_time": 12,
           "name": 14, "nothing": 17}
    fields = [pa.field(f.name, f.type, f.nullable, {"PARQUET:field_id": str(ids[f.name])})
              for f in table.schema if f.name in ids]
    narrow = table.select([f.name for f in fields]).cast(pa.schema(fields))
    pq.write_table(narrow, directory / "pyarrow.parquet", row_group_size=300, compression="snappy")
    for name in ("duckdb", "pyarrow"):
        describe_parquet(directory / f"{name}.parquet", directory / f"{name}.json")


def plain(value):
    if isinstance(value, (bytes, bytearray)):
        return value.hex()
    if isinstance(value, (datetime.date, datetime.time, datetime.datetime, decimal.Decimal, uuid.UUID)):
        return str(value)
    if isinstance(value, float) and value != value:
        return "NaN"
    return value


def describe_parquet(path, target):
    metadata = pq.ParquetFile(path).metadata
    groups = []
    for g in range(metadata.num_row_groups):
        group = metadata.row_group(g)
        columns = []
        for c in range(group.num_columns):
            column = group.column(c)
            statistics = column.statistics
            entry = {"path": column.path_in_schema, "physical": column.physical_type, "values": column.num_values,
                     "compressed": column.total_compressed_size, "uncompressed": column.total_uncompressed_size,
                     "offset": column.data_page_offset, "dictionary_offset": column.dictionary_page_offset}
            if statistics is not None:
                entry["nulls"] = statistics.null_count if statistics.has_null_count else None
                entry["has_min_max"] = statistics.has_min_max
            columns.append(entry)
        groups.append({"rows": group.num_rows, "bytes": group.total_byte_size, "columns": columns})
    described = {"rows": metadata.num_rows, "created_by": metadata.created_by, "row_groups": groups}
    target.write_text(json.dumps(described, default=plain) + "\n")


def main():
    root = pathlib.Path(sys.argv[1])
    for name in ("avro", "parquet"):
        (root / name).mkdir(parents=True, exist_ok=True)
    write_odd(root / "avro")
    write_pyiceberg(root / "avro")
    write_parquet(root / "parquet")


main()
