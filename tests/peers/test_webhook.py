"""Alerts to a recording server; signatures are checked as Standard Webhooks 1.0 tells receivers to."""

import base64
import contextlib
import hashlib
import hmac
import json
import os

import pytest

import abi_host  # noqa: F401 (puts bindings/python on the path)
from floe_command import BIN
from recording_servers import http_recorder

os.environ.setdefault("FLOE_LIBRARY", str(BIN.resolve().parents[1]))
import floe  # noqa: E402

KEY = base64.b64encode(bytes(range(24))).decode()
EVENT = {"id": "0190f5e2", "time": "2026-01-01T00:00:00Z", "kind": "freshness", "severity": "error", "title": "orders is late",
         "message": "3 h, not 1 h", "dedup_key": "orders/freshness"}


@pytest.fixture
def directory(product, monkeypatch):
    monkeypatch.setenv("FLOE_SECRET_HOOK_KEY", "whsec_" + KEY)
    product.choose(secrets="env")
    return product.directory


@contextlib.contextmanager
def webhook(directory, url, **config):
    with floe.Project(str(directory)) as project:
        project.compile()
        channel = project.plugin("floe.alert_channels/webhook", {"url": url, **config})
        yield channel
        channel.close()


def test_an_event_is_signed(directory):
    with http_recorder() as server, webhook(directory, server.url + "/hook?x=1", signing_secret={"secret_ref": "hook-key"}) as channel:
        assert channel.send(EVENT) == {"delivered": True, "attempts": 1, "message": ""}
    [(path, headers, body)] = server.requests
    assert path == "/hook?x=1" and json.loads(body) == EVENT and headers["webhook-id"] == "0190f5e2"
    signed = f"{headers['webhook-id']}.{headers['webhook-timestamp']}.".encode() + body
    expected = base64.b64encode(hmac.new(base64.b64decode(KEY), signed, hashlib.sha256).digest()).decode()
    assert headers["webhook-signature"] == f"v1,{expected}"


def test_one_matter_is_sent_once_also_by_another_process(directory):
    with http_recorder() as server:
        for _ in range(2):
            with webhook(directory, server.url) as channel:
                last = channel.send(EVENT)
        assert (last["delivered"], last["attempts"], last["duplicate"]) == (False, 0, True)
        with webhook(directory, server.url, window_minutes=0) as channel:
            assert channel.send(EVENT)["delivered"]
            assert channel.send({**EVENT, "dedup_key": "orders/other"})["delivered"]
    assert len(server.requests) == 3


def test_a_busy_receiver_is_asked_again(directory):
    with http_recorder(statuses=[503, 429], headers={"Retry-After": "0"}) as server, webhook(directory, server.url) as channel:
        assert channel.send(EVENT) == {"delivered": True, "attempts": 3, "message": ""}


def test_what_is_not_delivered_is_said_and_not_remembered(directory):
    with http_recorder(statuses=[400, 200], body=b"bad event") as server, webhook(directory, server.url) as channel:
        refused = channel.send(EVENT)
        assert not refused["delivered"] and refused["message"] == f"`{server.url}` answered 400: bad event"
        assert channel.send(EVENT)["delivered"]


@pytest.mark.parametrize("config, message", [
    ({"url": "ftp://x"}, "url"), ({"url": "http://x", "attempts": 0}, "attempts"), ({"url": "http://x", "other": 1}, "other"),
    ({"url": "http://x", "signing_secret": "plain"}, "signing_secret")])
def test_a_wrong_configuration_is_refused(directory, config, message):
    with pytest.raises(floe.FloeError, match=message), floe.Project(str(directory)) as project:
        project.plugin("floe.alert_channels/webhook", config).send(EVENT)
