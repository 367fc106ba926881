"""DuckDB's iceberg extension in a process of its own: on some tables it ends the process that it is in."""

import concurrent.futures
import importlib
import multiprocessing
import pathlib

import duckdb
import pyarrow

connection = None


def connect():
    """Extensions come from PyPI and are loaded by path, so nothing is fetched at run time."""
    global connection
    connection = duckdb.connect()
    for name in ("httpfs", "avro", "iceberg"):
        package = pathlib.Path(importlib.import_module(f"duckdb_extension_{name}").__file__).parent
        connection.execute(f"load '{next(package.rglob('*.duckdb_extension'))}'")
    connection.execute("set timezone = 'UTC'")


def scan(metadata_location):
    try:
        table = connection.sql(f"select * from iceberg_scan('{metadata_location}')").to_arrow_table()
    except Exception as error:  # noqa: BLE001: DuckDB's exceptions do not travel between processes
        return f"{type(error).__name__}: {error}"
    buffer = pyarrow.BufferOutputStream()
    with pyarrow.ipc.new_stream(buffer, table.schema) as writer:
        writer.write_table(table)
    return buffer.getvalue().to_pybytes()


class DuckdbIceberg:
    def __init__(self):
        self.start()

    def start(self):
        self.pool = concurrent.futures.ProcessPoolExecutor(1, mp_context=multiprocessing.get_context("spawn"), initializer=connect)

    def read(self, metadata_location):
        """All rows as Arrow."""
        try:
            answer = self.pool.submit(scan, metadata_location).result(timeout=60)
        except concurrent.futures.process.BrokenProcessPool:
            self.start()
            raise
        if isinstance(answer, str):
            raise ValueError(answer)
        return pyarrow.ipc.open_stream(answer).read_all()

    def stop(self):
        self.pool.shutdown(wait=True, cancel_futures=True)
