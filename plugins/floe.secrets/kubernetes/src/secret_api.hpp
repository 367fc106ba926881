// Secrets over the API of Kubernetes (core/v1). A missing permission is told as the server tells it, which names verb,
// object and account; no message quotes data.
#pragma once

#include "settings.hpp"

#include "base/json/json.hpp"
#include "base/result.hpp"
#include "floe/plugin_call.hpp"

#include <string>
#include <string_view>

namespace floe::secrets {

class SecretApi {
 public:
  SecretApi(const Call& call, const Settings& settings) : call_(call), settings_(settings) {}

  // Its data, values in base64. kNotFound when there is no such Secret.
  [[nodiscard]] Result<json::object> read(std::string_view name) const;

  // Sets one value, making the Secret when there is none.
  [[nodiscard]] Status write(std::string_view name, std::string_view key, std::string_view value) const;

  // A key or a Secret that is not there is fine.
  [[nodiscard]] Status remove(std::string_view name, std::string_view key) const;

 private:
  // `path` behind `/secrets`. What the server answers to a request that it took.
  [[nodiscard]] Result<std::string> send(std::string_view method, const std::string& path, std::string_view body) const;
  [[nodiscard]] Status change(std::string_view name, std::string_view key, const json::value& value) const;

  const Call& call_;
  const Settings& settings_;
};

}  // namespace floe::secrets
