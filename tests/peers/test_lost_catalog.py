"""A catalog that is gone, old or locked: nothing starts from nothing, and a scan of the warehouse brings every table back."""

import json
import os
import pty
import random
import re
import shutil
import signal
import sqlite3
import subprocess
import time

import pytest

from conftest import copy_example
from iceberg_catalog import digests
from test_crash import kill_after, seed

REACHED_BY = ("libfloe-iceberg/", "plugins/floe.catalogs/", "libfloe-core/src/engine/", "libfloe-core/src/verbs/", "cli/")
KILLS = 10
BUSY_SECONDS = 5


def files_below(directory):
    """path -> bytes of all files."""
    return {str(path.relative_to(directory)): path.read_bytes() for path in sorted(directory.rglob("*")) if path.is_file()}


def pointers(database):
    """namespace.name -> the metadata file that the catalog names, tables and views."""
    with sqlite3.connect(f"file:{database}?mode=ro", uri=True) as connection:
        rows = connection.execute("select table_namespace, table_name, metadata_location from iceberg_tables")
        return {f"{namespace}.{name}": location for namespace, name, location in rows}


def lose_catalog(project):
    for path in project.state.glob("catalog.db*"):
        path.unlink()


def copy_catalog(project, target):
    """The database with what is still in its log; the processes that used it are gone."""
    with sqlite3.connect(project.state / "catalog.db") as source, sqlite3.connect(target) as copy:
        source.backup(copy)


def assert_lost(project, *arguments):
    process = project.run(*arguments, expect=2)
    assert "error[FLOE-E0501]" in process.stderr and "`floe table register --scan`" in process.stderr
    assert not list(project.state.glob("catalog.db*")), "a command that is refused makes no catalog"


@pytest.fixture(scope="module")
def built(tmp_path_factory):
    """The demo after two runs, its rows and what its catalog names."""
    project = copy_example("customer-360", tmp_path_factory.mktemp("lost") / "customer-360")
    project.generate(500)
    project.run("run")
    project.run("run")
    project.digests, project.pointers = digests(project), pointers(project.state / "catalog.db")
    return project


@pytest.mark.parametrize("command", [("run",), ("ingest",), ("test",), ("table", "list"), ("show", "gold_customer_360"), ("dbt", "run")],
                         ids=" ".join)
def test_a_lost_catalog_is_an_error(built, command):
    lose_catalog(built)
    before = files_below(built.state / "warehouse")
    assert_lost(built, *command)
    assert files_below(built.state / "warehouse") == before


def test_an_empty_file_is_a_lost_catalog(built):
    lose_catalog(built)
    (built.state / "catalog.db").touch()
    assert "error[FLOE-E0501]" in built.run("table", "list", expect=2).stderr


def test_a_scan_finds_every_table_and_view(built):
    lose_catalog(built)
    before = files_below(built.state / "warehouse")
    planned = built.json("table", "register", "--scan", "--dry-run")
    assert not list(built.state.glob("catalog.db*")) and files_below(built.state / "warehouse") == before, "a dry run changes nothing"
    done = built.json("table", "register", "--scan", "--yes")
    assert done == {**planned, "dry_run": False}
    assert done["success"] and done["skipped"] == done["undecided"] == []
    assert {one["identifier"]: one["metadata_location"] for one in done["registered"]} == built.pointers
    assert pointers(built.state / "catalog.db") == built.pointers
    assert digests(built) == built.digests
    again = built.json("table", "register", "--scan", "--yes")
    assert again["registered"] == [] and {one["state"] for one in again["skipped"]} == {"registered"}
    built.run("run")
    assert digests(built) == built.digests
    built.pointers = pointers(built.state / "catalog.db")


def test_only_some_and_one_by_one(built):
    lose_catalog(built)
    gold = {name for name in built.pointers if name.startswith("main.gold_")}
    done = built.json("table", "register", "--scan", "--yes", "--only", "main.gold_*")
    assert {one["identifier"] for one in done["registered"]} == gold
    name = sorted(set(built.pointers) - gold)[0]
    path = built.pointers[name].removeprefix("file://")
    built.run("table", "register", name, os.path.relpath(path, built.directory))
    assert pointers(built.state / "catalog.db") == {each: built.pointers[each] for each in gold | {name}}
    taken = built.run("table", "register", name, path, expect=2)
    assert f"there is a table `{name}` already" in taken.stderr or f"there is a view `{name}` already" in taken.stderr
    double = built.run("table", "register", "main.other", path, expect=2)
    assert f"`{name}`" in double.stderr


