"""One catalog.db and one warehouse folder, seen by floe, Spark, PyIceberg and DuckDB's iceberg extension."""

import gzip
import json
import pathlib
import shutil
import sqlite3

from pyiceberg.schema import Schema

from canonical_rows import arrow_lines, shown_lines
from duckdb_iceberg import DuckdbIceberg
from floe_command import Project
from iceberg_catalog import open_catalog

PRODUCT = """apiVersion: floe.dev/v1
kind: DataProduct
metadata: {name: lake, version: "1.0"}
"""


class Lake(Project):
    """Tables are named `main.orders` everywhere; Spark's `floe.` in front of it is written by `sql` ({t} of a statement)."""

    def __init__(self, directory):
        super().__init__(directory)
        (self.directory / "models").mkdir(parents=True)
        (self.directory / "data").mkdir()
        (self.directory / "dbt_project.yml").write_text("name: lake\n")
        (self.directory / "models/first.sql").write_text("select 1 as id")
        self.loads([])
        self.run("run")  # makes the catalog
        (self.directory / "models/first.sql").unlink()
        self.catalog = open_catalog(self)
        self.duckdb = DuckdbIceberg()
        self.spark = None

    def loads(self, sources):
        """Writes floe.yaml with these ingestion sources."""
        ingestion = f"ingestion: {json.dumps({'sources': sources})}\n" if sources else ""
        (self.directory / "floe.yaml").write_text(PRODUCT + ingestion)

    def sql(self, statement, name=None):
        """A statement of Spark; `{t}` is the table. The answer as Arrow, None without one."""
        if name is not None:
            statement = statement.replace("{t}", f"floe.{name}").replace("{n}", name)
        frame = self.spark.sql(statement)
        return frame.toArrow() if frame.columns else None

    def metadata_location(self, name):
        namespace, _, table = name.rpartition(".")
        with sqlite3.connect(f"file:{self.state / 'catalog.db'}?mode=ro", uri=True) as connection:
            row = connection.execute("select metadata_location from iceberg_tables where table_namespace = ? and table_name = ?",
                                     (namespace, table)).fetchone()
        return row and row[0]

    def metadata(self, name):
        """The table's metadata.json as it is, without a library between."""
        path = path_of(self.metadata_location(name))
        data = path.read_bytes()
        return json.loads(gzip.decompress(data) if path.name.endswith((".gz.metadata.json", ".metadata.json.gz")) else data)

    def schema(self, name, schema_id=None):
        metadata = self.metadata(name)
        return schema_of(metadata, metadata.get("current-schema-id", 0) if schema_id is None else schema_id)

    def forget(self, name):
        """Takes a table and its files away: thousands of them would fill the disk, and make every catalog slow."""
        with sqlite3.connect(self.state / "catalog.db", timeout=60) as connection:
            namespace, _, table = name.rpartition(".")
            connection.execute("delete from iceberg_tables where table_namespace = ? and table_name = ?", (namespace, table))
        for place in (self.state / "warehouse" / namespace, self.state / "elsewhere", self.directory / "data"):
            for folder in [place / table, place / name, *place.glob(f"{name}-*")]:
                shutil.rmtree(folder, ignore_errors=True)

    # ---- all rows of a table, one canonical line each, sorted ----

    def spark_lines(self, name, snapshot_id=None, schema=None):
        reader = self.spark.read if snapshot_id is None else self.spark.read.option("versionAsOf", str(snapshot_id))
        return arrow_lines(reader.table(f"floe.{name}").toArrow(), schema or self.schema(name))

    def pyiceberg_lines(self, name):
        return arrow_lines(self.catalog.load_table(name).scan().to_arrow(), self.schema(name))

    def duckdb_lines(self, name):
        return arrow_lines(self.duckdb.read(self.metadata_location(name)), self.schema(name))

    def floe_lines(self, name):
        return shown_lines(self.show(name), self.schema(name))


def path_of(location):
    """Locations are taken literally: none of the writers escapes them."""
    return pathlib.Path(location.removeprefix("file:"))


def schema_of(metadata, schema_id):
    schemas = metadata.get("schemas") or [metadata["schema"]]
    return next(Schema.model_validate(schema) for schema in schemas if schema.get("schema-id", 0) == schema_id)
