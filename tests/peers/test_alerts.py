"""What people are told, end to end to a webhook: policies with `notify`, failed runs and gates, runs that are well again."""

import json

import pytest

from recording_servers import http_recorder

OWNER = {"name": "owner", "type": "custom", "action": "notify", "message": "name who answers for it",
         "config": {"condition": "model.meta.owner != null"}}


def events(server):
    return [json.loads(body) for _, _, body in server.requests]


@pytest.fixture
def server():
    with http_recorder() as running:
        yield running


def told(event):
    """An event without what differs from time to time."""
    return {key: value for key, value in event.items() if key not in ("id", "time", "run_id", "dedup_key")}


def test_a_policy_that_notifies(product, server):
    product.choose({"policies": [OWNER]}, alert_channels=[{"type": "webhook", "config": {"url": server.url}}])
    compiled = product.run("compile")
    assert "⚠ WARNING: 'orders' breaks policy 'owner': name who answers for it" in compiled.stdout
    assert [told(event) for event in events(server)] == [{
        "kind": "policy_violation", "severity": "warning", "title": "shop: orders breaks policy 'owner': name who answers for it (its condition is false)",
        "message": "Expected: model.meta.owner != null", "product": "shop", "resource": "orders"}]
    artifact = json.loads((product.state / "target/compiled_artifacts.json").read_text())
    assert artifact["plugins"]["alert_channels"] == [
        {"type": "webhook", "id": "io.floe.alert.webhook", "version": "0.1.0", "config": {"url": server.url}}]
    # The same matter again, also after a change, is no new event; an answer from the cache sends none at all.
    product.run("compile")
    (product.directory / "models/orders.sql").write_text("select 2 as id, 'ü' as name")
    product.run("compile")
    assert len(server.requests) == 1


def test_gates_and_runs(product, server):
    product.choose(alert_channels=[{"type": "webhook", "config": {"url": server.url}}])
    product.run("run")
    assert server.requests == []
    model = product.directory / "models/orders.sql"
    model.write_text("select 1 as id, 'ü' as name union all select 1, 'x'")
    product.run("run", expect=1)
    model.write_text("select no_such_column as id, 'ü' as name")
    product.run("--env", "prod", "run", expect=1)
    model.write_text("select 1 as id, 'ü' as name")
    product.run("run", "--select", "orders")
    assert [event["kind"] for event in events(server)] == ["gate_failed", "run_failed"]
    product.run("run")
    product.run("run")
    gate, failure, recovery = events(server)
    assert (gate["title"], gate["severity"], gate["message"].startswith("test.shop.unique_orders_id")) == ("shop: 1 test failed", "error", True)
    assert (failure["title"], failure["environment"], "no_such_column" in failure["message"]) == ("shop: the run failed", "prod", True)
    assert told(recovery) == {"kind": "run_recovered", "severity": "info", "title": "shop: runs again", "message": "", "product": "shop"}
    assert {event["run_id"] for event in events(server)} <= {path.name for path in product.run_directories()}


def test_floe_dbt_tells_nobody(product, server):
    product.choose(alert_channels=[{"type": "webhook", "config": {"url": server.url}}])
    (product.directory / "models/orders.sql").write_text("select no_such_column")
    product.run("dbt", "run", expect=1)
    assert server.requests == []


def test_a_channel_that_refuses_fails_nothing(product):
    with http_recorder(statuses=[400] * 9) as server:
        product.choose({"policies": [OWNER]}, alert_channels=[{"type": "webhook", "config": {"url": server.url}}])
        said = product.run("compile", "--error-format", "concise").stderr
        assert "FLOE-W0802" in said and "alert channel `webhook` did not take 1 alert: " in said
    product.choose({"policies": [OWNER]})
    assert "FLOE-W1720" in product.run("compile", "--error-format", "concise").stderr


def test_a_gate_that_notifies(product, server):
    product.choose({"quality_gates": {"require_descriptions": True, "action": "notify"}},
                   alert_channels=[{"type": "webhook", "config": {"url": server.url}}])
    product.run("compile")
    assert [event["title"] for event in events(server)] == ["shop: orders has no description"]
