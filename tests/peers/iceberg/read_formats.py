"""Prints what a peer reads in manifests and manifest lists, one JSON document per line.

    read_formats.py fastavro FILE...    every record as stored
    read_formats.py pyiceberg FILE...   entries (or, for a name with `list`, manifests) through PyIceberg's reader
"""

import collections.abc
import datetime
import decimal
import json
import sys
import uuid

import fastavro
from pyiceberg.io.pyarrow import PyArrowFileIO
from pyiceberg.manifest import ManifestFile, read_manifest_list
from pyiceberg.typedef import Record


def plain(value):
    if isinstance(value, (bytes, bytearray)):
        return value.hex()
    if isinstance(value, collections.abc.Mapping):
        return {str(key): plain(item) for key, item in value.items()}
    if isinstance(value, (list, tuple)):
        return [plain(item) for item in value]
    if isinstance(value, (datetime.date, datetime.time, datetime.datetime, decimal.Decimal, uuid.UUID)):
        return str(value)
    if isinstance(value, Record):
        return [plain(item) for item in value]
    return value


def show(document):
    print(json.dumps(document, sort_keys=True, ensure_ascii=False))


def read_with_fastavro(path):
    with open(path, "rb") as file:
        for record in fastavro.reader(file):
            show(plain(record))


def read_with_pyiceberg(path):
    io = PyArrowFileIO()
    source = io.new_input(f"file://{path}")
    if "list" in path:
        for manifest in read_manifest_list(source):
            show({"path": manifest.manifest_path, "sequence": manifest.sequence_number,
                  "min": manifest.min_sequence_number, "added": manifest.added_files_count,
                  "rows": manifest.added_rows_count, "spec": manifest.partition_spec_id,
                  "partitions": [[p.contains_null, p.contains_nan, plain(p.lower_bound), plain(p.upper_bound)]
                                 for p in manifest.partitions or []]})
        return
    manifest = ManifestFile.from_args(
        manifest_path=f"file://{path}", manifest_length=len(source), partition_spec_id=0, content=0, sequence_number=9,
        min_sequence_number=1, added_snapshot_id=42)
    for entry in manifest.fetch_manifest_entry(io, discard_deleted=False):
        data = entry.data_file
        show({"status": int(entry.status), "snapshot": entry.snapshot_id, "sequence": entry.sequence_number,
              "file_sequence": entry.file_sequence_number, "path": data.file_path, "rows": data.record_count,
              "partition": plain(data.partition), "column_sizes": plain(data.column_sizes),
              "lower": plain(data.lower_bounds), "splits": data.split_offsets})


def main():
    read = {"fastavro": read_with_fastavro, "pyiceberg": read_with_pyiceberg}[sys.argv[1]]
    for path in sys.argv[2:]:
        read(path)


main()
