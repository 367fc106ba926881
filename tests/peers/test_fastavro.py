"""fastavro reads every manifest list and manifest, and they agree with the files on disk."""

import pathlib
from urllib.parse import unquote, urlparse

import fastavro
import pytest

from iceberg_catalog import identifiers, open_catalog

MANIFEST_KEYS = {"schema", "partition-spec", "partition-spec-id", "format-version", "content"}
LIST_KEYS = {"snapshot-id", "parent-snapshot-id", "sequence-number", "format-version"}


def local_path(uri):
    return pathlib.Path(unquote(urlparse(uri).path))


def read(path):
    with open(path, "rb") as file:
        reader = fastavro.reader(file)
        return list(reader), reader.metadata, reader.writer_schema


def field_ids_missing(schema, path="r"):
    """Names of record fields without field-id, and of arrays without element-id, anywhere in an Avro schema."""
    if isinstance(schema, list):
        return [name for branch in schema for name in field_ids_missing(branch, path)]
    if not isinstance(schema, dict):
        return []
    missing = []
    if schema["type"] == "record":
        for field in schema["fields"]:
            name = f"{path}.{field['name']}"
            if "field-id" not in field:
                missing.append(name)
            missing += field_ids_missing(field["type"], name)
    elif schema["type"] == "array":
        # A map with keys that are not strings is an array of key-value records; its ids are on the record's fields.
        if schema.get("logicalType") != "map" and "element-id" not in schema:
            missing.append(path + "[]")
        missing += field_ids_missing(schema["items"], path + "[]")
    return missing


@pytest.fixture(params=["demo", "types"])
def project(request):
    return request.getfixturevalue(request.param)


def test_all_avro_files_are_read(project):
    files = sorted((project.state / "warehouse").rglob("*.avro"))
    assert files
    for path in files:
        records, metadata, schema = read(path)
        assert records or path.name.startswith("snap-"), path  # the list of an empty table has no manifest
        expected = LIST_KEYS if path.name.startswith("snap-") else MANIFEST_KEYS
        assert expected - {"parent-snapshot-id"} <= set(metadata), path
        assert field_ids_missing(schema) == [], path


def test_manifests_describe_the_files_on_disk(project):
    catalog = open_catalog(project)
    for identifier in identifiers(catalog):
        table = catalog.load_table(identifier)
        for snapshot in table.metadata.snapshots:
            records = files = 0
            manifests, _, _ = read(local_path(snapshot.manifest_list))
            for manifest in manifests:
                path = local_path(manifest["manifest_path"])
                assert path.stat().st_size == manifest["manifest_length"], path
                entries, _, _ = read(path)
                statuses = [entry["status"] for entry in entries]
                counts = [manifest[f"{kind}_files_count"] for kind in ("existing", "added", "deleted")]
                assert [statuses.count(status) for status in (0, 1, 2)] == counts, path
                for entry in entries:
                    if entry["status"] == 2:
                        continue
                    file = entry["data_file"]
                    assert local_path(file["file_path"]).stat().st_size == file["file_size_in_bytes"], file["file_path"]
                    records += file["record_count"]
                    files += 1
            summary = snapshot.summary.additional_properties
            assert int(summary["total-records"]) == records, (identifier, snapshot.snapshot_id)
            assert int(summary["total-data-files"]) == files, (identifier, snapshot.snapshot_id)
