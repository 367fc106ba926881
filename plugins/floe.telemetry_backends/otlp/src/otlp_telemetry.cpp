#include "otlp_telemetry.hpp"

#include "answers/answers.hpp"
#include "answers/secret_variable.hpp"
#include "http/request.hpp"
#include "otlp_protobuf.hpp"

#include "base/fail.hpp"
#include "base/json/json.hpp"
#include "base/net/http.hpp"

#include <algorithm>
#include <charconv>
#include <chrono>

namespace floe::otlp {
namespace {

constexpr std::size_t kGrpcPrefix = 5;  // compressed?, length

std::string grpc_message(const std::string& protobuf) {
  std::string out(1, '\0');
  for (const unsigned shift : {24U, 16U, 8U, 0U})
    out.push_back(static_cast<char>((protobuf.size() >> shift) & 0xFFU));
  return out + protobuf;
}

const char* content_type(Protocol protocol) {
  if (protocol == Protocol::kGrpc) return "application/grpc";
  return protocol == Protocol::kHttpJson ? "application/json" : "application/x-protobuf";
}

Result<std::string> encode(Protocol protocol, std::string_view request) {
  if (protocol == Protocol::kHttpJson) return std::string(request);
  std::string protobuf = FLOE_TRY(to_protobuf(request));
  if (protocol == Protocol::kGrpc) return grpc_message(protobuf);
  return protobuf;
}

// grpc-message is percent-coded.
std::string percent_decoded(std::string_view text) {
  std::string out;
  for (std::size_t i = 0; i < text.size(); ++i) {
    unsigned byte = 0;
    if (text[i] == '%' && i + 2 < text.size() &&
        std::from_chars(text.data() + i + 1, text.data() + i + 3, byte, 16).ptr == text.data() + i + 3) {
      out.push_back(static_cast<char>(byte));
      i += 2;
    } else {
      out.push_back(text[i]);
    }
  }
  return out;
}

// OTLP names the codes after which a client sends again; of RESOURCE_EXHAUSTED that holds with a hint only, but a
// backend that is out of room for a while is common.
Status check_grpc(const http::Answer& answer, std::string_view who) {
  const std::string_view status = answer.header("grpc-status");
  if (status == "0") return ok();
  if (status.empty()) return failf(ErrorCode::kUnavailable, "{} gave no gRPC status", who);
  constexpr std::string_view kPassing[] = {"1", "4", "8", "10", "11", "14", "15"};
  const bool is_passing = std::find(std::begin(kPassing), std::end(kPassing), status) != std::end(kPassing);
  const ErrorCode code = is_passing       ? ErrorCode::kUnavailable
                         : status == "16" ? ErrorCode::kUnauthenticated
                         : status == "7"  ? ErrorCode::kPermission
                                          : ErrorCode::kInvalidArgument;
  return failf(code, "{} answered gRPC status {}: {}", who, status, percent_decoded(answer.header("grpc-message")));
}

PartialSuccess json_partial_success(std::string_view body) {
  PartialSuccess out;
  const auto parsed = parse_json_object(body.empty() ? "{}" : body);
  const json::object* partial = parsed ? get_object(*parsed, "partialSuccess") : nullptr;
  if (partial == nullptr) return out;
  out.message = get_string_or(*partial, "errorMessage", "");
  for (const char* key : {"rejectedSpans", "rejectedDataPoints", "rejectedLogRecords"}) {
    const std::string text = get_string_or(*partial, key, "");
    std::from_chars(text.data(), text.data() + text.size(), out.rejected);
    if (const auto number = get_int(*partial, key)) out.rejected = *number;
  }
  return out;
}

Result<PartialSuccess> read_answer(Protocol protocol, const http::Answer& answer, std::string_view who) {
  FLOE_TRY(http::check_status(answer, who));
  if (protocol == Protocol::kHttpJson) return json_partial_success(answer.body);
  std::string_view message = answer.body;
  if (protocol == Protocol::kGrpc) {
    FLOE_TRY(check_grpc(answer, who));
    message.remove_prefix(std::min(kGrpcPrefix, message.size()));
  }
  return partial_success(message);
}

}  // namespace

std::string OtlpTelemetry::validate_config(Call& /*call*/, std::string_view config) {
  const auto parsed = parse_config(config);
  return parsed ? answers::no_problems() : answers::problem("", parsed.error().message);
}

Result<std::unique_ptr<OtlpTelemetry>> OtlpTelemetry::create(Call& /*call*/, std::string_view config) {
  Config parsed = FLOE_TRY(parse_config(config));
  return std::make_unique<OtlpTelemetry>(std::move(parsed));
}

std::string OtlpTelemetry::health(Call& /*call*/) { return answers::health(); }

std::string OtlpTelemetry::describe(Call& /*call*/) { return answers::description("otlp"); }

std::string OtlpTelemetry::exporter_config(Call& /*call*/) {
  const bool is_grpc = config_.protocol == Protocol::kGrpc;
  const char* name = is_grpc ? "otlp" : "otlphttp";
  json::object exporter{{"endpoint", config_.endpoint}};
  json::object headers;
  for (const auto& [header, value] : config_.headers)
    headers[header] = value;
  for (const auto& [header, key] : config_.secret_headers)
    headers[header] = "${env:" + answers::secret_variable(key) + "}";
  if (!headers.empty()) exporter["headers"] = std::move(headers);
  if (is_grpc) exporter["tls"] = json::object{{"insecure", config_.endpoint.starts_with("http://")}};
  if (config_.protocol == Protocol::kHttpJson) exporter["encoding"] = "json";
  json::object pipelines;
  for (const char* signal : {"traces", "metrics", "logs"})
    pipelines[signal] = json::object{{"receivers", json::array{"otlp"}}, {"exporters", json::array{name}}};
  return to_json(json::object{{"exporters", json::object{{name, std::move(exporter)}}},
                              {"service", json::object{{"pipelines", std::move(pipelines)}}}});
}

Result<std::string> OtlpTelemetry::export_otlp(Call& call, std::string_view signal, std::string_view request) {
  http::Request post;
  post.url = FLOE_TRY(url_of(config_, signal));
  post.timeout_ms = config_.timeout_ms;
  post.headers = config_.headers;
  post.headers.emplace_back("content-type", content_type(config_.protocol));
  post.is_http2 = config_.protocol == Protocol::kGrpc;
  if (post.is_http2) post.headers.emplace_back("te", "trailers");
  for (const auto& [name, key] : config_.secret_headers)
    post.headers.emplace_back(name, FLOE_TRY(http::secret(call, key)));
  const std::string body = FLOE_TRY(encode(config_.protocol, request));
  const http::Answer answer = FLOE_TRY(http::send(call, post, body));
  const std::string who = "`" + net::public_url(config_.endpoint) + "`";
  const PartialSuccess result = FLOE_TRY(read_answer(config_.protocol, answer, who));
  return to_json(json::object{{"rejected", result.rejected}, {"message", result.message}});
}

std::string OtlpTelemetry::check_connection(Call& call) {
  const auto began = std::chrono::steady_clock::now();
  const auto answer = export_otlp(call, "traces", R"({"resourceSpans":[]})");
  const std::chrono::duration<double, std::milli> took = std::chrono::steady_clock::now() - began;
  if (!answer) return to_json(json::object{{"status", "failed"}, {"message", answer.error().to_string()}});
  return to_json(json::object{{"status", "ok"}, {"latency_ms", took.count()}, {"message", config_.endpoint}});
}

}  // namespace floe::otlp
