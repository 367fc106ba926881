"""`floe doctor` names what does not work, and what to do."""

import json
import shutil
import sqlite3

import pytest

from python_plugin import write_plugin



@pytest.fixture
def shop(product):
    product.choose()
    return product


def checks(project, *arguments, expect=0):
    answer = project.json("doctor", *arguments, expect=expect)
    assert answer["success"] == (expect == 0)
    return {check["name"]: check for check in answer["checks"]}


def test_a_project_that_works(shop):
    found = checks(shop)
    assert all(check["ok"] and check["help"] is None for check in found.values())
    assert found["storage"]["detail"] == "local answers" and found["platform"]["detail"] == "./manifest.yaml"


def test_a_platform_that_is_not_there(shop):
    (shop.directory / "manifest.yaml").unlink()
    found = checks(shop, expect=1)
    assert found["platform"]["detail"].startswith("FLOE-E0301: ") and found["platform"]["help"] == "`floe explain FLOE-E0301`"
    assert "storage" not in found


def test_an_environment_without_its_file(shop):
    (shop.directory / "platform/dev").mkdir(parents=True)
    (shop.directory / "platform/dev/platform.yaml").write_text('version: "1.1.0"\n')
    assert checks(shop, "--env", "dev")["environment"]["detail"] == "dev"
    assert "FLOE-E0341" in checks(shop, "--env", "prod", expect=1)["platform"]["detail"]


def test_a_state_directory_that_cannot_be_written(shop):
    shop.state.write_text("in the way")
    assert not checks(shop, expect=1)["write access"]["ok"]


def test_a_broken_plugin(shop, tmp_path_factory):
    root = tmp_path_factory.mktemp("plugins")
    (root / "floe.storage/damaged").mkdir(parents=True)
    (root / "floe.storage/damaged/plugin.json").write_text("{")
    broken = checks(shop, "--plugin-root", str(root), expect=1)["broken plugins"]
    assert str(root / "floe.storage/damaged") in broken["detail"]


def test_a_catalog_that_lost_its_tables(shop):
    (shop.directory / "models/orders.sql").write_text("{{ config(materialized='table') }} select 1 as id")
    shop.run("run")
    assert checks(shop)["tables"]["ok"]
    for file in shop.state.glob("catalog.db*"):
        file.unlink()
    found = checks(shop, expect=1)
    assert found["catalog"]["ok"] and not found["tables"]["ok"]
    assert found["tables"]["detail"].startswith("FLOE-E0501: the catalog `")
    assert found["tables"]["help"].startswith("restore the catalog from a backup; or `floe table register --scan` to register")


def remove_catalog(shop):
    for file in shop.state.glob("catalog.db*"):
        file.unlink()


def restore_older_catalog(shop):
    with sqlite3.connect(shop.state / "catalog.db") as source, sqlite3.connect(shop.directory / "older.db") as copy:
        source.backup(copy)
    shop.run("run")
    remove_catalog(shop)
    shutil.copy(shop.directory / "older.db", shop.state / "catalog.db")


def forget_table(shop):
    with sqlite3.connect(shop.state / "catalog.db") as connection:
        connection.execute("delete from iceberg_tables where table_name = 'orders'")


def lose_table(shop):
    forget_table(shop)
    shutil.rmtree(shop.state / "warehouse/main/orders")


def swap_table(shop):
    with sqlite3.connect(shop.state / "catalog.db") as connection:
        connection.execute("update iceberg_tables set metadata_location = (select metadata_location from iceberg_tables where table_name = 'orders')")


def lose_warehouse(shop):
    shutil.rmtree(shop.state / "warehouse")


def lose_everything(shop):
    remove_catalog(shop)
    lose_warehouse(shop)


def metadata_of(shop):
    return next(shop.state.glob("warehouse/main/orders/metadata/*.metadata.json"))


def lose_metadata(shop):
    metadata_of(shop).unlink()


def damage_metadata(shop):
    metadata_of(shop).write_text("{}")


SCAN = "`floe table register --scan --dry-run` shows"
LOSSES = [
    (restore_older_catalog, ["the catalog has older versions than the warehouse of `main.orders`"], SCAN),
    (forget_table, ["the warehouse holds tables that the catalog does not know: `main.orders`", "wrote `main.orders`; the catalog does not know it now"], SCAN),
    (lose_table, ["wrote `main.orders`; the catalog does not know it now"], "restore `catalog.db` and the warehouse"),
    (swap_table, ["the catalog has one table under several names: `main.orders`, `main.other` lie at `file://"], "restore `catalog.db`"),
    (lose_warehouse, ["warehouse` is no folder, and the catalog has 2 tables in it"], "mount the file system"),
    (lose_everything, ["wrote `main.orders`, `main.other`; the catalog does not know them now"], "restore `catalog.db` and the warehouse"),
    (lose_metadata, ["FLOE-E0511: `main.orders` has a damaged metadata file", "it is missing"], "put the file back from a backup"),
    (damage_metadata, ["FLOE-E0511: `main.orders` has a damaged metadata file", ".metadata.json"], "put the file back from a backup"),
]


