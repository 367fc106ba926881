#include "request.hpp"

#include "service.hpp"

#include "base/fail.hpp"
#include "base/json/json.hpp"
#include "floe/client/host_http.hpp"
#include "floe/client/host_secrets.hpp"

namespace floe::http {
namespace {

template <class Client>
Result<Client> granted(const Call& call) {
  const Client client = service<Client>(call);
  if (client.has_value()) return client;
  return failf(ErrorCode::kPermission, "the platform does not grant the service `{}`", Client::kInterface);
}

std::string to_document(const Request& request) {
  json::array headers;
  for (const auto& [name, value] : request.headers)
    headers.push_back(json::object{{"name", name}, {"value", value}});
  json::object document{{"method", request.method},
                        {"url", request.url},
                        {"headers", std::move(headers)},
                        {"timeout_ms", request.timeout_ms},
                        {"max_redirects", request.max_redirects},
                        {"retry", json::object{{"attempts", request.attempts}, {"idempotent", true}}}};
  if (request.is_http2) document["http2"] = true;
  if (!request.ca_file.empty()) document["ca_file"] = request.ca_file;
  return to_json(document);
}

ErrorCode code_of(int status) {
  constexpr int kUnauthenticated = 401;
  constexpr int kForbidden = 403;
  constexpr int kTimeout = 408;
  constexpr int kTooMany = 429;
  constexpr int kServerError = 500;
  if (status >= kServerError || status == kTimeout || status == kTooMany) return ErrorCode::kUnavailable;
  if (status == kUnauthenticated) return ErrorCode::kUnauthenticated;
  return status == kForbidden ? ErrorCode::kPermission : ErrorCode::kInvalidArgument;
}

}  // namespace

std::string_view Answer::header(std::string_view name) const {
  for (const auto& [key, value] : headers) {
    if (key == name) return value;
  }
  return {};
}

Result<std::string> secret(const Call& call, const std::string& key) {
  const auto secrets = FLOE_TRY(granted<HostSecretsClient>(call));
  return secrets.get(call.raw(), key);
}

Result<Answer> send(const Call& call, const Request& request, std::string_view body) {
  const auto http = FLOE_TRY(granted<HostHttpClient>(call));
  auto sent = FLOE_TRY(http.send(call.raw(), to_document(request), body));
  const json::object parsed = FLOE_TRY(parse_json_object(sent.response));
  Answer answer;
  answer.status = static_cast<int>(get_int(parsed, "status").value_or(0));
  answer.attempts = get_int(parsed, "attempts").value_or(1);
  answer.body = std::move(sent.content);
  if (const json::array* headers = get_array(parsed, "headers")) {
    for (const json::value& header : *headers) {
      const json::object* one = header.if_object();
      if (one != nullptr)
        answer.headers.emplace_back(get_string_or(*one, "name", ""), get_string_or(*one, "value", ""));
    }
  }
  return answer;
}

Status check_status(const Answer& answer, std::string_view who) {
  constexpr int kOk = 200;
  constexpr int kRedirect = 300;
  constexpr std::size_t kShown = 200;
  if (answer.status >= kOk && answer.status < kRedirect) return ok();
  return failf(code_of(answer.status), "{} answered {}{}{}", who, answer.status, answer.body.empty() ? "" : ": ",
               answer.body.substr(0, kShown));
}

}  // namespace floe::http
