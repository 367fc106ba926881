"""Every kind of file of a table, damaged in every way: each command works, or fails with the name of the file."""

import pathlib
import shutil

import pytest

from floe_command import Project
from pyiceberg.catalog.sql import SqlCatalog
from pyiceberg.table.statistics import StatisticsFile

REACHED_BY = ("libfloe-iceberg/", "plugins/floe.computes/", "plugins/floe.catalogs/", "base/io/", "base/diagnostics/",
              "libfloe-core/src/engine/", "libfloe-core/src/verbs/", "libfloe-core/src/warehouse/", "libfloe-dbt/src/execute/")
CHECKED = "properties={'floe.verify-on-read': 'true'}"
MODELS = {
    "orders": f"{{{{ config(materialized='table', {CHECKED}) }}}} select i as id, 'text ' || i as t from range(900) r(i)",
    "events": f"""{{{{ config(materialized='incremental', unique_key='id', {CHECKED}) }}}}
select i as id, {{% if is_incremental() %}} 'new' {{% else %}} 'old' {{% endif %}} as t from range(900) r(i)""",
    "recent": "{{ config(materialized='view') }} select count(*) as n, sum(id) as total from {{ ref('orders') }}",
    "report": "{{ config(materialized='table') }} select * from {{ ref('orders') }}",
}
FILES = {"data": "data/*.parquet", "manifest": "metadata/*-m*.avro", "manifest-list": "metadata/snap-*.avro",
         "metadata": "metadata/*.metadata.json"}


