"""Servers on the loopback that record what they get: plain HTTP with chosen answers, and gRPC with OTLP's own services."""

import concurrent.futures
import contextlib
import http.server
import threading

import grpc
from opentelemetry.proto.collector.logs.v1 import logs_service_pb2, logs_service_pb2_grpc
from opentelemetry.proto.collector.metrics.v1 import metrics_service_pb2, metrics_service_pb2_grpc
from opentelemetry.proto.collector.trace.v1 import trace_service_pb2, trace_service_pb2_grpc

RESPONSES = {"traces": trace_service_pb2.ExportTraceServiceResponse, "metrics": metrics_service_pb2.ExportMetricsServiceResponse,
             "logs": logs_service_pb2.ExportLogsServiceResponse}
REQUESTS = {"traces": trace_service_pb2.ExportTraceServiceRequest, "metrics": metrics_service_pb2.ExportMetricsServiceRequest,
            "logs": logs_service_pb2.ExportLogsServiceRequest}


class HttpRecorder:
    """requests: (path, headers with lower-case names, body) in their order; statuses: answers of the next ones, then 200."""

    def __init__(self, statuses=(), headers=(), body=b""):
        self.requests, self.statuses, self.headers, self.body = [], list(statuses), dict(headers), body
        self.lock = threading.Lock()
        recorder = self

        class Handler(http.server.BaseHTTPRequestHandler):
            protocol_version = "HTTP/1.1"

            def do_POST(self):
                content = self.rfile.read(int(self.headers.get("content-length", 0)))
                with recorder.lock:
                    recorder.requests.append((self.path, {name.lower(): value for name, value in self.headers.items()}, content))
                    status = recorder.statuses.pop(0) if recorder.statuses else 200
                self.send_response(status)
                for name, value in recorder.headers.items():
                    self.send_header(name, value)
                self.send_header("content-length", str(len(recorder.body)))
                self.end_headers()
                self.wfile.write(recorder.body)

            def log_message(self, *_):
                pass

        self.server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self.url = f"http://127.0.0.1:{self.server.server_address[1]}"


@contextlib.contextmanager
def http_recorder(**options):
    recorder = HttpRecorder(**options)
    thread = threading.Thread(target=recorder.server.serve_forever)
    thread.start()
    try:
        yield recorder
    finally:
        recorder.server.shutdown()
        thread.join()
        recorder.server.server_close()


class GrpcRecorder:
    """requests: (signal, metadata, message); failures: gRPC status codes of the next ones."""

    def __init__(self, failures=(), rejected=0):
        self.requests, self.failures, self.rejected = [], list(failures), rejected

    def export(self, signal, request, context):
        self.requests.append((signal, dict(context.invocation_metadata()), request))
        if self.failures:
            context.abort(self.failures.pop(0), "no room: 100 %")
        response = RESPONSES[signal]()
        if self.rejected:
            response.partial_success.error_message = "too old"
            if signal == "traces":
                response.partial_success.rejected_spans = self.rejected
        return response


@contextlib.contextmanager
def grpc_recorder(**options):
    recorder = GrpcRecorder(**options)
    server = grpc.server(concurrent.futures.ThreadPoolExecutor(2))

    def servicer(base, signal):
        return type("Servicer", (base,), {"Export": lambda self, request, context: recorder.export(signal, request, context)})()

    trace_service_pb2_grpc.add_TraceServiceServicer_to_server(servicer(trace_service_pb2_grpc.TraceServiceServicer, "traces"), server)
    metrics_service_pb2_grpc.add_MetricsServiceServicer_to_server(servicer(metrics_service_pb2_grpc.MetricsServiceServicer, "metrics"), server)
    logs_service_pb2_grpc.add_LogsServiceServicer_to_server(servicer(logs_service_pb2_grpc.LogsServiceServicer, "logs"), server)
    recorder.url = f"http://127.0.0.1:{server.add_insecure_port('127.0.0.1:0')}"
    server.start()
    try:
        yield recorder
    finally:
        server.stop(None).wait()
