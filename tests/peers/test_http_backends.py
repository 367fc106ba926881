"""Lineage over HTTP and telemetry over OTLP, from real runs to recording servers; grpcio and opentelemetry-proto read what arrives."""

import base64
import hashlib
import json
import socket

import google.protobuf.json_format
import grpc
import pytest

from recording_servers import REQUESTS, grpc_recorder, http_recorder
from test_openlineage import accept


@pytest.fixture(autouse=True)
def key(monkeypatch):
    monkeypatch.setenv("FLOE_SECRET_BACKEND_KEY", "s3cr3t-t0ken")


def choose(product, **plugins):
    product.choose(secrets="env", **plugins)


def recorded(product, file):
    return [json.loads(line) for line in (product.run_directories()[-1] / file).read_text().splitlines()]


def lineage(recorder):
    return {"type": "http", "config": {"url": recorder.url, "timeout": 2, "auth": {"type": "api_key", "secret_ref": "backend-key"}}}


def test_lineage_arrives_with_its_key(product):
    with http_recorder() as backend:
        choose(product, lineage_backend=lineage(backend))
        process = product.run("run", "-vv")
    assert [json.loads(body) for _, _, body in backend.requests] == recorded(product, "lineage.jsonl")
    for path, headers, body in backend.requests:
        assert path == "/api/v1/lineage" and headers["authorization"] == "Bearer s3cr3t-t0ken"
        accept(json.loads(body))
    assert "s3cr3t" not in process.stdout + process.stderr
    for path in product.state.rglob("*"):
        assert not path.is_file() or b"s3cr3t" not in path.read_bytes(), path


@pytest.mark.parametrize("facet, query", [
    ("full", "select 1 as id, 'ü' as name"), ("masked", "select ? as id, ? as name"),
    ("hash", "sha256:" + hashlib.sha256("select 1 as id, 'ü' as name".encode()).hexdigest()), ("off", None)])
def test_sql_of_events(product, facet, query):
    with http_recorder() as backend:
        choose(product, lineage_backend=lineage(backend))
        manifest = product.directory / "manifest.yaml"
        manifest.write_text(manifest.read_text() + f"observability: {{lineage: {{sql: {facet}}}}}\n")
        product.run("run")
    sent = [json.loads(body) for _, _, body in backend.requests]
    assert sent == recorded(product, "lineage.jsonl")
    facets = [event["job"]["facets"].get("sql", {}).get("query") for event in sent if event["job"]["name"].endswith("model.shop.orders")]
    assert facets == [None, query]
    for event in sent:
        accept(event)


def test_namespaces_are_those_of_the_backend(product):
    with http_recorder() as backend:
        choose(product, lineage_backend={"type": "http", "config": {"url": backend.url, "namespaces": {"*": "prod.sales"}}})
        product.run("run")
    assert {json.loads(body)["job"]["namespace"] for _, _, body in backend.requests} == {"prod.sales"}


def test_a_busy_backend_is_asked_again(product):
    with http_recorder(statuses=[503, 429], headers={"Retry-After": "0"}) as backend:
        choose(product, lineage_backend=lineage(backend))
        process = product.run("run")
    sent = [json.loads(body) for _, _, body in backend.requests]
    assert sent == [recorded(product, "lineage.jsonl")[0]] * 2 + recorded(product, "lineage.jsonl")
    assert "FLOE-W0801" not in process.stderr


def test_events_for_a_backend_that_is_down_reach_it_later(product):
    with socket.socket() as reserved:  # bound and not listening: nobody answers there
        reserved.bind(("127.0.0.1", 0))
        url = f"http://127.0.0.1:{reserved.getsockname()[1]}"
        choose(product, lineage_backend={"type": "http", "config": {"url": url, "timeout": 1}})
        process = product.run("run")
        assert "FLOE-W0801" not in process.stderr
    missed = recorded(product, "lineage.jsonl")
    with http_recorder() as backend:
        choose(product, lineage_backend=lineage(backend))
        product.run("run")
    assert [json.loads(body) for _, _, body in backend.requests] == missed + recorded(product, "lineage.jsonl")