def flip(path, _):
    content = bytearray(path.read_bytes())
    content[len(content) // 3] ^= 4
    path.write_bytes(content)


def cut(path, _):
    path.write_bytes(path.read_bytes()[:-20])


def empty(path, _):
    path.write_bytes(b"")


def delete(path, _):
    path.unlink()


def folder(path, _):
    path.unlink()
    path.mkdir()


def swap(path, other):
    shutil.copy(other, path)


DAMAGES = {damage.__name__: damage for damage in (flip, cut, empty, delete, folder, swap)}


class Shop(Project):
    def __init__(self, directory):
        super().__init__(directory)
        (directory / "models").mkdir(parents=True)
        (directory / "dbt_project.yml").write_text("name: shop\n")
        for name, sql in MODELS.items():
            (directory / f"models/{name}.sql").write_text(sql + "\n")

    def catalog(self):
        return SqlCatalog("floe", uri=f"sqlite:///{self.state / 'catalog.db'}", warehouse=f"file://{self.state / 'warehouse'}")

    def metadata(self, name):
        return sorted((self.state / "warehouse/main" / name).glob(FILES["metadata"]))[-1]

    def files(self, name, kind):
        """What the current snapshot of a table needs."""
        place = self.state / "warehouse/main" / name
        if kind == "metadata":
            return [self.metadata(name)]
        if kind == "data":
            (answer,) = self.json("-q", "table", "files", f"main.{name}", expect=None)["files"]
            return [pathlib.Path(answer["path"].removeprefix("file://"))]
        snapshot = self.tables()[f"main.{name}"]["current_snapshot_id"]
        return sorted(place.glob(FILES[kind] if kind == "manifest" else f"metadata/snap-{snapshot}-*.avro"))


@pytest.fixture(scope="module")
def built(tmp_path_factory):
    shop = Shop(tmp_path_factory.mktemp("damage") / "shop")
    for _ in range(2):
        shop.run("-q", "run")
    shutil.copytree(shop.state, shop.directory / "good")
    shop.rows = {name: sorted(map(str, shop.show(f"main.{name}")["rows"])) for name in MODELS}
    return shop


@pytest.fixture
def shop(built):
    shutil.rmtree(built.state)
    shutil.copytree(built.directory / "good", built.state)
    return built


def damage_files(shop, name, kind, damage):
    other = "events" if name != "events" else "orders"
    files = shop.files(name, kind)
    others = shop.files(other, kind)
    for path in files:
        DAMAGES[damage](path, others[0])
    return files


# What a command needs of the table that is damaged: `works` with the rows that it has to have, or the kinds of files that
# it fails at. Everything else works.
READS = {"data", "manifest", "manifest-list", "metadata"}
COMMANDS = {
    "show main.orders": READS,
    "show main.recent": READS,
    "-q run --select report": READS,
    "-q run --select orders": {"metadata"},
    "-q run --full-refresh --select orders": {"metadata"},
    "-q table verify": READS,
    "-q table verify --current main.orders": READS,
    "table list": {"metadata"},
    "table describe main.orders": {"metadata"},
    "table history main.orders": {"metadata"},
    "table files main.orders": {"manifest", "manifest-list", "metadata"},
    "table refs main.orders": {"metadata"},
}


@pytest.mark.parametrize("damage", DAMAGES)
@pytest.mark.parametrize("kind", FILES)
def test_a_damaged_file_is_named(shop, kind, damage):
    files = damage_files(shop, "orders", kind, damage)
    for command, needs in COMMANDS.items():
        done = shop.run(*command.split(), expect=None, timeout=60)
        told = f"{kind} {damage}, floe {command}:\n{done.stdout}{done.stderr}"
        if kind not in needs:
            assert done.returncode == 0, told
            if "run" in command.split():  # which mended it
                assert sorted(map(str, shop.show("main.orders")["rows"])) == shop.rows["orders"], told
                shutil.rmtree(shop.state)
                shutil.copytree(shop.directory / "good", shop.state)
                damage_files(shop, "orders", kind, damage)
            continue
        assert done.returncode == 1, told
        assert "FLOE-E0511" in done.stderr and "`main.orders` has a damaged" in done.stderr, told
        assert any(path.name in done.stderr for path in files), told
    if kind == "metadata":
        assert set(shop.json("table", "list", expect=1)["tables"][i]["identifier"] for i in range(3)) == {
            "main.events", "main.orders", "main.report"}


@pytest.mark.parametrize("damage", DAMAGES)
@pytest.mark.parametrize("kind", FILES)
def test_an_incremental_table_is_never_merged_with_damage(shop, kind, damage):
    files = damage_files(shop, "events", kind, damage)
    done = shop.run("-q", "run", "--select", "events", expect=1, timeout=60)
    assert "FLOE-E0511" in done.stderr and any(path.name in done.stderr for path in files), done.stderr
    rebuilt = shop.run("-q", "run", "--full-refresh", "--select", "events", expect=None, timeout=60)
    if kind == "metadata":
        assert rebuilt.returncode == 1 and files[0].name in rebuilt.stderr
        return
    assert rebuilt.returncode == 0, rebuilt.stderr
    assert [row for row in shop.show("main.events")["rows"] if row["t"] != "old"] == []
    shop.run("-q", "table", "verify", "--current", "main.events")


@pytest.mark.parametrize("damage", DAMAGES)
def test_a_damaged_view_is_named(shop, damage):
    (path,) = damage_files(shop, "recent", "metadata", damage)
    for command in ("show main.recent", "-q table verify main.recent", "-q table verify"):
        done = shop.run(*command.split(), expect=1, timeout=60)
        assert "`main.recent` has a damaged metadata file" in done.stderr and path.name in done.stderr, done.stderr


@pytest.mark.parametrize("damage", DAMAGES)
def test_a_table_goes_back_to_the_version_before(shop, damage):
    (path,) = damage_files(shop, "orders", "metadata", damage)
    asked = shop.run("table", "register", "--scan", "--only", "main.orders", "--yes", expect=1)
    assert path.name in asked.stderr
    (before,) = path.parent.glob("00000-*.metadata.json")
    assert f"--choose {before.as_uri()}" in asked.stderr
    shop.run("table", "register", "--scan", "--only", "main.orders", "--choose", before.as_uri(), "--yes")
    assert sorted(map(str, shop.show("main.orders")["rows"])) == shop.rows["orders"]
    shop.run("-q", "run")
    shop.run("-q", "table", "verify", "--current")


@pytest.mark.parametrize("damage", DAMAGES)
def test_a_damaged_catalog_or_note_loses_nothing(shop, damage):
    other = shop.state / "warehouse/main/report/metadata/committed.txt"
    note = shop.state / "warehouse/main/orders/metadata/committed.txt"
    DAMAGES[damage](note, other)
    shop.run("-q", "run", "--select", "orders")
    assert sorted(map(str, shop.show("main.orders")["rows"])) == shop.rows["orders"]
    for path in shop.state.glob("catalog.db-*"):
        path.unlink()
    catalog = shop.state / "catalog.db"
    DAMAGES[damage](catalog, note)
    done = shop.run("-q", "run", expect=None, timeout=60)
    if done.returncode != 0:
        assert "catalog.db" in done.stderr or "= note: it is missing" in done.stderr, done.stderr  # a name that the catalog has was changed
        assert damage == "folder" or "`floe table register --scan" in done.stderr, done.stderr
    # Whatever SQLite still reads: no table began anew.
    numbers = {int(file.name[:5]) for file in (shop.state / "warehouse/main/orders/metadata").glob(FILES["metadata"].split("/")[1])}
    assert sorted(numbers) == list(range(len(numbers)))


def test_statistics_files_are_looked_at(shop):
    """Puffin files of other engines: nothing reads them here, and nothing but `verify` notices."""
    table = shop.catalog().load_table("main.orders")
    path = shop.state / "warehouse/main/orders/metadata/some.stats"
    path.write_bytes(b"PFA1 and more")
    snapshot = table.current_snapshot().snapshot_id
    statistics = StatisticsFile(snapshot_id=snapshot, statistics_path=path.as_uri(), file_size_in_bytes=13,
                                file_footer_size_in_bytes=4, blob_metadata=[])
    with table.update_statistics() as update:
        update.set_statistics(statistics)
    assert verified(shop) == ({"statistics": 1}, [])
    path.write_bytes(path.read_bytes()[:-1])
    assert verified(shop) == ({"statistics": 1}, [("statistics", True, "it has 12 bytes, its manifest says 13")])
    path.unlink()
    assert verified(shop) == ({"statistics": 1}, [("statistics", True, "it is missing")])
    assert len(shop.show("main.orders")["rows"]) == 900


def verified(shop):
    """Kinds of main.orders beside those that every table has, and what is damaged."""
    (table,) = shop.json("-q", "table", "verify", "--current", "main.orders", expect=None)["tables"]
    kinds = {kind: counted["files"] for kind, counted in table["kinds"].items() if kind not in FILES}
    return kinds, [(file["kind"], file["is_current"], file["reason"]) for file in table["damaged"]]


def test_a_query_that_fails_at_a_file_names_it(tmp_path):
    """Without `floe.verify-on-read` a changed bit gives other rows, or an error of the engine: then the file is told."""
    shop = Shop(tmp_path / "shop")
    (shop.directory / "models/orders.sql").write_text(MODELS["orders"].replace(CHECKED, "properties={}"))
    shop.run("-q", "run", "--select", "orders")
    (path,) = shop.files("orders", "data")
    good = path.read_bytes()
    failures = 0
    for step in range(40):
        content = bytearray(good)
        content[len(good) * step // 40] ^= 0xFF
        path.write_bytes(content)
        done = shop.run("show", "main.orders", "--limit", "-1", expect=None)
        if done.returncode == 0:
            continue
        failures += 1
        assert "FLOE-E0511" in done.stderr and path.name in done.stderr, done.stderr
        tested = shop.run("-q", "run", "--select", "report", expect=None)
        assert tested.returncode == 0 or "FLOE-E0511" in tested.stderr, tested.stderr
    assert failures > 0
    path.write_bytes(good)
    assert len(shop.show("main.orders")["rows"]) == 900


def test_a_table_is_replaced_whose_name_is_a_word_of_its_model(tmp_path):
    project = Project(tmp_path / "shop")
    (project.directory / "models").mkdir(parents=True)
    (project.directory / "dbt_project.yml").write_text("name: shop\nmodels: {+materialized: table}\n")
    (project.directory / "models/total.sql").write_text("select i as total from range(9) t(i) -- the total of all\n")
    project.run("-q", "run")
    for path in (project.state / "warehouse/main/total/data").glob("*.parquet"):
        path.unlink()
    project.run("-q", "run")
    assert len(project.show("main.total")["rows"]) == 9


def test_an_index_of_the_catalog_that_misses_a_table_hides_none(shop):
    """The table was created anew, beside the entry that a lookup did not find."""
    catalog = shop.state / "catalog.db"
    content = catalog.read_bytes()
    place = content.rindex(b"floemainorders")  # of the index
    catalog.write_bytes(content[:place + 9] + b"z" + content[place + 10:])
    for command in ("-q run", "show main.orders", "table list"):
        refused = shop.run(*command.split(), expect=None)
        assert refused.returncode != 0 and "missing from index" in refused.stderr and "catalog.db" in refused.stderr, refused.stderr
    catalog.write_bytes(content)
    shop.run("-q", "run")


REWRITES = {
    "merge": "incremental_strategy='merge', unique_key='id'",
    "delete+insert": "incremental_strategy='delete+insert', unique_key='id'",
}


@pytest.mark.parametrize("strategy", REWRITES)
def test_a_rewrite_gives_damage_no_digest_of_its_own(tmp_path, strategy):
    """Without floe.verify-on-read, and with a flip that Parquet does not see: the engine reads other rows."""
    shop = Project(tmp_path / "shop")
    (shop.directory / "models").mkdir(parents=True)
    (shop.directory / "dbt_project.yml").write_text("name: shop\n")
    plain = "properties={'write.parquet.compression-codec': 'uncompressed'}"
    (shop.directory / "models/log.sql").write_text(f"""{{{{ config(materialized='incremental', {REWRITES[strategy]}, {plain}) }}}}
{{% if is_incremental() %}} select 1 as id, 'again' as t {{% else %}} select i as id, 'text-' || i as t from range(9) r(i) {{% endif %}}""")
    shop.run("-q", "run")
    (answer,) = shop.json("-q", "table", "files", "main.log")["files"]
    path = pathlib.Path(answer["path"].removeprefix("file://"))
    content = path.read_bytes()
    path.write_bytes(content.replace(b"text-7", b"next-7"))
    assert {row["t"] for row in shop.show("main.log")["rows"]} > {"text-1", "next-7"}
    before = shop.tables()["main.log"]["current_snapshot_id"]
    written = set(path.parent.iterdir())
    done = shop.run("-q", "run", expect=1)
    assert "FLOE-E0511" in done.stderr and path.name in done.stderr, done.stderr
    assert shop.tables()["main.log"]["current_snapshot_id"] == before and set(path.parent.iterdir()) == written
    path.write_bytes(content)
    shop.run("-q", "run")
    assert {row["t"] for row in shop.show("main.log")["rows"]} == {"again"} | {f"text-{i}" for i in range(9) if i != 1}


@pytest.mark.parametrize("damage", ["flip", "delete"])
def test_an_append_reads_no_older_manifest_and_loses_nothing(tmp_path, damage):
    shop = Project(tmp_path / "shop")
    (shop.directory / "models").mkdir(parents=True)
    (shop.directory / "dbt_project.yml").write_text("name: shop\n")
    (shop.directory / "models/log.sql").write_text("{{ config(materialized='incremental', incremental_strategy='append') }} select 1 as id")
    shop.run("-q", "run")
    (path,) = shop.state.glob("warehouse/main/log/" + FILES["manifest"])
    content = path.read_bytes()
    DAMAGES[damage](path, None)
    shop.run("-q", "run")
    for command in ("show main.log", "-q table verify --current main.log"):
        refused = shop.run(*command.split(), expect=1)
        assert "FLOE-E0511" in refused.stderr and path.name in refused.stderr, refused.stderr
    path.write_bytes(content)
    assert shop.show("main.log")["rows"] == [{"id": 1}] * 2
