#include "config.hpp"

#include "base/fail.hpp"
#include "base/json/json.hpp"

namespace floe::otlp {
namespace {

Result<Protocol> parse_protocol(std::string_view word) {
  if (word == "grpc") return Protocol::kGrpc;
  if (word == "http/protobuf") return Protocol::kHttpProtobuf;
  if (word == "http/json") return Protocol::kHttpJson;
  return failf(ErrorCode::kInvalidConfig, "`protocol` is `{}`; accepted are `grpc`, `http/protobuf` and `http/json`",
               word);
}

// host:4317, whatever path follows.
bool is_grpc_port(std::string_view endpoint) {
  const std::string_view authority = endpoint.substr(endpoint.find("://") + 3);
  return authority.substr(0, authority.find('/')).ends_with(":4317");
}

Status read_headers(const json::object& given, Config* config) {
  for (const auto& member : given) {
    const std::string name(std::string_view(member.key()));
    if (member.value().is_string()) {
      config->headers.emplace_back(name, std::string(to_view(member.value().get_string())));
      continue;
    }
    const json::object* reference = member.value().if_object();
    std::string key = reference == nullptr ? "" : get_string_or(*reference, "secret_ref", "");
    if (key.empty()) {
      return failf(ErrorCode::kInvalidConfig, "header `{}` is neither a text nor `{{secret_ref: key}}`", name);
    }
    config->secret_headers.emplace_back(name, std::move(key));
  }
  return ok();
}

}  // namespace

Result<Config> parse_config(std::string_view text) {
  const json::object parsed = FLOE_TRY(parse_json_object(text.empty() ? "{}" : text));
  Config config;
  for (const auto& member : parsed) {
    const std::string_view key = std::string_view(member.key());
    if (key == "endpoint" && member.value().is_string()) {
      config.endpoint = to_view(member.value().get_string());
    } else if (key == "protocol" && member.value().is_string()) {
      config.protocol = FLOE_TRY(parse_protocol(to_view(member.value().get_string())));
    } else if (key == "headers" && member.value().is_object()) {
      FLOE_TRY(read_headers(member.value().get_object(), &config));
    } else if (key == "timeout_ms" && member.value().is_int64() && member.value().get_int64() > 0) {
      config.timeout_ms = member.value().get_int64();
    } else {
      return failf(ErrorCode::kInvalidConfig,
                   "`{}` is not fit; accepted are `endpoint`, `protocol`, `headers` and `timeout_ms`", key);
    }
  }
  if (!config.endpoint.starts_with("http://") && !config.endpoint.starts_with("https://")) {
    return fail(ErrorCode::kInvalidConfig, "`endpoint` must be an http or https URL");
  }
  while (config.endpoint.ends_with('/'))
    config.endpoint.pop_back();
  if (!parsed.contains("protocol") && is_grpc_port(config.endpoint)) config.protocol = Protocol::kGrpc;
  return config;
}

Result<std::string> url_of(const Config& config, std::string_view signal) {
  constexpr std::pair<std::string_view, std::string_view> kServices[] = {
      {"traces", "trace.v1.TraceService"}, {"metrics", "metrics.v1.MetricsService"}, {"logs", "logs.v1.LogsService"}};
  for (const auto& [name, service] : kServices) {
    if (name != signal) continue;
    if (config.protocol != Protocol::kGrpc) return fmt::format("{}/v1/{}", config.endpoint, signal);
    return fmt::format("{}/opentelemetry.proto.collector.{}/Export", config.endpoint, service);
  }
  return failf(ErrorCode::kInvalidArgument, "signal `{}` is none of `traces`, `metrics` and `logs`", signal);
}

}  // namespace floe::otlp
