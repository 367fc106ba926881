"""Hostile files of tables that others wrote: metadata, manifest lists and manifests."""

import contextlib
import json
import random
import sqlite3

from hostile.case import Case


def current(root):
    with contextlib.closing(sqlite3.connect(root / ".floe/catalog.db")) as catalog, catalog:
        location, = catalog.execute("select metadata_location from iceberg_tables where table_name = 'keep'").fetchone()
    return location.removeprefix("file://")


def put(root, content):
    """As the metadata of the table, under a name that says nothing of its content."""
    path = root / ".floe/warehouse/main/keep/metadata/00009-other.metadata.json"
    path.write_bytes(content if isinstance(content, bytes) else content.encode())
    with contextlib.closing(sqlite3.connect(root / ".floe/catalog.db")) as catalog, catalog:
        catalog.execute("update iceberg_tables set metadata_location = ? where table_name = 'keep'", (f"file://{path}",))


def metadata(change):
    """`change` of the document; what it returns instead is text."""
    def write(root):
        document = json.load(open(current(root)))
        put(root, change(document) or json.dumps(document))
    return write


def manifest_list(change):
    def write(root):
        document = json.load(open(current(root)))
        snapshot = document["snapshots"][-1]
        with open(snapshot["manifest-list"].removeprefix("file://"), "rb") as file:
            value = change(file.read())
        path = root / ".floe/warehouse/main/keep/metadata/other.avro"
        path.write_bytes(value)
        snapshot["manifest-list"] = f"file://{path}"
        put(root, json.dumps(document))
    return write


def setting(*path, value):
    def change(document):
        for key in path[:-1]:
            document = document[key]
        document[path[-1]] = value
    return change


def deep_type(levels):
    kind = "int"
    for number in range(levels):
        kind = {"type": "list", "element-id": number + 100, "element": kind, "element-required": False}
    return kind


METADATA = {
    "no bytes": lambda document: " ",
    "a text": lambda document: "a,b\n",
    "a list": lambda document: "[]",
    "its first half": lambda document: json.dumps(document)[:500],
    "lists, 100,000 deep": lambda document: "[" * 100_000 + "]" * 100_000,
    "no UTF-8": lambda document: b'{"format-version": 2, "location": "\xff"}',
    "no schemas": lambda document: document.pop("schemas") and None,
    "a version of the future": setting("format-version", value=99),
    "a version that is a text": setting("format-version", value="2"),
    "a schema that is not there": setting("current-schema-id", value=77),
    "a snapshot that is not there": setting("current-snapshot-id", value=77),
    "a manifest list that is not there": setting("snapshots", 0, "manifest-list", value="file:///nowhere/x.avro"),
    "a manifest list that is a device": setting("snapshots", 0, "manifest-list", value="file:///dev/zero"),
    "a manifest list on the network": setting("snapshots", 0, "manifest-list", value="http://127.0.0.1:9/x.avro"),
    "an unknown type": setting("schemas", 0, "fields", 0, "type", value="quaternion"),
    "a type of 5,000 levels": lambda document: setting("schemas", 0, "fields", 0, "type", value=0)(document) or json.dumps(document).replace(
        '"type": 0', '"type": ' + '{"type": "list", "element-id": 9, "element-required": false, "element": ' * 5000 + '"int"' + "}" * 5000),
    "a type of 200 levels": setting("schemas", 0, "fields", 0, "type", value=deep_type(60)),
    "a decimal of 1,000 digits": setting("schemas", 0, "fields", 0, "type", value="decimal(1000, 2)"),
    "fields that share an id": lambda document: document["schemas"][0]["fields"].append(dict(document["schemas"][0]["fields"][0], name="x")),
    "numbers beyond 64 bits": lambda document: json.dumps(setting("current-snapshot-id", value=0)(document) or document).replace(
        '"current-snapshot-id": 0', '"current-snapshot-id": 99999999999999999999999'),
    "a name with NUL": setting("schemas", 0, "fields", 0, "name", value="a\0b"),
    "fields that are a text": setting("schemas", 0, "fields", value="x"),
}


def flipped(seed):
    def change(value):
        out, at = bytearray(value), random.Random(seed)
        out[at.randrange(len(out))] ^= 1 << at.randrange(8)
        return bytes(out)
    return change


HEADER = b"Obj\x01"
AVRO = {
    "no bytes": lambda value: b"",
    "magic alone": lambda value: HEADER,
    "another magic": lambda value: b"Obj\x02" + value[4:],
    "its first half": lambda value: value[:len(value) // 2],
    "without its last byte": lambda value: value[:-1],
    "random bytes": lambda value: HEADER + random.Random(3).randbytes(100_000),
    "a header without end": lambda value: HEADER + b"\xff" * 1000,
    "a map of 2^62 entries": lambda value: HEADER + b"\xfe\xff\xff\xff\xff\xff\xff\xff\x7f" + value[5:],
    "blocks of 2^62 bytes": lambda value: value[:-60] + b"\xfe\xff\xff\xff\xff\xff\xff\xff\x7f" * 6,
    "another codec": lambda value: value.replace(b"deflate", b"snappyy").replace(b"null", b"nul1"),
    "a Parquet file": lambda value: b"PAR1" + value + b"PAR1",
    "a schema, 50,000 deep": lambda value: HEADER + b"\x02\x16avro.schema" + bytes([0x80 | (1_400_000 * 2 & 0x7f), 0x80 | (1_400_000 * 2 >> 7 & 0x7f), 0x80 | (
        1_400_000 * 2 >> 14 & 0x7f), 1_400_000 * 2 >> 21]) + (b'{"type":"array","items":    ' * 50_000)[:1_400_000],
}


def tables():
    for name, change in METADATA.items():
        yield Case(f"metadata: {name}", {}, ("FLOE-E",), ("show", "main.keep"), seconds=10, megabytes=400, change=metadata(change))
    for name, change in AVRO.items():
        yield Case(f"Avro: {name}", {}, ("FLOE-E",), ("show", "main.keep"), seconds=10, megabytes=400, change=manifest_list(change))
    for seed in range(20):
        yield Case(f"Avro: flipped bit {seed}", {}, ("FLOE-E",), ("show", "main.keep"), seconds=10, megabytes=400,
                   change=manifest_list(flipped(seed)), may_succeed=True)
