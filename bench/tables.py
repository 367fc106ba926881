"""Iceberg tables through floe and PyIceberg, in one process: appends, plans, scans of one of many files, digests.

Run by bench/run.py with the Python of the peers: tables.py DIRECTORY FLOE RUNS. Prints one JSON object per measured thing.
"""

import json
import os
import pathlib
import subprocess
import sys
import time

import pyarrow
import pyarrow.parquet
from pyiceberg.catalog.sql import SqlCatalog
from pyiceberg.expressions import EqualTo

ROOT = pathlib.Path(__file__).resolve().parents[1]
sys.path.insert(0, str(ROOT / "bindings/python"))
import floe  # noqa: E402

APPENDS = 500
SCHEMA = pyarrow.schema([("id", pyarrow.int64()), ("value", pyarrow.string())])
INGESTION = """apiVersion: floe.dev/v1
kind: DataProduct
metadata: {name: bench, version: "1.0"}
ingestion: {sources: [{name: batch, format: parquet, path: batch.parquet, table: main.events, write_mode: append}]}
"""


def rows(begin, count=10):
    ids = range(begin, begin + count)
    return pyarrow.table({"id": list(ids), "value": [f"value {number}" for number in ids]}, schema=SCHEMA)


def catalog(state, name="floe"):
    state.mkdir(parents=True, exist_ok=True)
    return SqlCatalog(name, uri=f"sqlite:///{state / 'catalog.db'}", warehouse=f"file://{state / 'warehouse'}")


def timed(function):
    began = time.perf_counter()
    function()
    return time.perf_counter() - began


def report(name, ours, rival, rivals):
    print(json.dumps({"name": name, "floe": ours, "rival": rival, "rivals": rivals}), flush=True)


def appends(work, runs):
    """One commit of ten rows after the other. floe reads them from a file that is written anew, inside of the measured time."""
    product = work / "appends"
    product.mkdir()
    (product / "floe.yaml").write_text(INGESTION)
    project = floe.Project(product)

    def ingest(number):
        pyarrow.parquet.write_table(rows(10 * number), product / "batch.parquet")
        assert project.ingest()["success"]

    theirs = catalog(work / "appends-pyiceberg")
    theirs.create_namespace("main")
    table = theirs.create_table("main.events", SCHEMA)
    ours = [timed(lambda: ingest(number)) for number in range(APPENDS)]
    others = [timed(lambda: table.append(rows(10 * number))) for number in range(APPENDS)]
    assert len(catalog(product / ".floe").load_table("main.events").scan().to_arrow()) == 10 * APPENDS
    report(f"{APPENDS} appends of 10 rows, in one process", [sum(ours)], "PyIceberg", [sum(others)])
    last = APPENDS // 10
    report(f"the last {last} of them", [sum(ours[-last:])], "PyIceberg", [sum(others[-last:])])


def table_of_files(state, count):
    """`count` data files of ten rows, each with ids of its own. Written by PyArrow, added by PyIceberg in one commit."""
    folder = state / "files"
    folder.mkdir(parents=True)
    paths = []
    for number in range(count):
        path = folder / f"{number}.parquet"
        pyarrow.parquet.write_table(rows(10 * number), path)
        paths.append(f"file://{path}")
    iceberg = catalog(state)
    iceberg.create_namespace("main")
    table = iceberg.create_table("main.events", SCHEMA)
    table.add_files(paths)
    return iceberg


