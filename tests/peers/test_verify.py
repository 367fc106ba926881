"""A changed bit in any file that floe wrote: `floe table verify` finds it, and reads do when the table asks for that."""

import json
import os
import pathlib
import random
import shutil

import pytest

from floe_command import Project
from pyiceberg.catalog.sql import SqlCatalog

REACHED_BY = ("libfloe-iceberg/", "plugins/floe.computes/", "base/io/", "libfloe-core/src/engine/", "libfloe-core/src/verbs/", "libfloe-core/src/warehouse/")
SEED = int(os.environ.get("FLOE_VERIFY_SEED", random.randrange(2**32)))
FLIPS = 64
FILES = {"data": "data/*.parquet", "metadata": "metadata/*.metadata.json", "manifest": "metadata/*-m*.avro",
         "manifest-list": "metadata/snap-*.avro"}
MODEL = """{{{{ config(materialized='incremental', incremental_strategy='append', partition_by=['day'], properties={properties}) }}}}
select i as id, date '2026-01-01' + (i % 3)::int as day, 'text ' || i as t, i * 1.5::double as x from range({rows}) as r(i)
"""


class Shop(Project):
    def __init__(self, directory, properties="{}"):
        super().__init__(directory)
        (directory / "models").mkdir(parents=True)
        (directory / "dbt_project.yml").write_text("name: shop\n")
        self.model = directory / "models/orders.sql"
        self.model.write_text(MODEL.format(properties=properties, rows=900))
        self.table = self.state / "warehouse/main/orders"

    def catalog(self):
        return SqlCatalog("floe", uri=f"sqlite:///{self.state / 'catalog.db'}", warehouse=f"file://{self.state / 'warehouse'}")

    def verify(self, expect=0):
        """{uri: kind} of damaged files."""
        answer = self.json("-q", "table", "verify", expect=expect)
        assert answer["damaged"] == sum(len(table["damaged"]) for table in answer["tables"])
        return {file["uri"]: file["kind"] for table in answer["tables"] for file in table["damaged"]}

    def totals(self):
        (table,) = self.json("-q", "table", "verify")["tables"]
        return {kind: (counted["files"], counted["without_digest"]) for kind, counted in table["kinds"].items()}


@pytest.fixture(scope="module")
def built(tmp_path_factory):
    shop = Shop(tmp_path_factory.mktemp("verify") / "shop")
    for _ in range(2):
        shop.run("-q", "run")
    assert shop.verify() == {}
    return shop


