#include "telemetry/otlp.hpp"

#include "base/io/environment.hpp"
#include "base/json/json.hpp"
#include "base/text/text.hpp"

#include <map>

namespace floe::telemetry {
namespace {

constexpr int kSpanKindInternal = 1;
constexpr int kStatusError = 2;
constexpr int kStatusOk = 1;
constexpr int kCumulative = 2;

json::value any_value(const AttributeValue& value) {
  json::object out;
  if (const auto* text = std::get_if<std::string>(&value)) out["stringValue"] = *text;
  // The proto3 JSON mapping writes 64-bit integers as strings.
  if (const auto* integer = std::get_if<std::int64_t>(&value)) out["intValue"] = std::to_string(*integer);
  if (const auto* real = std::get_if<double>(&value)) out["doubleValue"] = *real;
  if (const auto* flag = std::get_if<bool>(&value)) out["boolValue"] = *flag;
  return out;
}

json::array key_values(const Attributes& attributes) {
  json::array out;
  out.reserve(attributes.size());
  for (const auto& [key, value] : attributes)
    out.push_back(json::object{{"key", key}, {"value", any_value(value)}});
  return out;
}

json::object scope() { return json::object{{"name", "floe"}, {"version", FLOE_VERSION}}; }

json::object span_object(const SpanRecord& span) {
  json::object out{{"traceId", span.trace_id}, {"spanId", span.span_id}};
  if (!span.parent_span_id.empty()) out["parentSpanId"] = span.parent_span_id;
  out["name"] = span.name;
  out["kind"] = kSpanKindInternal;
  out["startTimeUnixNano"] = std::to_string(span.start_unix_ns);
  out["endTimeUnixNano"] = std::to_string(span.end_unix_ns);
  out["attributes"] = key_values(span.attributes);
  json::object status{{"code", span.failed ? kStatusError : kStatusOk}};
  if (span.failed && !span.status_message.empty()) status["message"] = span.status_message;
  out["status"] = std::move(status);
  return out;
}

json::object point_object(const MetricPoint& point) {
  json::object out{{"attributes", key_values(point.attributes)},
                   {"startTimeUnixNano", std::to_string(point.start_unix_ns)},
                   {"timeUnixNano", std::to_string(point.time_unix_ns)}};
  if (const auto* integer = std::get_if<std::int64_t>(&point.value)) {
    out["asInt"] = std::to_string(*integer);
  } else {
    out["asDouble"] = std::get<double>(point.value);
  }
  return out;
}

}  // namespace

std::string spans_to_otlp_json(const Attributes& resource, const std::vector<SpanRecord>& spans) {
  json::array list;
  for (const SpanRecord& span : spans)
    list.push_back(span_object(span));
  json::object scope_spans{{"scope", scope()}, {"spans", std::move(list)}};
  json::object resource_spans{{"resource", json::object{{"attributes", key_values(resource)}}},
                              {"scopeSpans", json::array{std::move(scope_spans)}}};
  return to_json(json::object{{"resourceSpans", json::array{std::move(resource_spans)}}});
}

std::string metrics_to_otlp_json(const Attributes& resource, const std::vector<MetricPoint>& points) {
  std::map<std::string, json::object> metrics;  // by name: points of one instrument belong together
  for (const MetricPoint& point : points) {
    json::object& metric = metrics[point.name];
    const char* kind = point.kind == MetricKind::kSum ? "sum" : "gauge";
    if (metric.empty()) {
      metric = json::object{{"name", point.name}, {"unit", point.unit}};
      json::object data{{"dataPoints", json::array{}}};
      if (point.kind == MetricKind::kSum) {
        data["aggregationTemporality"] = kCumulative;
        data["isMonotonic"] = true;
      }
      metric[kind] = std::move(data);
    }
    metric[kind].as_object()["dataPoints"].as_array().push_back(point_object(point));
  }
  json::array list;
  for (auto& [name, metric] : metrics)
    list.push_back(std::move(metric));
  json::object scope_metrics{{"scope", scope()}, {"metrics", std::move(list)}};
  json::object resource_metrics{{"resource", json::object{{"attributes", key_values(resource)}}},
                                {"scopeMetrics", json::array{std::move(scope_metrics)}}};
  return to_json(json::object{{"resourceMetrics", json::array{std::move(resource_metrics)}}});
}

std::string logs_to_otlp_json(const Attributes& resource, const std::vector<LogRecord>& records) {
  json::array list;
  for (const LogRecord& record : records) {
    list.push_back(json::object{{"timeUnixNano", std::to_string(record.time_unix_ns)},
                                {"observedTimeUnixNano", std::to_string(record.time_unix_ns)},
                                {"severityNumber", static_cast<int>(record.severity)},
                                {"severityText", record.severity == LogSeverity::kInfo ? "INFO" : "WARN"},
                                {"body", json::object{{"stringValue", record.body}}},
                                {"attributes", key_values(record.attributes)}});
  }
  json::object scope_logs{{"scope", scope()}, {"logRecords", std::move(list)}};
  json::object resource_logs{{"resource", json::object{{"attributes", key_values(resource)}}},
                             {"scopeLogs", json::array{std::move(scope_logs)}}};
  return to_json(json::object{{"resourceLogs", json::array{std::move(resource_logs)}}});
}

std::string new_trace_id() { return text::to_hex(io::random_bytes(16)); }

std::string new_span_id() { return text::to_hex(io::random_bytes(8)); }

}  // namespace floe::telemetry