def filtered(work, count, runs):
    """A model that wants one row: the whole command of floe, and a scan of PyIceberg that has started already."""
    product = work / f"filtered-{count}"
    (product / "models").mkdir(parents=True)
    (product / "dbt_project.yml").write_text("name: bench\n")
    wanted = 10 * (count // 2) + 3
    sources = "version: 2\nsources: [{name: other, schema: main, tables: [{name: events}]}]\n"
    (product / "models/sources.yml").write_text(sources)
    (product / "models/one.sql").write_text(
        "{{ config(materialized='table') }} select * from {{ source('other', 'events') }} where id = " + str(wanted))
    iceberg = table_of_files(product / ".floe", count)

    def scan():
        assert len(iceberg.load_table("main.events").scan(row_filter=EqualTo("id", wanted)).to_arrow()) == 1

    def plan():
        assert len(list(iceberg.load_table("main.events").scan(row_filter=EqualTo("id", wanted)).plan_files())) == 1

    def show(project):
        answer = project.dbt("show", inline=f"select * from main.events where id = {wanted}")
        assert len(answer["rows"]) == 1, answer

    command = [os.environ["FLOE_BIN"], "-C", str(product), "-q", "run"]
    subprocess.run(command, check=True)
    ours = [timed(lambda: subprocess.run(command, check=True)) for _ in range(runs)]
    report(f"a filtered model on {count:,} files, whole command; PyIceberg's scan without its start", ours, "PyIceberg",
           [timed(scan) for _ in range(runs)])
    start = "from pyiceberg.catalog.sql import SqlCatalog; from pyiceberg.expressions import EqualTo; "
    script = (start + f"SqlCatalog('floe', uri='sqlite:///{product}/.floe/catalog.db', warehouse='file://{product}/.floe/warehouse')"
              f".load_table('main.events').scan(row_filter=EqualTo('id', {wanted})).to_arrow()")
    theirs = [timed(lambda: subprocess.run([sys.executable, "-c", script], check=True)) for _ in range(runs)]
    report(f"the same, both as whole commands ({count:,} files)", ours, "PyIceberg", theirs)
    with floe.Project(product) as project:
        show(project)
        ours = [timed(lambda: show(project)) for _ in range(runs)]
    report(f"plan and read 1 of {count:,} files, in one process; PyIceberg plans only", ours, "PyIceberg", [timed(plan) for _ in range(runs)])


def digests(work, runs):
    """What it costs to compare a table with its digests, alone and before each query of a new process."""
    product = work / "digests"
    (product / "models").mkdir(parents=True)
    (product / "dbt_project.yml").write_text("name: bench\n")
    query = "select i as id, hash(i) as h, 'name ' || i % 5000 as name, i / 7 as x from range(10000000) numbers(i)"
    for name, value in (("checked", "true"), ("plain", "false")):
        (product / f"models/{name}.sql").write_text(
            f"{{{{ config(materialized='table', properties={{'floe.verify-on-read': '{value}'}}) }}}} {query}")
    run = [os.environ["FLOE_BIN"], "-C", str(product), "-q"]
    subprocess.run([*run, "run"], check=True)
    size = sum(path.stat().st_size for path in product.glob(".floe/warehouse/main/plain/data/*.parquet"))

    def command(*arguments):
        return timed(lambda: subprocess.run([*run, *arguments], check=True, stdout=subprocess.DEVNULL))

    sums = ["sha256sum", *map(str, product.glob(".floe/warehouse/main/plain/data/*.parquet"))]
    report(f"floe table verify, {size / 1e6:.0f} MB", [command("table", "verify", "main.plain") for _ in range(runs)], "sha256sum",
           [timed(lambda: subprocess.run(sums, check=True, stdout=subprocess.DEVNULL)) for _ in range(runs)])
    for what in ("sum(h)", "sum(h), count(distinct name), sum(x), max(id)"):
        checked, plain = ([command("dbt", "show", "--inline", f"select {what} from main.{name}") for _ in range(runs)]
                          for name in ("checked", "plain"))
        report(f"select {what} of 10 million rows with floe.verify-on-read", checked, "without", plain)


def main():
    work, runs = pathlib.Path(sys.argv[1]), int(sys.argv[2])
    appends(work, runs)
    filtered(work, 1_000, runs)
    filtered(work, 10_000, runs)
    digests(work, runs)


if __name__ == "__main__":
    main()
