"""A table that is not there: every command says the same, with the name that was perhaps meant."""

import pytest

from floe_command import Project

REACHED_BY = ("libfloe-core/src/verbs/",)
COMMANDS = ["show {}", "table describe {}", "table history {}", "table files {}", "table refs {}", "table verify {}", "table verify --current {}"]


@pytest.fixture(scope="module")
def shop(tmp_path_factory):
    shop = Project(tmp_path_factory.mktemp("missing"))
    (shop.directory / "models").mkdir()
    (shop.directory / "dbt_project.yml").write_text("name: shop\n")
    (shop.directory / "models/orders.sql").write_text("{{ config(materialized='table') }} select 1 as id")
    (shop.directory / "models/recent.sql").write_text("{{ config(materialized='view') }} select * from {{ ref('orders') }}")
    shop.run("run")
    return shop


@pytest.mark.parametrize("name,advice", [
    ("main.ordrs", "write `main.orders`"), ("main.recnt", "write `main.recent`"), ("sales.customers", "`floe table list` prints the tables")])
def test_every_command_says_the_same(shop, name, advice):
    for command in COMMANDS:
        refused = shop.run("-q", *command.format(name).split(), expect=2)
        assert refused.stderr == f"error[FLOE-E0303]: there is no table `{name}`; {advice}\n", command


def test_a_view_is_listed_and_has_no_snapshots(shop):
    listed = shop.run("table", "list").stdout.splitlines()
    assert [line.split()[0] for line in listed[2:]] == ["main.orders", "main.recent"] and listed[3].endswith("(view)")
    for command in ("table history", "table files", "table refs"):
        refused = shop.run("-q", *command.split(), "main.recent", expect=2)
        assert refused.stderr == "error[FLOE-E0303]: `main.recent` is a view: it has no snapshots and no files\n"


def test_damage_that_only_older_versions_have_is_left_out_with_current(shop):
    (old,) = shop.state.glob("warehouse/main/orders/data/*.parquet")
    shop.run("run", "--full-refresh", "--select", "orders")
    old.unlink()
    refused = shop.run("-q", "table", "verify", "main.orders", expect=1).stderr
    assert "only older versions of the table need it" in refused
    assert "help: or look at the current version only: `floe table verify --current main.orders`" in refused
    shop.run("-q", "table", "verify", "--current", "main.orders")
