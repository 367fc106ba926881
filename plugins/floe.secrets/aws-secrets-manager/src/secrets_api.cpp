#include "secrets_api.hpp"

#include "answers/wiped.hpp"
#include "aws/failure.hpp"
#include "http/request.hpp"

#include "base/fail.hpp"
#include "base/io/environment.hpp"

#include <utility>

namespace floe::secrets {
namespace {

ErrorCode code_of(std::string_view type, int status) {
  constexpr std::pair<std::string_view, ErrorCode> kTypes[] = {
      {"ResourceNotFoundException", ErrorCode::kNotFound},
      {"AccessDeniedException", ErrorCode::kPermission},
      {"AccessDenied", ErrorCode::kPermission},
      {"DecryptionFailure", ErrorCode::kPermission},
      {"ResourceExistsException", ErrorCode::kConflict},
      {"InvalidRequestException", ErrorCode::kInvalidState},
      {"ThrottlingException", ErrorCode::kUnavailable},
      {"InternalServiceError", ErrorCode::kUnavailable},
      {"UnrecognizedClientException", ErrorCode::kUnauthenticated},
      {"InvalidClientTokenId", ErrorCode::kUnauthenticated},
      {"InvalidSignatureException", ErrorCode::kUnauthenticated},
      {"SignatureDoesNotMatch", ErrorCode::kUnauthenticated},
      {"IncompleteSignatureException", ErrorCode::kUnauthenticated},
      {"ExpiredTokenException", ErrorCode::kUnauthenticated},
      {"ExpiredToken", ErrorCode::kUnauthenticated},
  };
  for (const auto& [name, code] : kTypes) {
    if (type == name) return code;
  }
  constexpr int kForbidden = 403;
  constexpr int kServerError = 500;
  if (status == kForbidden) return ErrorCode::kPermission;
  return status >= kServerError ? ErrorCode::kUnavailable : ErrorCode::kInvalidArgument;
}

Error failure(const Settings& settings, std::string_view action, const http::Answer& answer) {
  const auto [type, message] = aws::read_failure(answer.body);
  return failf(code_of(type, answer.status), "`{}` answered {} to {}: {}{}{}", settings.endpoint, answer.status, action,
               type, message.empty() ? "" : ": ", message);
}

std::string_view host_of(std::string_view url) {
  const std::string_view rest = url.substr(url.find("://") + 3);
  return rest.substr(0, rest.find('/'));
}

}  // namespace

Result<json::object> SecretsApi::invoke(std::string_view action, const json::object& request) const {
  constexpr int kOk = 200;
  constexpr std::int64_t kNanosPerSecond = 1'000'000'000;
  const answers::Wiped body(to_json(request));
  aws::Signable signable{"POST", host_of(settings_.endpoint), "/", {}, body.text};
  signable.headers = {{"content-type", "application/x-amz-json-1.1"},
                      {"x-amz-target", "secretsmanager." + std::string(action)}};
  const aws::Credentials credentials = FLOE_TRY(credentials_.get(call_, settings_));
  const std::int64_t now = io::make_system_clock()->now_unix_ns() / kNanosPerSecond;
  http::Request sent;
  sent.url = settings_.endpoint + "/";
  sent.timeout_ms = settings_.timeout_ms;
  sent.headers = FLOE_TRY(aws::sign(signable, credentials, {settings_.region, "secretsmanager"}, now));
  http::Answer answer = FLOE_TRY(http::send(call_, sent, body.text));
  if (answer.status != kOk) return failure(settings_, action, answer);
  const answers::Wiped content(std::move(answer.body));
  return parse_json_object(content.text);
}

}  // namespace floe::secrets