def flip(path, chance):
    """Changes one random bit; gives back what undoes it."""
    content = path.read_bytes()
    bit = chance.randrange(len(content) * 8)
    changed = bytearray(content)
    changed[bit // 8] ^= 1 << (bit % 8)
    path.write_bytes(changed)
    return bit, lambda: path.write_bytes(content)


@pytest.mark.parametrize("kind", FILES)
def test_a_changed_bit_is_found(built, kind):
    chance = random.Random(f"{SEED} {kind}")
    files = sorted(built.table.glob(FILES[kind]))
    assert files
    for _ in range(FLIPS):
        path = chance.choice(files)
        bit, undo = flip(path, chance)
        try:
            found = built.verify(expect=1)
        finally:
            undo()
        # A current metadata file hides the files that only it knows; the others are all read.
        assert found == {path.as_uri(): kind}, f"FLOE_VERIFY_SEED={SEED}: bit {bit} of {path}"
    assert built.verify() == {}


def test_a_read_may_compare_first(tmp_path):
    shop = Shop(tmp_path / "shop", "{'floe.verify-on-read': 'true'}")
    shop.run("-q", "run")
    rows = shop.show("main.orders")
    chance = random.Random(SEED)
    files = sorted(shop.table.glob(FILES["data"]))
    for _ in range(8):
        path = chance.choice(files)
        bit, undo = flip(path, chance)
        refused = shop.run("show", "main.orders", expect=None)
        undo()
        assert refused.returncode != 0, f"FLOE_VERIFY_SEED={SEED}: bit {bit} of {path}"
        assert path.name in refused.stderr and "does not match the digest in its name" in refused.stderr
    assert shop.show("main.orders") == rows


@pytest.mark.parametrize("mode", ["replace", "append", "merge"])
def test_a_table_that_is_ingested_may_ask_for_it_too(tmp_path, mode):
    """Also a table that is there already, whose other properties stay."""
    def document(properties):
        return json.dumps({"apiVersion": "floe.dev/v1", "kind": "DataProduct", "metadata": {"name": "shop", "version": "1.0"}, "ingestion": {"sources": [
            {"name": "orders", "format": "csv", "path": "orders.csv", "table": "main.orders", "write_mode": mode, "properties": properties,
             **({"keys": ["id"]} if mode == "merge" else {})}]}})

    shop = Project(tmp_path)
    (tmp_path / "orders.csv").write_text("id,name\n1,Ada\n2,Linus\n")
    for properties in ({"owner": "sales"}, {"floe.verify-on-read": "true"}):
        (tmp_path / "floe.yaml").write_text(document(properties))
        shop.run("-q", "ingest")
    assert {"owner": "sales", "floe.verify-on-read": "true"}.items() <= shop.json("table", "describe", "main.orders")["properties"].items()
    current = [pathlib.Path(file["path"].removeprefix("file://")) for file in shop.json("table", "files", "main.orders")["files"]]
    path = current[0]
    flip(path, random.Random(SEED))
    refused = shop.run("show", "main.orders", expect=None)
    assert refused.returncode != 0 and "does not match the digest in its name" in refused.stderr, f"FLOE_VERIFY_SEED={SEED}"
    (tmp_path / "floe.yaml").write_text(document({"format-version": "3"}))
    assert "tables of format version 3 are not written; only 2 is" in shop.run("ingest", expect=1).stderr


def test_the_place_of_a_damaged_file_is_in_each_format(tmp_path):
    shop = Shop(tmp_path / "shop")
    shop.run("-q", "run")
    path = sorted(shop.table.glob(FILES["data"]))[0]
    flip(path, random.Random(SEED))
    place = str(path.relative_to(shop.directory))
    for form, wanted in {"concise": f"{place}: error[FLOE-E0511]: `main.orders` has a damaged data file", "github": f"::error file={place},",
                         "full": f" --> {place}\n", "sarif": f'"uri": "{place}"', "junit": f'classname="{place}"'}.items():
        assert wanted in shop.run("table", "verify", "--error-format", form, expect=1).stderr


def test_files_of_others_have_no_digest(tmp_path):
    shop = Shop(tmp_path / "shop")
    shop.run("-q", "run")
    assert shop.totals() == {"data": (3, 0), "manifest": (1, 0), "manifest-list": (1, 0), "metadata": (1, 0)}
    table = shop.catalog().load_table("main.orders")
    table.append(table.scan(limit=1).to_arrow())
    assert shop.totals() == {"data": (4, 1), "manifest": (2, 1), "manifest-list": (2, 1), "metadata": (2, 1)}
    (uri,) = [task.file.file_path for task in table.scan().plan_files() if "f10e" not in task.file.file_path]
    path = pathlib.Path(uri.removeprefix("file://"))
    content = path.read_bytes()
    for damage in (content[:-1], content[:-4] + b"XXXX", b""):
        path.write_bytes(damage)
        assert shop.verify(expect=1) == {uri: "data"}
    path.unlink()
    assert shop.verify(expect=1) == {uri: "data"}
    path.write_bytes(content)
    assert shop.verify() == {}


def test_a_copied_name_is_found(tmp_path):
    """The digest is of the content, not of the place: a file that was put back from another one of the table is found."""
    shop = Shop(tmp_path / "shop")
    shop.run("-q", "run")
    first, second = sorted(shop.table.glob(FILES["data"]))[:2]
    shutil.copy(first, second)
    assert shop.verify(expect=1) == {second.as_uri(): "data"}


def test_equal_rows_have_files_of_their_own(tmp_path):
    """A second file of the same content does not replace the first."""
    shop = Shop(tmp_path / "shop")
    for _ in range(2):
        shop.run("-q", "run")
    assert len({file.name for file in shop.table.glob(FILES["data"])}) == 6
    assert shop.verify() == {}
