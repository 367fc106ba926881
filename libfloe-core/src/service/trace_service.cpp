#include "service/trace_service.hpp"

#include "plugin/host_core.hpp"

#include "base/json/json.hpp"

namespace floe::service {

std::string TraceService::context(Call& c) {
  json::object headers;
  json::object environment;
  const auto add = [&](const char* header, const char* variable, const std::string& value) {
    if (value.empty()) return;
    headers[header] = value;
    environment[variable] = value;
  };
  add("traceparent", "TRACEPARENT", c.traceparent());
  add("baggage", "BAGGAGE", c.raw()->baggage);
  return to_json(json::object{{"headers", std::move(headers)}, {"environment", std::move(environment)}});
}

}  // namespace floe::service
