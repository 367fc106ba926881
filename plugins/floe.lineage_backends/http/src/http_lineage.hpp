// floe.lineage_backends/http: OpenLineage events to an HTTP backend (Marquez and others), one POST per event.
#pragma once

#include "base/result.hpp"
#include "floe/interfaces/lineage.hpp"

#include <cstdint>
#include <map>
#include <memory>
#include <string>
#include <string_view>

namespace floe::lineage_http {

struct Config {
  std::string url;
  std::string endpoint = "api/v1/lineage";
  double timeout_seconds = 5;
  std::string secret_key;  // "" = no authentication
  std::map<std::string, std::string> namespaces;

  [[nodiscard]] std::string address() const;
};

class HttpLineage final : public LineageBackendPlugin<HttpLineage> {
 public:
  explicit HttpLineage(Config config) : config_(std::move(config)) {}

  static std::string validate_config(Call& call, std::string_view config);
  static Result<std::unique_ptr<HttpLineage>> create(Call& call, std::string_view config);
  std::string health(Call& call);
  std::string describe(Call& call);
  std::string transport_config(Call& call);
  std::string namespace_mapping(Call& call);
  // What waits goes first. A backend that is down: everything is kept, and tried again by a later call or run.
  Status emit(Call& call, std::string_view events);
  std::string check_connection(Call& call);

 private:
  Status send_all(Call& call, std::string_view events, std::string* unsent);
  Status send_waiting(Call& call);
  Status keep(Call& call, std::string_view events, const Error& reason);

  Config config_;
  std::int64_t resting_until_ns_ = 0;  // monotonic; a backend that is down is left alone for a while
};

}  // namespace floe::lineage_http
