"""The receivers of OTLP: the OpenTelemetry collector, which sends on what it got, and Jaeger, which is asked for it."""

import contextlib
import json
import urllib.error
import urllib.request

from server_process import accepts, free_ports, running

LOCAL = "127.0.0.1"
QUIET = {"metrics": {"level": "none"}}


class Receiver:
    """Where a protocol is taken; `server` is the process."""

    def __init__(self, server, grpc, http):
        self.server, self.grpc, self.http = server, f"http://{LOCAL}:{grpc}", f"http://{LOCAL}:{http}"

    def endpoint(self, protocol):
        return self.grpc if protocol == "grpc" else self.http


def otlp_receiver(grpc, http):
    return {"otlp": {"protocols": {"grpc": {"endpoint": f"{LOCAL}:{grpc}"}, "http": {"endpoint": f"{LOCAL}:{http}"}}}}


def write_config(directory, config):
    path = directory / "config.yaml"  # JSON is YAML
    path.write_text(json.dumps(config))
    return f"file:{path}"


@contextlib.contextmanager
def collector(directory, exporter_config):
    """`exporter_config`: exporters and pipelines, as floe.telemetry's method of that name gives them."""
    grpc, http = free_ports(2)
    service = exporter_config["service"] | {"telemetry": QUIET}
    config = exporter_config | {"receivers": otlp_receiver(grpc, http), "service": service}
    with running("otelcol", ["--config", write_config(directory, config)], directory, lambda: accepts(grpc, http)) as server:
        yield Receiver(server, grpc, http)


class Jaeger(Receiver):
    def __init__(self, server, grpc, http, query):
        super().__init__(server, grpc, http)
        self.query = f"http://{LOCAL}:{query}"

    def trace(self, trace_id):
        """What the query API answers for one trace, once it has it; storing is not part of taking."""
        return self.server.wait_until(lambda: self.ask(f"/api/traces/{trace_id}"), f"storing trace {trace_id}")["data"][0]

    def ask(self, path):
        try:
            with urllib.request.urlopen(self.query + path, timeout=10) as answer:
                return json.load(answer)
        except urllib.error.HTTPError as error:
            assert error.code == 404, error.read()
            return None


@contextlib.contextmanager
def jaeger(directory):
    grpc, http, query, query_grpc = free_ports(4)
    config = {
        "extensions": {
            "jaeger_storage": {"backends": {"traces": {"memory": {"max_traces": 1000}}}},
            "jaeger_query": {"storage": {"traces": "traces"}, "http": {"endpoint": f"{LOCAL}:{query}"}, "grpc": {"endpoint": f"{LOCAL}:{query_grpc}"}},
        },
        "receivers": otlp_receiver(grpc, http),
        "exporters": {"jaeger_storage_exporter": {"trace_storage": "traces"}},
        "service": {"extensions": ["jaeger_storage", "jaeger_query"], "telemetry": QUIET,
                    "pipelines": {"traces": {"receivers": ["otlp"], "exporters": ["jaeger_storage_exporter"]}}},
    }
    with running("jaeger", ["--config", write_config(directory, config)], directory, lambda: accepts(grpc, http, query)) as server:
        yield Jaeger(server, grpc, http, query)
