#include "compile/clear_text.hpp"

#include "base/net/clear_text.hpp"
#include "base/net/http.hpp"
#include "base/text/text.hpp"

#include <algorithm>
#include <array>

namespace floe::compile {
namespace {

bool ends_with_any(std::string_view key, std::initializer_list<std::string_view> words) {
  const std::string lower = text::to_lower_ascii(key);
  return std::any_of(words.begin(), words.end(), [&](std::string_view word) { return lower.ends_with(word); });
}

bool names_url(std::string_view key) { return ends_with_any(key, {"url", "uri", "endpoint", "server", "issuer"}); }

bool names_credential(std::string_view key) {
  return ends_with_any(key, {"secret_ref", "token", "token_file", "password", "api_key", "credentials", "username"});
}

bool has_credential(const json::value& value);

bool has_credential(const json::object& object) {
  return std::any_of(object.begin(), object.end(), [](const auto& member) {
    const json::object* headers = member.key() == "headers" ? member.value().if_object() : nullptr;
    const bool has_header = headers != nullptr && std::any_of(headers->begin(), headers->end(), [](const auto& header) {
                              return net::is_credential_header(header.key());
                            });
    return has_header || names_credential(member.key()) || has_credential(member.value());
  });
}

bool has_credential(const json::value& value) {
  if (const json::object* object = value.if_object()) return has_credential(*object);
  if (const json::string* text = value.if_string()) return net::has_user(to_view(*text));
  const json::array* list = value.if_array();
  return list != nullptr &&
         std::any_of(list->begin(), list->end(), [](const json::value& item) { return has_credential(item); });
}

std::optional<ClearText> first_clear_text(const json::object& config) {
  for (const auto& [key, value] : config) {
    const json::string* text = value.if_string();
    if (text != nullptr && names_url(key) && net::is_clear_text(to_view(*text)))
      return ClearText{{std::string(key)}, net::public_url(to_view(*text))};
    const json::object* object = value.if_object();
    auto found = object == nullptr ? std::nullopt : first_clear_text(*object);
    if (!found) continue;
    found->path.insert(found->path.begin(), std::string(key));
    return found;
  }
  return std::nullopt;
}

}  // namespace

std::optional<ClearText> clear_text_in(std::string_view category, const json::object& config) {
  const bool gets_credentials = category == "secrets" || category == "identity";
  if (!gets_credentials && !has_credential(config)) return std::nullopt;
  return first_clear_text(config);
}

}  // namespace floe::compile
