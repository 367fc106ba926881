#include "settings.hpp"

#include "answers/members.hpp"

#include "base/fail.hpp"
#include "base/io/file_system.hpp"
#include "base/json/json.hpp"

#include <fmt/format.h>

#include <algorithm>

namespace floe::oidc {
namespace {

using answers::wrong_member;

// Of `https://user:password@host/path`.
bool has_user_info(std::string_view url) {
  const std::string_view rest = url.substr(url.find("://") + 3);
  return rest.substr(0, rest.find_first_of("/?#")).find('@') != std::string_view::npos;
}

Status read_url(const json::object& object, std::string_view key, std::string* out) {
  if (!object.contains(key)) return ok();
  *out = get_string_or(object, key, "");
  if (!out->starts_with("http://") && !out->starts_with("https://"))
    return wrong_member(key, fmt::format("`{}` must be an http or https URL", key));
  if (has_user_info(*out))
    return wrong_member(key, fmt::format("`{}` must be a URL without user name and password", key));
  return ok();
}

// A text or a list of them.
Status read_texts(const json::object& object, std::string_view key, std::vector<std::string>* out) {
  const json::value* value = object.if_contains(key);
  if (value == nullptr) return ok();
  out->clear();
  const json::array texts = value->is_array() ? value->get_array() : json::array{*value};
  for (const json::value& text : texts)
    out->push_back(text.is_string() ? std::string(to_view(text.get_string())) : std::string());
  if (!out->empty() && std::find(out->begin(), out->end(), "") == out->end()) return ok();
  return wrong_member(key, fmt::format("`{}` must be a text, or a list of them", key));
}

}  // namespace

Result<Settings> read_settings(std::string_view config) {
  constexpr std::int64_t kMostRefresh = 300;
  constexpr std::int64_t kMostLeeway = 600;
  constexpr std::int64_t kMostTimeout = 3'600'000;
  const json::object object = FLOE_TRY(parse_json_object(config.empty() ? "{}" : config));
  FLOE_TRY(answers::accept_members(object, {"issuer", "audience", "jwks_uri", "roles_claim", "groups_claim", "ca_file",
                                            "leeway_seconds", "refresh_seconds", "timeout_ms"}));
  Settings out;
  FLOE_TRY(read_url(object, "issuer", &out.issuer));
  FLOE_TRY(read_texts(object, "audience", &out.audiences));
  FLOE_TRY(read_url(object, "jwks_uri", &out.jwks_uri));
  FLOE_TRY(read_texts(object, "roles_claim", &out.roles_claim));
  FLOE_TRY(read_texts(object, "groups_claim", &out.groups_claim));
  FLOE_TRY(answers::read_text(object, "ca_file", &out.ca_file));
  FLOE_TRY(answers::read_number(object, "leeway_seconds", 0, kMostLeeway, &out.leeway_seconds));
  FLOE_TRY(answers::read_number(object, "refresh_seconds", 0, kMostRefresh, &out.refresh_seconds));
  FLOE_TRY(answers::read_number(object, "timeout_ms", 1, kMostTimeout, &out.timeout_ms));
  if (out.issuer.empty()) return wrong_member("issuer", "`issuer` is missing");
  if (out.audiences.empty()) return wrong_member("audience", "`audience` is missing: tokens for others would do");
  if (out.issuer.starts_with("https://") && out.jwks_uri.starts_with("http://"))
    return wrong_member("jwks_uri", "`jwks_uri` must be an https URL, as `issuer` is");
  if (!out.ca_file.empty() && !io::is_absolute_path(out.ca_file))
    return wrong_member("ca_file", "`ca_file` must be an absolute path");
  return out;
}

}  // namespace floe::oidc