def read_terminal(terminal, until=None):
    """What comes until the text is there, or the other end is closed."""
    printed = b""
    while until is None or until not in printed:
        try:
            part = os.read(terminal, 65536)
        except OSError:  # the other end is closed
            break
        if not part:
            break
        printed += part
    return printed


def ask(project, answer=None, signal_number=None):
    """`floe table register --scan` at a terminal: what it prints, and its exit code."""
    ours, theirs = pty.openpty()
    process = subprocess.Popen(project.command("table", "register", "--scan"), stdin=theirs, stdout=theirs, stderr=theirs, close_fds=True)
    os.close(theirs)
    printed = read_terminal(ours, b"[y/N] ")
    if signal_number is not None:
        process.send_signal(signal_number)
    else:
        os.write(ours, (answer + "\n").encode())
    printed += read_terminal(ours)
    os.close(ours)
    return printed.decode(), process.wait(timeout=60)


def test_a_scan_asks(built):
    lose_catalog(built)
    refused = built.run("table", "register", "--scan", expect=2, stdin=subprocess.DEVNULL)
    assert "`--yes`" in refused.stderr and not list(built.state.glob("catalog.db*"))
    printed, code = ask(built, "no")
    assert code == 1 and "Register them? [y/N]" in printed and "Would register" in printed
    assert not list(built.state.glob("catalog.db*"))
    for number in (signal.SIGINT, signal.SIGTERM):
        printed, code = ask(built, signal_number=number)
        assert code == 130 and printed.endswith("[y/N] ") and not list(built.state.glob("catalog.db*"))
    printed, code = ask(built, "y")
    assert code == 0 and re.search(r"^Registered \d+ tables\.", printed, re.MULTILINE)
    assert digests(built) == built.digests


def test_an_older_catalog_is_brought_forward(built, tmp_path):
    """A backup of the catalog that is older than the warehouse: the newer versions are committed ones."""
    project = copy_example("customer-360", tmp_path / "customer-360")
    project.generate(200)
    project.run("run")
    copy_catalog(project, tmp_path / "old.db")
    project.run("run", "--full-refresh")
    newest, rows = pointers(project.state / "catalog.db"), digests(project)
    lose_catalog(project)
    shutil.copy(tmp_path / "old.db", project.state / "catalog.db")
    done = project.json("table", "register", "--scan", "--yes")
    assert done["registered"] and all(one["is_update"] for one in done["registered"])
    assert pointers(project.state / "catalog.db") == newest and digests(project) == rows


def small_product(product):
    """One table of two versions, the second committed."""
    product.choose()
    product.run("run")
    folder = product.state / "warehouse/main/orders/metadata"
    note = (folder / "committed.txt").read_bytes()
    copy_catalog(product, product.directory / "first.db")
    (product.directory / "models/orders.sql").write_text("select 2 as id, 'ü' as name")
    product.run("run")
    return folder, note


def test_a_version_that_was_never_committed_does_not_win(product):
    """What a kill between the metadata file and the catalog leaves: the file is there, catalog and note are the older ones."""
    (product.directory / "dbt_project.yml").write_text("name: shop\nversion: '1.0'\nprofile: shop\nmodels: {+materialized: table}\n")
    folder, note = small_product(product)
    (folder / "committed.txt").write_bytes(note)
    lose_catalog(product)
    process = product.run("table", "register", "--scan", "--yes", "--output", "json", expect=1)
    answer = json.loads(process.stdout)
    assert "error[FLOE-E0502]" in process.stderr and not answer["success"] and answer["registered"] == []
    assert not list(product.state.glob("catalog.db*"))
    [undecided] = answer["undecided"]
    assert undecided["identifier"] == "main.orders"
    first = pointers(product.directory / "first.db")["main.orders"]
    assert first in [version["metadata_location"] for version in undecided["versions"]]
    product.run("table", "register", "--scan", "--yes", "--choose", first)
    assert product.show("orders")["rows"] == [{"id": 1, "name": "ü"}]
    product.run("run")
    assert product.show("orders")["rows"] == [{"id": 2, "name": "ü"}]


