// Spans, metrics and log records in the OTLP JSON encoding (opentelemetry-proto 1.x, JSON mapping): one export request
// per line.
#pragma once

#include <cstdint>
#include <string>
#include <utility>
#include <variant>
#include <vector>

namespace floe::telemetry {

using AttributeValue = std::variant<std::string, std::int64_t, double, bool>;
using Attributes = std::vector<std::pair<std::string, AttributeValue>>;

struct SpanRecord {
  std::string trace_id;        // 32 hex digits
  std::string span_id;         // 16 hex digits
  std::string parent_span_id;  // "" = root
  std::string name;
  std::int64_t start_unix_ns = 0;
  std::int64_t end_unix_ns = 0;
  Attributes attributes;
  bool failed = false;
  std::string status_message;
};

enum class MetricKind : std::uint8_t { kSum, kGauge };

struct MetricPoint {
  std::string name;  // floe.node.duration
  std::string unit;  // UCUM: s, By, {row}
  MetricKind kind = MetricKind::kGauge;
  std::variant<std::int64_t, double> value;
  std::int64_t start_unix_ns = 0;
  std::int64_t time_unix_ns = 0;
  Attributes attributes;
};

// The numbers of OTLP's SeverityNumber.
enum class LogSeverity : std::uint8_t { kInfo = 9, kWarn = 13 };

struct LogRecord {
  std::int64_t time_unix_ns = 0;
  LogSeverity severity = LogSeverity::kInfo;
  std::string body;
  Attributes attributes;
};

// `resource`: service.name and friends. No newline at the end.
std::string spans_to_otlp_json(const Attributes& resource, const std::vector<SpanRecord>& spans);
std::string metrics_to_otlp_json(const Attributes& resource, const std::vector<MetricPoint>& points);
std::string logs_to_otlp_json(const Attributes& resource, const std::vector<LogRecord>& records);

std::string new_trace_id();
std::string new_span_id();

}  // namespace floe::telemetry