def test_a_backend_that_refuses_is_a_warning(product):
    with http_recorder(statuses=[401] * 50, body=b"who are you") as backend:
        choose(product, lineage_backend=lineage(backend))
        process = product.run("run")
    assert "warning[FLOE-W0801]: lineage_backend `http` did not take" in process.stderr
    assert "answered 401: who are you" in process.stderr and "s3cr3t" not in process.stderr


def as_messages(product, signal):
    return [google.protobuf.json_format.ParseDict(request, REQUESTS[signal]()) for request in spelled(recorded(product, f"{signal}.jsonl"))]


def spelled(value, key=""):
    """OTLP writes ids in hexadecimal, protobuf's own JSON in base64."""
    if isinstance(value, dict):
        return {name: spelled(item, name) for name, item in value.items()}
    if isinstance(value, list):
        return [spelled(item) for item in value]
    if key in ("traceId", "spanId", "parentSpanId"):
        return base64.b64encode(bytes.fromhex(value)).decode()
    return value


def merged(messages):
    """The resources of all requests, in their order."""
    return [resource for message in messages for resource in message.ListFields()[0][1]]


@pytest.mark.parametrize("protocol", ["http/protobuf", "http/json"])
def test_telemetry_over_http(product, protocol):
    with http_recorder() as backend:
        choose(product, telemetry_backend={"type": "otlp", "config": {
            "endpoint": backend.url, "protocol": protocol, "headers": {"x-key": {"secret_ref": "backend-key"}}}})
        product.run("run")
    for signal in ("traces", "metrics"):
        bodies = [body for path, headers, body in backend.requests if path == f"/v1/{signal}"]
        if protocol == "http/json":
            messages = [google.protobuf.json_format.ParseDict(spelled(json.loads(body)), REQUESTS[signal]()) for body in bodies]
        else:
            messages = [REQUESTS[signal].FromString(body) for body in bodies]
        assert merged(messages) == merged(as_messages(product, signal)) and messages
    assert {headers["x-key"] for _, headers, _ in backend.requests} == {"s3cr3t-t0ken"}
    assert {headers["content-type"] for _, headers, _ in backend.requests} == {
        "application/json" if protocol == "http/json" else "application/x-protobuf"}


def test_telemetry_over_grpc(product):
    with grpc_recorder(failures=[grpc.StatusCode.UNAVAILABLE]) as backend:
        choose(product, telemetry_backend={"type": "otlp", "config": {
            "endpoint": backend.url, "protocol": "grpc", "headers": {"x-key": {"secret_ref": "backend-key"}}}})
        process = product.run("run")
    assert "FLOE-W0801" not in process.stderr
    for signal in ("traces", "metrics"):
        messages = [message for kind, _, message in backend.requests[1:] if kind == signal]
        assert merged(messages) == merged(as_messages(product, signal)) and messages
    assert {metadata["x-key"] for _, metadata, _ in backend.requests} == {"s3cr3t-t0ken"}


@pytest.mark.parametrize("failure, reason", [
    (grpc.StatusCode.INVALID_ARGUMENT, "answered gRPC status 3: no room: 100 %"),
    (grpc.StatusCode.UNAUTHENTICATED, "answered gRPC status 16: no room: 100 %")])
def test_a_grpc_backend_that_refuses_is_a_warning(product, failure, reason):
    with grpc_recorder(failures=[failure] * 50) as backend:
        choose(product, telemetry_backend={"type": "otlp", "config": {"endpoint": backend.url, "protocol": "grpc"}})
        process = product.run("run")
    assert "warning[FLOE-W0801]: telemetry_backend `otlp` did not take" in process.stderr and reason in process.stderr


def test_what_a_backend_rejects_in_part_is_told(product):
    with grpc_recorder(rejected=1) as backend:
        choose(product, telemetry_backend={"type": "otlp", "config": {"endpoint": backend.url, "protocol": "grpc"}})
        process = product.run("run")
    assert "the backend refused 1 record: too old" in process.stderr


