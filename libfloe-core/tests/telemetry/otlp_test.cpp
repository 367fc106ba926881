#include "telemetry/otlp.hpp"

#include "floe_test.hpp"

using namespace floe::telemetry;

TEST_CASE("a span is an OTLP JSON export request") {
  SpanRecord span;
  span.trace_id = "0123456789abcdef0123456789abcdef";
  span.span_id = "0123456789abcdef";
  span.parent_span_id = "fedcba9876543210";
  span.name = "model orders";
  span.start_unix_ns = 1'764'000'000'000'000'001;
  span.end_unix_ns = 1'764'000'000'000'000'002;
  span.attributes = {{"rows", std::int64_t{7}}, {"ratio", 0.5}, {"full", true}, {"table", std::string("main.orders")}};
  span.failed = true;
  span.status_message = "no such column";
  CHECK(spans_to_otlp_json({{"service.name", std::string("floe")}}, {span}) ==
        R"({"resourceSpans":[{"resource":{"attributes":[{"key":"service.name","value":{"stringValue":"floe"}}]},)"
        R"("scopeSpans":[{"scope":{"name":"floe","version":")" FLOE_VERSION R"("},"spans":[{)"
        R"("traceId":"0123456789abcdef0123456789abcdef","spanId":"0123456789abcdef",)"
        R"("parentSpanId":"fedcba9876543210","name":"model orders","kind":1,)"
        R"("startTimeUnixNano":"1764000000000000001","endTimeUnixNano":"1764000000000000002",)"
        R"("attributes":[{"key":"rows","value":{"intValue":"7"}},{"key":"ratio","value":{"doubleValue":0.5}},)"
        R"({"key":"full","value":{"boolValue":true}},{"key":"table","value":{"stringValue":"main.orders"}}],)"
        R"("status":{"code":2,"message":"no such column"}}]}]}]})");
}

TEST_CASE("points of one instrument share a metric") {
  const MetricPoint first{"floe.node.rows", "{row}", MetricKind::kGauge, std::int64_t{1}, 1, 2, {}};
  const MetricPoint second{"floe.node.rows", "{row}", MetricKind::kGauge, std::int64_t{2}, 1, 2, {}};
  CHECK(
      metrics_to_otlp_json({}, {first, second}) ==
      R"({"resourceMetrics":[{"resource":{"attributes":[]},"scopeMetrics":[{"scope":{"name":"floe","version":")" FLOE_VERSION
      R"("},"metrics":[{"name":"floe.node.rows","unit":"{row}","gauge":{"dataPoints":[)"
      R"({"attributes":[],"startTimeUnixNano":"1","timeUnixNano":"2","asInt":"1"},)"
      R"({"attributes":[],"startTimeUnixNano":"1","timeUnixNano":"2","asInt":"2"}]}}]}]}]})");
}

TEST_CASE("ids have the lengths of the W3C trace context") {
  CHECK(new_trace_id().size() == 32);
  CHECK(new_span_id().size() == 16);
  CHECK(new_trace_id() != new_trace_id());
}
