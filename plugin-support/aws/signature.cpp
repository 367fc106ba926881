#include "signature.hpp"

#include "base/fail.hpp"
#include "base/text/text.hpp"

#include <openssl/evp.h>
#include <openssl/hmac.h>

#include <algorithm>
#include <array>
#include <ctime>

namespace floe::aws {
namespace {

constexpr std::string_view kAlgorithm = "AWS4-HMAC-SHA256";

Result<std::string> hmac(std::string_view key, std::string_view message) {
  std::array<unsigned char, EVP_MAX_MD_SIZE> digest{};
  unsigned length = 0;
  const auto* bytes = reinterpret_cast<const unsigned char*>(message.data());
  if (HMAC(EVP_sha256(), key.data(), static_cast<int>(key.size()), bytes, message.size(), digest.data(), &length) ==
      nullptr) {
    return fail(ErrorCode::kInternal, "HMAC-SHA256 is not to be had");
  }
  return std::string(reinterpret_cast<const char*>(digest.data()), length);
}

// 20150830T123600Z
std::string timestamp(std::int64_t unix_seconds) {
  const auto seconds = static_cast<std::time_t>(unix_seconds);
  std::tm parts{};
  ::gmtime_r(&seconds, &parts);
  std::array<char, sizeof("20150830T123600Z")> text{};
  std::strftime(text.data(), text.size(), "%Y%m%dT%H%M%SZ", &parts);
  return text.data();
}

std::string names_of(const Headers& headers) {
  std::string names;
  for (const auto& [name, value] : headers)
    names += (names.empty() ? "" : ";") + name;
  return names;
}

std::string canonical(const Signable& request, const Headers& headers) {
  std::string lines;
  for (const auto& [name, value] : headers)
    lines += fmt::format("{}:{}\n", name, text::trim(value));
  return fmt::format("{}\n{}\n\n{}\n{}\n{}", request.method, request.path, lines, names_of(headers),
                     text::sha256_hex(request.body));
}

Result<std::string> signing_key(const Credentials& credentials, std::string_view date, const Scope& scope) {
  std::string key = "AWS4" + credentials.secret_access_key;
  for (const std::string_view part :
       {date, std::string_view(scope.region), std::string_view(scope.service), std::string_view("aws4_request")}) {
    key = FLOE_TRY(hmac(key, part));
  }
  return key;
}

}  // namespace

Result<Headers> sign(const Signable& request, const Credentials& credentials, const Scope& scope,
                     std::int64_t unix_seconds) {
  constexpr std::size_t kDate = 8;
  const std::string now = timestamp(unix_seconds);
  const std::string date = now.substr(0, kDate);
  Headers sent = request.headers;
  sent.emplace_back("x-amz-date", now);
  if (!credentials.session_token.empty()) sent.emplace_back("x-amz-security-token", credentials.session_token);
  Headers headers = sent;
  headers.emplace_back("host", request.host);
  std::sort(headers.begin(), headers.end());
  const std::string where = fmt::format("{}/{}/{}/aws4_request", date, scope.region, scope.service);
  const std::string text_to_sign =
      fmt::format("{}\n{}\n{}\n{}", kAlgorithm, now, where, text::sha256_hex(canonical(request, headers)));
  const std::string key = FLOE_TRY(signing_key(credentials, date, scope));
  const std::string signature = text::to_hex(FLOE_TRY(hmac(key, text_to_sign)));
  sent.emplace_back("authorization", fmt::format("{} Credential={}/{}, SignedHeaders={}, Signature={}", kAlgorithm,
                                                 credentials.access_key_id, where, names_of(headers), signature));
  return sent;
}

}  // namespace floe::aws
