#include "secret_api.hpp"

#include "answers/wiped.hpp"
#include "http/request.hpp"

#include "base/fail.hpp"
#include "base/io/file_system.hpp"
#include "base/text/text.hpp"

namespace floe::secrets {
namespace {

constexpr int kMissing = 404;

ErrorCode code_of(int status) {
  constexpr int kUnauthenticated = 401;
  constexpr int kForbidden = 403;
  constexpr int kConflict = 409;
  constexpr int kTooMany = 429;
  constexpr int kServerError = 500;
  switch (status) {
    case kUnauthenticated:
      return ErrorCode::kUnauthenticated;
    case kForbidden:
      return ErrorCode::kPermission;
    case kMissing:
      return ErrorCode::kNotFound;
    case kConflict:
      return ErrorCode::kConflict;
    case kTooMany:
      return ErrorCode::kUnavailable;
    default:
      return status >= kServerError ? ErrorCode::kUnavailable : ErrorCode::kInvalidArgument;
  }
}

// "" when the body is no meta/v1 Status.
std::string message_of(std::string_view body) {
  const auto parsed = parse_json_object(body);
  const bool is_status = parsed && get_string_or(*parsed, "kind", "") == "Status";
  return is_status ? get_string_or(*parsed, "message", "") : "";
}

Error failure(const Settings& settings, const http::Answer& answer) {
  const std::string message = message_of(answer.body);
  // Else "no such Secret" would be what a wrong address answers.
  if (answer.status == kMissing && message.empty()) {
    return failf(ErrorCode::kInvalidConfig, "`{}` answered 404 and is no API of Kubernetes", settings.server);
  }
  return failf(code_of(answer.status), "`{}` answered {}{}{}", settings.server, answer.status,
               message.empty() ? "" : ": ", message);
}

// Whose failure is never kNotFound, which is about Secrets.
Result<std::string> read_token(const std::string& file) {
  auto token = io::make_disk_file_system()->read(file);
  if (token) return token;
  return failf(ErrorCode::kUnauthenticated, "the token of the account cannot be read: {}", token.error().message);
}

json::object data_of(std::string_view key, const json::value& value) { return {{"data", json::object{{key, value}}}}; }

}  // namespace

Result<std::string> SecretApi::send(std::string_view method, const std::string& path, std::string_view body) const {
  constexpr int kRedirect = 300;
  http::Request request;
  request.method = method;
  request.url = settings_.server + "/api/v1/namespaces/" + settings_.name_space + "/secrets" + path;
  request.ca_file = settings_.ca_file;
  request.timeout_ms = settings_.timeout_ms;
  const answers::Wiped token(FLOE_TRY(read_token(settings_.token_file)));
  request.headers = {{"accept", "application/json"},
                     {"authorization", fmt::format("Bearer {}", text::trim(token.text))}};
  if (!body.empty()) {
    request.headers.emplace_back("content-type",
                                 method == "PATCH" ? "application/merge-patch+json" : "application/json");
  }
  http::Answer answer = FLOE_TRY(http::send(call_, request, body));
  if (answer.status < kRedirect) return std::move(answer.body);
  return failure(settings_, answer);
}

Result<json::object> SecretApi::read(std::string_view name) const {
  const answers::Wiped body(FLOE_TRY(send("GET", "/" + std::string(name), "")));
  json::object secret = FLOE_TRY(parse_json_object(body.text));
  const json::object* data = get_object(secret, "data");
  return data == nullptr ? json::object() : *data;
}

Status SecretApi::change(std::string_view name, std::string_view key, const json::value& value) const {
  const answers::Wiped body(to_json(data_of(key, value)));
  const answers::Wiped answer(FLOE_TRY(send("PATCH", "/" + std::string(name), body.text)));
  return ok();
}

Status SecretApi::write(std::string_view name, std::string_view key, std::string_view value) const {
  const json::value encoded(text::to_base64(value));
  Status changed = change(name, key, encoded);
  if (changed || changed.error().code != ErrorCode::kNotFound) return changed;
  json::object secret = data_of(key, encoded);
  secret["apiVersion"] = "v1";
  secret["kind"] = "Secret";
  secret["metadata"] = json::object{{"name", name}, {"labels", json::object{{"app.kubernetes.io/managed-by", "floe"}}}};
  const answers::Wiped body(to_json(secret));
  auto made = send("POST", "", body.text);
  if (!made) {
    // kConflict: somebody else made it meanwhile.
    return made.error().code == ErrorCode::kConflict ? change(name, key, encoded) : Status(made.error());
  }
  const answers::Wiped answer(std::move(*made));
  return ok();
}

Status SecretApi::remove(std::string_view name, std::string_view key) const {
  Status changed = change(name, key, nullptr);
  if (!changed && changed.error().code == ErrorCode::kNotFound) return ok();
  return changed;
}

}  // namespace floe::secrets
