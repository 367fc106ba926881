// A host without plugins, and calls on its services as a plugin makes them.
#pragma once

#include "floe_test.hpp"
#include "plugin/host.hpp"

#include "base/io/environment.hpp"

#include <map>
#include <memory>
#include <optional>
#include <string>

namespace floe::service {

class BoxEnvironment final : public io::Environment {
 public:
  [[nodiscard]] std::optional<std::string> get(const std::string& name) const override {
    const auto found = values.find(name);
    return found == values.end() ? std::nullopt : std::optional(found->second);
  }

  std::map<std::string, std::string> values;
};

class ServiceBox {
 public:
  ServiceBox() {
    PluginHostOptions options;
    options.files = files.get();
    options.environment = &environment;
    options.registry.elevated = false;
    options.registry.library_directory = "/nowhere";
    auto made = PluginHost::create(std::move(options));
    FLOE_REQUIRE_OK(made);
    host = *std::move(made);
  }

  // Client is of the service; `table` and `service` outlive it.
  template <class Client, class Service>
  Client client(const typename Client::Table& table, Service& service) {
    return Client(host->raw(), &table, &service);
  }

  std::unique_ptr<io::FileSystem> files = io::make_memory_file_system();
  BoxEnvironment environment;
  std::unique_ptr<PluginHost> host;
};

// The value, or `code: message`.
inline std::string said(const Result<std::string>& result) {
  if (result.has_value()) return *result;
  return std::string(error_code_name(result.error().code)) + ": " + result.error().message;
}

inline std::string said(const Status& status) {
  return status.has_value() ? "ok" : std::string(error_code_name(status.error().code)) + ": " + status.error().message;
}

}  // namespace floe::service
