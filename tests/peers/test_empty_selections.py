"""A selection that names nothing is a finding, and does nothing: no source is loaded, nothing is built."""

import json

import pytest
import yaml

from test_dbt_core import choose_core

REACHED_BY = ("libfloe-dbt/src/select/", "libfloe-dbt/src/execute/", "libfloe-core/src/verbs/", "plugins/floe.dbt/")
NOTHING = "the selection leaves nothing to do"


def no_match(word):
    return f"the selection criterion `{word}` does not match any enabled nodes"


# Words of the command line, the messages, and what the first help says to write.
EMPTY = {
    "--select nothing": ([no_match("nothing")], "`floe dbt ls` lists"),
    "--select ordrs": ([no_match("ordrs")], "write `orders`"),
    "--select +ordrs+": ([no_match("+ordrs+")], "write `+orders+`"),
    "--select tag:dialy": ([no_match("tag:dialy")], "write `tag:daily`"),
    "--select path:model": ([no_match("path:model")], "write `path:models`"),
    "--select source:raw.order": ([no_match("source:raw.order")], "write `source:raw.orders`"),
    "--select source:raw.orders": ([NOTHING], "`floe dbt ls` with the same selection"),
    "--select orders,tag:x": ([no_match("orders,tag:x")], "`floe dbt ls` lists"),
    "--select one two": ([no_match("one"), no_match("two")], "`floe dbt ls` lists"),
    "--exclude orders": ([NOTHING], "`floe dbt ls` with the same selection"),
    "--select orders --exclude tag:daily": ([NOTHING], "`floe dbt ls` with the same selection"),
}


@pytest.fixture
def shop(product):
    product.choose()
    for name, text in {
        "models/orders.sql": "{{ config(tags=['daily']) }} select * from {{ source('raw', 'orders') }}",
        "models/orders.yml": "sources: [{name: raw, tables: [{name: orders}]}]",
        "data/orders.csv": "id\n1\n",
    }.items():
        (product.directory / name).parent.mkdir(exist_ok=True)
        (product.directory / name).write_text(text)
    document = yaml.safe_load((product.directory / "floe.yaml").read_text())
    document["ingestion"] = {"sources": [{"name": "orders", "format": "csv", "path": "data/orders.csv", "table": "raw.orders", "write_mode": "append"}]}
    (product.directory / "floe.yaml").write_text(yaml.safe_dump(document))
    return product


def findings(process):
    return json.loads(process.stderr)["diagnostics"]


def test_nothing_is_built_and_no_source_loaded(shop):
    shop.run("-q", "run")
    for words, (messages, help_) in EMPTY.items():
        process = shop.run("-q", "run", "--error-format", "json", "--output", "json", *words.split())
        found = findings(process)
        assert [(one["code"], one["severity"], one["message"]) for one in found] == [("FLOE-W0634", "warning", text) for text in messages], words
        assert found[0]["helps"][0]["text"].startswith(help_), words
        answer = json.loads(process.stdout)
        assert answer["success"] and answer["results"] == [], words
    assert shop.show("raw.orders")["rows"] == [{"id": 1}]
    shop.run("-q", "run", "--select", "orders")
    assert shop.show("raw.orders")["rows"] == [{"id": 1}] * 2


@pytest.mark.parametrize("form,text", [
    ("full", "warning[FLOE-W0634]: "), ("github", "::warning title=FLOE-W0634 empty-selection::"), ("sarif", '"ruleId": "FLOE-W0634"'),
    ("junit", "FLOE-W0634"), ("json", '"FLOE-W0634"')])
@pytest.mark.parametrize("command", ["run", "test", "dbt run", "dbt ls", "dbt compile"])
def test_every_format_has_it_under_quiet(shop, command, form, text):
    process = shop.run("-q", *command.split(), "--select", "nothing", "--error-format", form)
    assert text in process.stderr, process.stderr
    assert process.stdout == ""


def test_a_word_that_names_something_is_built_beside_one_that_does_not(shop):
    process = shop.run("-q", "run", "--error-format", "json", "--output", "json", "--select", "orders", "ordrs")
    assert [one["message"] for one in findings(process)] == [no_match("ordrs")]
    assert [node["name"] for node in json.loads(process.stdout)["results"]] == ["orders", "orders"]


def test_a_product_of_sources_alone_has_nothing_to_select(shop):
    document = yaml.safe_load((shop.directory / "floe.yaml").read_text())
    del document["transforms"]
    (shop.directory / "floe.yaml").write_text(yaml.safe_dump(document))
    (shop.directory / "dbt_project.yml").unlink()
    process = shop.run("-q", "run", "--select", "orders")
    assert NOTHING in process.stderr and shop.tables() == {}
    shop.run("-q", "run")
    assert len(shop.tables()) == 1


def test_dbt_core_names_nothing_either(shop):
    choose_core(shop)
    (shop.directory / "models/orders.sql").write_text("select 1 as id")
    process = shop.run("-q", "run", "--select", "nothing")
    assert f"warning[FLOE-W0634]: {NOTHING}" in process.stderr and shop.tables() == {}
    shop.run("-q", "run", "--select", "orders")
    assert len(shop.tables()) == 1
