#include "credentials.hpp"

#include "answers/secret_variable.hpp"
#include "answers/wiped.hpp"
#include "aws/failure.hpp"
#include "http/request.hpp"

#include "base/fail.hpp"
#include "base/io/environment.hpp"
#include "base/io/file_system.hpp"
#include "base/text/text.hpp"

#include <cctype>

namespace floe::secrets {
namespace {

Result<std::string> variable(const std::string& name) {
  auto value = io::make_process_environment()->get(name);
  if (value && !value->empty()) return std::move(*value);
  return failf(ErrorCode::kUnauthenticated, "the environment has no `{}`, which the credentials of AWS need", name);
}

std::string optional_variable(const std::string& name) {
  return io::make_process_environment()->get(name).value_or("");
}

Result<aws::Credentials> of_environment() {
  aws::Credentials out;
  out.access_key_id = FLOE_TRY(variable("AWS_ACCESS_KEY_ID"));
  out.secret_access_key = FLOE_TRY(variable("AWS_SECRET_ACCESS_KEY"));
  out.session_token = optional_variable("AWS_SESSION_TOKEN");
  return out;
}

Result<aws::Credentials> of_references(const Settings& settings) {
  aws::Credentials out;
  out.access_key_id = FLOE_TRY(variable(answers::secret_variable(settings.access_key_id)));
  out.secret_access_key = FLOE_TRY(variable(answers::secret_variable(settings.secret_access_key)));
  if (!settings.session_token.empty())
    out.session_token = FLOE_TRY(variable(answers::secret_variable(settings.session_token)));
  return out;
}

std::string percent_encoded(std::string_view text) {
  std::string out;
  for (const char c : text) {
    const auto byte = static_cast<unsigned char>(c);
    const bool is_plain = std::isalnum(byte) != 0 || std::string_view("-._~").find(c) != std::string_view::npos;
    out += is_plain ? std::string(1, c) : fmt::format("%{:02X}", byte);
  }
  return out;
}

Result<aws::Credentials> assume_role(const Call& call, const Settings& settings) {
  constexpr int kOk = 200;
  const std::string role = settings.role_arn.empty() ? FLOE_TRY(variable("AWS_ROLE_ARN")) : settings.role_arn;
  const std::string file =
      settings.token_file.empty() ? FLOE_TRY(variable("AWS_WEB_IDENTITY_TOKEN_FILE")) : settings.token_file;
  const answers::Wiped token(FLOE_TRY(io::make_disk_file_system()->read(file)));
  const answers::Wiped body(fmt::format(
      "Action=AssumeRoleWithWebIdentity&Version=2011-06-15&RoleArn={}&RoleSessionName=floe&WebIdentityToken={}",
      percent_encoded(role), percent_encoded(text::trim(token.text))));
  http::Request request;
  request.url = settings.sts_endpoint + "/";
  request.timeout_ms = settings.timeout_ms;
  request.headers = {{"content-type", "application/x-www-form-urlencoded"}};
  http::Answer answer = FLOE_TRY(http::send(call, request, body.text));
  const answers::Wiped content(std::move(answer.body));
  if (answer.status != kOk) {
    return failf(ErrorCode::kPermission, "`{}` does not let this identity assume `{}`: {} {}", settings.sts_endpoint,
                 role, answer.status, aws::read_failure(content.text).message);
  }
  aws::Credentials out{aws::xml_element(content.text, "AccessKeyId"), aws::xml_element(content.text, "SecretAccessKey"),
                       aws::xml_element(content.text, "SessionToken")};
  if (out.access_key_id.empty() || out.secret_access_key.empty() || out.session_token.empty()) {
    return failf(ErrorCode::kData, "`{}` answered without credentials", settings.sts_endpoint);
  }
  return out;
}

}  // namespace

Result<aws::Credentials> CredentialSource::get(const Call& call, const Settings& settings) {
  if (settings.mode == CredentialMode::kEnvironment) return of_environment();
  if (settings.mode == CredentialMode::kStatic) return of_references(settings);
  // The shortest session that a role can have lasts 15 minutes.
  constexpr std::int64_t kKeepNs = std::int64_t{10} * 60 * 1'000'000'000;
  const std::int64_t now = io::make_system_clock()->monotonic_ns();
  if (of_role_.access_key_id.empty() || now >= renew_at_ns_) {
    of_role_ = FLOE_TRY(assume_role(call, settings));
    renew_at_ns_ = now + kKeepNs;
  }
  return of_role_;
}

}  // namespace floe::secrets
