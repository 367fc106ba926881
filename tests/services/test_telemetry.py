"""OTLP of real runs in its three protocols, through the OpenTelemetry collector and into Jaeger."""

import contextlib
import gzip
import json

import floe
import google.protobuf.json_format
import pytest

import otlp_servers
from abi_host import plugin
from recording_servers import REQUESTS, http_recorder
from test_http_backends import as_messages, merged, recorded, spelled

PROTOCOLS = ["grpc", "http/protobuf", "http/json"]
LOGS = {"resourceLogs": [{
    "resource": {"attributes": [{"key": "service.name", "value": {"stringValue": "floe"}}]},
    "scopeLogs": [{"scope": {"name": "floe"}, "logRecords": [
        {"timeUnixNano": "1795305600000000001", "observedTimeUnixNano": "1795305600000000002", "severityNumber": 13, "severityText": "WARN",
         "body": {"stringValue": "orders: ü is late"}, "traceId": "0af7651916cd43dd8448eb211c80319c", "spanId": "b7ad6b7169203331", "flags": 1,
         "attributes": [{"key": "rows", "value": {"intValue": "-9007199254740993"}}, {"key": "share", "value": {"doubleValue": 0.25}},
                        {"key": "late", "value": {"boolValue": True}},
                        {"key": "tags", "value": {"arrayValue": {"values": [{"stringValue": "a"}, {"intValue": "0"}]}}}]}]}]}]}


def otlp(receiver, protocol):
    return {"type": "otlp", "config": {"endpoint": receiver.endpoint(protocol), "protocol": protocol}}


class Forwarded:
    """What the collector sent on. It ends first, so that nothing is under way any more."""

    def __init__(self, receiver, backend):
        self.receiver, self.backend = receiver, backend

    def resources(self, signal):
        self.receiver.server.stop()
        assert self.receiver.server.process.returncode == 0, self.receiver.server.tail()
        bodies = [gzip.decompress(body) if headers.get("content-encoding") == "gzip" else body
                  for path, headers, body in self.backend.requests if path == f"/v1/{signal}"]
        return in_order(merged([REQUESTS[signal].FromString(body) for body in bodies]))


def in_order(messages):
    """The collector sends requests on side by side."""
    return sorted(messages, key=lambda message: message.SerializeToString(deterministic=True))


@pytest.fixture
def collector(tmp_path_factory):
    """A collector that sends to a recording server, as floe.telemetry_backends/otlp tells it to."""
    with http_recorder() as backend, contextlib.ExitStack() as stack:
        with plugin("floe.telemetry_backends", "otlp", {"endpoint": backend.url, "protocol": "http/protobuf"}) as telemetry:
            exporter = telemetry.call("exporter_config")
        receiver = stack.enter_context(otlp_servers.collector(tmp_path_factory.mktemp("collector"), exporter))
        receiver.forwarded = Forwarded(receiver, backend)
        yield receiver


@pytest.mark.parametrize("protocol", PROTOCOLS)
def test_a_run_through_the_collector(product, collector, protocol):
    product.choose(telemetry_backend=otlp(collector, protocol))
    process = product.run("run")
    assert "FLOE-W0801" not in process.stderr
    for signal in ("traces", "metrics"):
        expected = in_order(merged(as_messages(product, signal)))
        assert expected and collector.forwarded.resources(signal) == expected


@pytest.mark.parametrize("protocol", PROTOCOLS)
def test_logs_through_the_collector(product, collector, protocol):
    product.choose()
    with floe.Project(str(product.directory)) as project:
        project.compile()
        telemetry = project.plugin("floe.telemetry_backends/otlp", otlp(collector, protocol)["config"])
        assert telemetry.check_connection()["status"] == "ok"
        assert telemetry.export_otlp("logs", LOGS) == {"rejected": 0, "message": ""}
    expected = google.protobuf.json_format.ParseDict(spelled(LOGS), REQUESTS["logs"]())
    assert collector.forwarded.resources("logs") == merged([expected])


@pytest.fixture(scope="module")
def jaeger(tmp_path_factory):
    with otlp_servers.jaeger(tmp_path_factory.mktemp("jaeger")) as running:
        yield running


def value_of(attribute):
    """As Jaeger shows it: an array is its JSON."""
    [(kind, value)] = attribute["value"].items()
    if kind == "arrayValue":
        return json.dumps([value_of({"value": item}) for item in value.get("values", [])], separators=(",", ":"))
    return int(value) if kind == "intValue" else value


def spans_of_run(product):
    """span id -> (name, id of its parent or "", attributes) of the one trace of the last run, and the trace's id."""
    spans = [span for request in recorded(product, "traces.jsonl") for resource in request["resourceSpans"]
             for scope in resource["scopeSpans"] for span in scope["spans"]]
    [trace] = {span["traceId"] for span in spans}
    return trace, {span["spanId"]: (span["name"], span.get("parentSpanId", ""), {one["key"]: value_of(one) for one in span.get("attributes", [])})
                   for span in spans}


OF_JAEGER = {"span.kind", "otel.scope.name", "otel.scope.version", "otel.status_code", "otel.status_description", "error"}


def spans_of_jaeger(trace):
    def parent(span):
        return next((one["spanID"] for one in span["references"] if one["refType"] == "CHILD_OF"), "")

    return {span["spanID"]: (span["operationName"], parent(span), {tag["key"]: tag["value"] for tag in span["tags"] if tag["key"] not in OF_JAEGER})
            for span in trace["spans"]}


@pytest.mark.parametrize("protocol", PROTOCOLS)
def test_jaeger_shows_the_trace_of_a_run(product, jaeger, protocol):
    product.choose(telemetry_backend=otlp(jaeger, protocol))
    product.run("run")
    trace_id, expected = spans_of_run(product)
    shown = jaeger.server.wait_until(lambda: complete(jaeger.trace(trace_id), expected), "storing all spans")
    assert spans_of_jaeger(shown) == expected
    assert {process["serviceName"] for process in shown["processes"].values()} == {"floe"}
    parents = {parent for _, parent, _ in expected.values()}
    assert len([parent for _, parent, _ in expected.values() if not parent]) == 1 and parents <= {"", *expected}
    assert any("orders" in name for name, _, _ in expected.values()) and any(attributes for _, _, attributes in expected.values())


def complete(trace, expected):
    return trace if len(trace["spans"]) >= len(expected) else None