@pytest.mark.parametrize("lose,details,advice", LOSSES, ids=[case[0].__name__ for case in LOSSES])
def test_what_is_lost_is_named_with_what_to_do(shop, lose, details, advice):
    for name in ("orders", "other"):
        (shop.directory / f"models/{name}.sql").write_text("{{ config(materialized='table') }} select 1 as id")
    shop.run("run")
    assert checks(shop)["tables"]["ok"]
    lose(shop)
    found = [check for check in shop.json("doctor", expect=1)["checks"] if not check["ok"]]
    assert {check["name"] for check in found} == {"tables"}
    text = "\n".join(check["detail"] for check in found)
    assert all(detail in text for detail in details) and len(found) <= len(details), text
    assert found[0]["help"].startswith(advice), found


def test_a_view_and_a_table_that_a_later_run_left_alone_are_not_lost(shop):
    """Only what the newest run wrote counts, also of another environment."""
    (shop.directory / "models/orders.sql").write_text("{{ config(materialized='view') }} select 1 as id")
    (shop.directory / "models/gone.sql").write_text("select 1 as id")
    shop.run("run")
    (shop.directory / "models/gone.sql").unlink()
    shop.run("run")
    with sqlite3.connect(shop.state / "catalog.db") as connection:
        connection.execute("delete from iceberg_tables where table_name = 'gone'")
    shutil.rmtree(shop.state / "warehouse/main/gone")
    assert checks(shop)["tables"]["ok"]


def test_a_warehouse_that_was_moved(shop):
    shop.run("run")
    (shop.state / "warehouse/.location").write_text("/old/.floe/warehouse\n")
    found = checks(shop, expect=1)["tables"]
    assert found["detail"].startswith("FLOE-E0305: ") and "`ln -s " in found["help"]


def test_a_catalog_that_is_damaged(shop):
    shop.state.mkdir()
    (shop.state / "catalog.db").write_text("no database at all, but long enough to be looked at")
    found = checks(shop, expect=1)
    assert not found["catalog"]["ok"] and "tables" not in found


CUBES = """
    import json
    from floe.plugins import SemanticLayerPlugin

    class Cubes(SemanticLayerPlugin):
        def __init__(self, call, config):
            with open(config["seen"], "w") as file:
                json.dump(config["bindings"], file)

        def sync(self, call, manifest, options):
            return {"files": []}

        def datasource_config(self, call, compute):
            return {}

        def security_context(self, call, identity):
            return {}

        def endpoints(self, call):
            return {}
"""


def test_every_chosen_plugin_is_opened_with_its_bindings(product, tmp_path):
    root = tmp_path / "plugins"
    write_plugin(root, "cubes", "floe.semantic_layer/1", CUBES, requires=["floe.compute/1"])
    product.choose(semantic_layer={"type": "cubes", "config": {"seen": str(tmp_path / "seen.json")}},
                   alert_channels=[{"type": "webhook", "config": {"url": "http://127.0.0.1:9"}}], quality="nowhere")
    found = checks(product, "--plugin-root", root, expect=1)
    assert found["semantic_layer"]["detail"] == "cubes answers" and found["alert_channels"]["detail"] == "webhook answers"
    assert not found["quality"]["ok"] and "nowhere" in found["quality"]["detail"]
    bindings = json.loads((tmp_path / "seen.json").read_text())
    assert (list(bindings), bindings["compute"]["type"], bindings["compute"]["dialect"]) == (["compute"], "duckdb", "duckdb")


UNOPENED = ["table list", "table verify", "show bronze_orders", "run", "test", "ingest", "dbt run"]


@pytest.mark.parametrize("why", ["damaged", "impossible"])
def test_a_plugin_that_cannot_be_opened_is_one_exit_code(shop, why):
    shop.run("run")
    if why == "damaged":
        (shop.state / "catalog.db").write_text("no database at all, but long enough to be looked at")
    else:
        for file in shop.state.glob("catalog.db*"):
            file.unlink()
        (shop.state / "catalog.db").mkdir()
    codes = {}
    for command in UNOPENED:
        finished = shop.run("-q", *command.split(), expect=None)
        codes[command] = (finished.returncode, "error[FLOE-E0416]" in finished.stderr)
    assert codes == dict.fromkeys(UNOPENED, (2, True))