TABLES = "name: shop\nversion: '1.0'\nprofile: shop\nmodels: {+materialized: table}\n"


def restore(project, saved):
    lose_catalog(project)
    shutil.copy(saved, project.state / "catalog.db")


def test_a_table_that_is_not_registered_does_not_start_from_nothing(product):
    """After a scan of some tables the catalog is not empty: the others are refused one by one."""
    (product.directory / "dbt_project.yml").write_text(TABLES)
    product.choose()
    (product.directory / "models/others.sql").write_text("select 3 as id")
    product.run("run")
    named = pointers(product.state / "catalog.db")
    before = files_below(product.state / "warehouse/main/others")
    lose_catalog(product)
    assert "no table or view" in product.run("table", "register", "--scan", "--yes", "--only", "main.x", expect=2).stderr
    product.run("table", "register", "--scan", "--yes", "--only", "main.orders")
    process = product.run("run", expect=1)
    assert "the catalog does not know `main.others`" in process.stderr and "`floe table register --scan`" in process.stderr
    assert files_below(product.state / "warehouse/main/others") == before
    product.run("table", "register", "--scan", "--yes")
    assert pointers(product.state / "catalog.db")["main.others"] == named["main.others"]
    product.run("run")


def test_an_older_catalog_takes_no_commits(product):
    (product.directory / "dbt_project.yml").write_text(TABLES)
    small_product(product)
    newest = pointers(product.state / "catalog.db")
    restore(product, product.directory / "first.db")
    (product.directory / "models/orders.sql").write_text("select 3 as id, 'ü' as name")
    process = product.run("run", expect=1)
    assert "an older version of `main.orders` than the warehouse" in process.stderr
    product.run("table", "register", "--scan", "--yes")
    assert pointers(product.state / "catalog.db") == newest
    product.run("run")
    # On purpose: the older version is chosen, and what follows is the line that counts.
    restore(product, product.directory / "first.db")
    first = pointers(product.directory / "first.db")["main.orders"]
    product.run("table", "register", "--replace", "main.orders", first)
    product.run("run")
    chosen = pointers(product.state / "catalog.db")
    assert product.json("table", "register", "--scan", "--yes")["registered"] == []
    assert pointers(product.state / "catalog.db") == chosen
    lose_catalog(product)
    process = product.run("table", "register", "--scan", "--yes", "--output", "json", expect=1)
    [undecided] = json.loads(process.stdout)["undecided"]
    assert chosen["main.orders"] in [version["metadata_location"] for version in undecided["versions"]]
    product.run("table", "register", "--scan", "--yes", "--choose", chosen["main.orders"])
    assert pointers(product.state / "catalog.db") == chosen


OLDER = "error[FLOE-E0503]: the catalog has an older version of `main.{}` than the warehouse\n"
# Verbs that answer from metadata answer all the same; those that read rows refuse.
LOOKS = [(("table", "list"), "tables"), (("table", "verify"), "tables"), (("table", "verify", "main.orders"), "tables"), (("table", "describe", "main.orders"), "columns"),
         (("table", "history", "main.orders"), "snapshots"), (("table", "refs", "main.orders"), "refs"), (("table", "files", "main.orders"), "files")]


def test_an_older_catalog_is_told_by_what_reads_it(product):
    """Rows that were committed later are not shown as if they had never been written."""
    (product.directory / "dbt_project.yml").write_text(TABLES)
    seen = product.directory / "models/seen.sql"
    seen.write_text("{{ config(materialized='view') }} select 1 as id")
    small_product(product)
    seen.write_text("{{ config(materialized='view') }} select 2 as id")
    product.run("run")
    newest = product.tables()["main.orders"]
    restore(product, product.directory / "first.db")
    for command, key in LOOKS:
        for words in ((), ("-q",)):
            process = product.run(*words, *command, "--output", "json", expect=1)
            assert OLDER.format("orders") in process.stderr and json.loads(process.stdout)[key], command
    both = product.run("table", "verify", expect=1).stderr
    assert OLDER.format("orders") in both and OLDER.format("seen") in both
    [entry] = product.json("table", "list", expect=1)["tables"]
    assert entry["later_metadata_location"] and entry["current_snapshot_id"] != newest["current_snapshot_id"]
    for name in ("orders", "main.orders", "main.seen"):
        process = product.run("-q", "show", name, expect=2)
        assert OLDER.format(name.split(".")[-1]) in process.stderr and process.stdout == ""
    old = str(entry["current_snapshot_id"])
    assert product.show("main.orders", "--at", old)["rows"] == [{"id": 1, "name": "ü"}], "who asks for a snapshot gets it"
    # A model that reads an older table fails and does not compute from it; so does the one whose view is older.
    (product.directory / "models/reader.sql").write_text("select * from {{ ref('orders') }}")
    assert OLDER.format("orders") in product.run("run", "-s", "reader", expect=2).stderr
    seen.write_text("{{ config(materialized='view') }} select 3 as id")
    assert "`seen` failed: the catalog has an older version of `main.seen`" in product.run("run", "-s", "seen", expect=1).stderr
    product.run("table", "register", "--scan", "--yes")
    product.run("table", "verify")
    assert product.show("main.orders")["rows"] == [{"id": 2, "name": "ü"}] and product.show("main.seen")["rows"] == [{"id": 2}]


