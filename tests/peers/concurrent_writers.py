"""Several writers of one table, and the proof that what they left is what some order of their batches leaves.

A batch is a dict from id to value. Every snapshot must be its parent with one batch applied that was not applied before, the
batches of one writer in their order; nothing else is a serial order.
"""

import threading

import pyarrow
import pyarrow.parquet

from floe_command import Project

TABLE = "main.shared"
SCHEMA = pyarrow.schema([("id", pyarrow.int64()), ("value", pyarrow.string())])

MANIFEST = """apiVersion: floe.dev/v1
kind: Manifest
metadata: {{name: platform, version: 1.0.0}}
plugins:
  compute: duckdb
  catalog: {{type: sqlite, config: {{uri: "{state}/catalog.db", warehouse: "file://{state}/warehouse"}}}}
  storage: {{type: local, config: {{root: "{state}/warehouse"}}}}
"""
PRODUCT = """apiVersion: floe.dev/v1
kind: DataProduct
metadata: {{name: lake, version: "1.0"}}
platform: {{ref: ./manifest.yaml}}
ingestion: {{sources: [{{name: batch, format: parquet, path: batch.parquet, table: {table}, write_mode: {mode}{keys}}}]}}
"""


def arrow(batch):
    return pyarrow.table({"id": list(batch), "value": list(batch.values())}, schema=SCHEMA)


class FloeWriter(Project):
    """A product of its own over the catalog in `state`, so that many write at once. Each batch is one process."""

    def __init__(self, directory, state, mode):
        super().__init__(directory)
        directory.mkdir()
        (directory / "manifest.yaml").write_text(MANIFEST.format(state=state))
        keys = ", keys: [id]" if mode == "merge" else ""
        (directory / "floe.yaml").write_text(PRODUCT.format(table=TABLE, mode=mode, keys=keys))

    def write(self, batch):
        pyarrow.parquet.write_table(arrow(batch), self.directory / "batch.parquet")
        process = self.run("-q", "ingest", expect=None)
        if process.returncode != 0:
            raise RuntimeError(process.stderr)


def write_at_once(writers):
    """`writers`: (function that writes a batch, its batches). All begin together. The batches of each that were written, and
    what failed."""
    start = threading.Barrier(len(writers))
    written, failed = [[] for _ in writers], []

    def work(number, write, batches):
        start.wait()
        for batch in batches:
            try:
                write(batch)
                written[number].append(batch)
            except Exception as error:  # noqa: BLE001: told with all others at the end
                failed.append(f"writer {number}: {error}")

    threads = [threading.Thread(target=work, args=(number, *writer)) for number, writer in enumerate(writers)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return written, failed


def states(table):
    """The rows of each snapshot of main, oldest first, as dicts; a key that is there twice fails."""
    snapshot, chain = table.current_snapshot(), []
    while snapshot is not None:
        rows = table.scan(snapshot_id=snapshot.snapshot_id).to_arrow().to_pylist()
        state = {row["id"]: row["value"] for row in rows}
        assert len(state) == len(rows), f"snapshot {snapshot.snapshot_id} has a key twice"
        chain.append(state)
        snapshot = table.metadata.snapshot_by_id(snapshot.parent_snapshot_id) if snapshot.parent_snapshot_id else None
    return chain[::-1]


def assert_serial(table, written, before=()):
    """`before`: states that were there when the writers began."""
    chain = states(table)
    assert chain[:len(before)] == list(before)
    state = before[-1] if before else {}
    left = [list(batches) for batches in written]
    for number, after in enumerate(chain[len(before):], len(before)):
        by = next((batches for batches in left if batches and {**state, **batches[0]} == after), None)
        assert by is not None, f"snapshot number {number} is its parent and no one batch"
        by.pop(0)
        state = after
    assert not any(left), f"batches that left no trace: {left}"
