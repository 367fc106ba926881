#include "secrets/without_secrets.hpp"

#include "secrets/secret_scan.hpp"

namespace floe::policy {

json::value without_secrets(std::string_view key, const json::value& value) {
  if (value.is_string()) {
    const auto text = to_view(value.get_string());
    return is_plain_secret(key, text) ? json::value("***") : value;
  }
  if (value.is_array()) {
    json::array out;
    for (const json::value& item : value.get_array())
      out.push_back(without_secrets(key, item));
    return out;
  }
  if (!value.is_object()) return value;
  json::object out;
  for (const auto& [name, item] : value.get_object())
    out[name] = without_secrets(name, item);
  return out;
}

}  // namespace floe::policy