def test_one_table_under_two_names_is_not_written(product):
    """Rows of the catalog that were written by hand; a table that was renamed and one made anew in its folder are two."""
    (product.directory / "dbt_project.yml").write_text(TABLES)
    product.choose()
    product.run("run")
    with sqlite3.connect(product.state / "catalog.db") as connection:
        connection.execute("insert into iceberg_tables select catalog_name, table_namespace, 'copy', metadata_location, previous_metadata_location, "
                           "iceberg_type from iceberg_tables")
    before = files_below(product.state / "warehouse"), pointers(product.state / "catalog.db")
    for command in (("run",), ("dbt", "run"), ("ingest",)):
        process = product.run(*command, expect=2)
        assert "error[FLOE-E0504]: the catalog has one table under several names: `main.copy`, `main.orders`" in process.stderr
    assert (files_below(product.state / "warehouse"), pointers(product.state / "catalog.db")) == before
    assert product.show("main.copy")["rows"] == [{"id": 1, "name": "ü"}], "reading changes nothing"
    with sqlite3.connect(product.state / "catalog.db") as connection:
        connection.execute("delete from iceberg_tables where table_name = 'orders'")
    product.run("table", "list")
    (product.directory / "models/orders.sql").write_text("select 3 as id")
    product.run("run")
    product.run("run")
    assert product.show("main.copy")["rows"] == [{"id": 1, "name": "ü"}] and product.show("main.orders")["rows"] == [{"id": 3}]


@pytest.mark.parametrize("note", [None, b"", b"0000"], ids=["gone", "empty", "damaged"])
def test_one_version_after_an_older_catalog_is_a_question(product, note):
    """As one commit of a writer that leaves no note; --choose takes either of them."""
    (product.directory / "dbt_project.yml").write_text(TABLES)
    folder, _ = small_product(product)
    newest = pointers(product.state / "catalog.db")["main.orders"]
    (folder / "committed.txt").unlink() if note is None else (folder / "committed.txt").write_bytes(note)
    first = pointers(product.directory / "first.db")["main.orders"]
    for chosen in (first, newest):
        restore(product, product.directory / "first.db")
        process = product.run("table", "register", "--scan", "--yes", "--output", "json", expect=1)
        [undecided] = json.loads(process.stdout)["undecided"]
        assert {version["metadata_location"] for version in undecided["versions"]} == {first, newest}
        product.run("table", "register", "--scan", "--yes", "--choose", chosen)
        assert pointers(product.state / "catalog.db")["main.orders"] == chosen


def test_a_damaged_version_does_not_lose_to_an_older_one(product):
    (product.directory / "dbt_project.yml").write_text("name: shop\nversion: '1.0'\nprofile: shop\nmodels: {+materialized: table}\n")
    folder, _ = small_product(product)
    newest = max(folder.glob("*.metadata.json"))
    newest.write_bytes(newest.read_bytes()[:200])
    lose_catalog(product)
    process = product.run("table", "register", "--scan", "--yes", expect=1)
    assert "error[FLOE-E0502]" in process.stderr and newest.name in process.stderr
    assert not list(product.state.glob("catalog.db*"))


