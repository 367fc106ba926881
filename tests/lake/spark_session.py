"""One Spark in this process, with a catalog `floe` over the catalog.db and the warehouse of a floe project."""

import contextlib
import logging
import os
import subprocess

from floe_command import ROOT


def jars():
    """The class path that tools/spark.sh prints."""
    return subprocess.run([str(ROOT / "tools/spark.sh"), "--jars"], capture_output=True, text=True, check=True).stdout.strip()


def settings(project, scratch):
    class_path = jars()
    missing = [jar for jar in class_path.split(":") if not os.path.exists(jar)]
    if missing:
        raise RuntimeError(f"{missing[0]} is missing: run tools/spark.sh")
    catalog = "spark.sql.catalog.floe"
    return {
        "spark.driver.extraClassPath": class_path,
        "spark.driver.bindAddress": "127.0.0.1",
        "spark.driver.host": "127.0.0.1",
        "spark.driver.memory": "2g",
        # A table here has a handful of rows: what costs time is starting things, not running them.
        "spark.driver.extraJavaOptions": f"-XX:TieredStopAtLevel=1 -XX:+UseSerialGC -Djava.io.tmpdir={scratch}",
        "spark.ui.enabled": "false",
        "spark.ui.showConsoleProgress": "false",
        "spark.log.level": "OFF",
        "spark.sql.shuffle.partitions": "1",
        "spark.default.parallelism": "1",
        "spark.sql.adaptive.enabled": "false",
        "spark.sql.session.timeZone": "UTC",
        "spark.sql.warehouse.dir": f"{scratch}/warehouse",
        "spark.local.dir": str(scratch),
        "spark.sql.extensions": "org.apache.iceberg.spark.extensions.IcebergSparkSessionExtensions",
        catalog: "org.apache.iceberg.spark.SparkCatalog",
        f"{catalog}.type": "jdbc",
        f"{catalog}.uri": f"jdbc:sqlite:file:{project.state / 'catalog.db'}",
        f"{catalog}.jdbc.schema-version": "V1",
        f"{catalog}.warehouse": f"file://{project.state / 'warehouse'}",
        # Others commit to the same tables: what Spark read before is no answer.
        f"{catalog}.cache-enabled": "false",
    }


@contextlib.contextmanager
def running(project, scratch):
    """A session that ends with the block; a second one in the same process would share its settings."""
    from pyspark.sql import SparkSession

    logging.getLogger("py4j").setLevel(logging.ERROR)
    builder = SparkSession.builder.master("local[2]").appName("lake")
    for key, value in settings(project, scratch).items():
        builder = builder.config(key, value)
    session = builder.getOrCreate()
    try:
        yield session
    finally:
        session.stop()