def test_kill_9_then_a_lost_catalog(built, tmp_path, capsys):
    """After each kill: what a scan registers by itself is what the catalog named; what it asks about has it among its versions."""
    project, number = copy_example("customer-360", tmp_path / "customer-360"), seed()
    chance = random.Random(number)
    project.generate(500)
    project.run("run")
    began = time.monotonic()
    project.run("run", "--full-refresh")
    duration = time.monotonic() - began
    kills = asked = 0
    while kills < KILLS:
        if not kill_after(project, duration * chance.random()):
            continue
        kills += 1
        saved = tmp_path / f"catalog-{kills}.db"
        copy_catalog(project, saved)
        named, rows = pointers(saved), digests(project)
        lose_catalog(project)
        answer = project.json("table", "register", "--scan", "--yes", expect=None)
        where = f"seed {number}, kill {kills}"
        assert {one["identifier"]: one["metadata_location"] for one in answer["registered"]}.items() <= named.items(), where
        choices = []
        for undecided in answer["undecided"]:
            asked += 1
            choices += ["--choose", named[undecided["identifier"]]]
            assert named[undecided["identifier"]] in [version["metadata_location"] for version in undecided["versions"]], where
        if choices:
            project.run("table", "register", "--scan", "--yes", *choices)
        assert pointers(project.state / "catalog.db") == named, where
        assert digests(project) == rows, where
    with capsys.disabled():
        print(f"\nkill -9, then no catalog: seed {number}, {kills} kills, {asked} tables to choose")


def test_a_locked_catalog_fails_soon_and_names_the_holder(product):
    product.choose()
    product.run("run")
    holder = sqlite3.connect(product.state / "catalog.db", isolation_level=None)
    holder.execute("begin immediate")
    began = time.monotonic()
    process = product.run("run", "--full-refresh", expect=None)
    seconds = time.monotonic() - began
    holder.execute("rollback")
    holder.close()
    assert process.returncode in (1, 2) and f"(process {os.getpid()})" in process.stderr + process.stdout, process.stderr
    assert BUSY_SECONDS <= seconds < BUSY_SECONDS + 5, seconds
    product.run("run", "--full-refresh")


@pytest.mark.parametrize("damage", ["no database", "pages"])
def test_a_damaged_catalog_says_how_it_is_rebuilt(product, damage):
    """By the steps of the message: move it away, scan."""
    (product.directory / "models/orders.sql").write_text("{{ config(materialized='table') }} select 1 as id")
    product.choose()
    product.run("run")
    catalog = product.state / "catalog.db"
    with sqlite3.connect(catalog) as connection:
        connection.execute("pragma wal_checkpoint(truncate)")
    content = catalog.read_bytes()
    catalog.write_bytes(b"garbage" * 100 if damage == "no database" else content[:4096] + b"U" * (len(content) - 4096))
    for command in (("table", "list"), ("run",)):
        refused = product.run(*command, expect=None)
        assert refused.returncode != 0
        assert "; the file is damaged: restore it from a backup, or move it away and run `floe table register --scan`" in refused.stderr
    for file in product.state.glob("catalog.db*"):
        file.rename(file.with_name("old-" + file.name))
    product.run("table", "register", "--scan", "--yes")
    assert product.show("orders")["rows"] == [{"id": 1}]


@pytest.mark.parametrize("words, says", [
    (["main.x"], "one table is registered by its name and its metadata file: `floe table register main.x .../metadata/00004-....metadata.json`; "
                 "`floe table register --scan --only 'main.x'` finds the newest file"),
    (["main.x", "a.metadata.json", "--dry-run"], "`--dry-run` belongs to a scan: `floe table register --scan --dry-run`"),
    (["--scan", "--replace"], "`--replace` belongs to one table"),
])
def test_what_register_takes_together(product, words, says):
    product.choose()
    refused = product.run("table", "register", *words, *(["--yes"] if "--scan" in words else []), expect=2).stderr
    assert refused.startswith("error[FLOE-E0001]: ") and says in refused


def test_tables_are_whole_when_nobody_reads_them_at_a_terminal(product):
    (product.directory / "models/orders.sql").write_text("{{ config(materialized='table') }} select 1 as id, repeat('x', 300) as long")
    product.choose()
    product.run("run")
    for command, key in ((("table", "list"), "location"), (("table", "files", "main.orders"), "path")):
        [entry] = [each for each in next(iter(product.json(*command).values())) if "orders" in each[key]]
        assert entry[key] in product.run(*command).stdout
    assert "x" * 300 in product.run("show", "main.orders").stdout
