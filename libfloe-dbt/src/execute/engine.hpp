// The engine behind floe/dbt.h: requests in, answers out, a parsed project kept for the commands that name it.
#pragma once

#include "execute/recorded_environment.hpp"
#include "execute/recorded_files.hpp"
#include "macro/session.hpp"

#include "base/json/json.hpp"
#include "base/result.hpp"
#include "floe/client/warehouse.hpp"

#include <memory>
#include <string>
#include <string_view>

namespace floe::dbt {

class Engine {
 public:
  explicit Engine(const floe_host* host);
  Engine(const Engine&) = delete;
  Engine& operator=(const Engine&) = delete;
  ~Engine();

  Result<std::string> parse(floe_call* call, std::string_view request);
  Result<std::string> invoke(floe_call* call, WarehouseClient warehouse, std::string_view request);
  [[nodiscard]] std::string runtime() const;

 private:
  struct Host;
  struct Request;

  Result<Request> read_request(std::string_view text);
  Status confine(const json::object* confined);
  Result<std::unique_ptr<Session>> open(const Request& request);
  Result<std::unique_ptr<Session>> take_kept(const Request& request);
  Result<std::unique_ptr<Session>> session_of(const Request& request);
  Result<std::string> write_manifest_file(const Session& session);

  const floe_host* host_;
  RecordedFiles files_;
  RecordedEnvironment environment_;
  std::unique_ptr<io::Clock> clock_;
  std::unique_ptr<Host> scope_host_;
  // What the last parse made, for the commands whose `graph` is its manifest; the one that executes it is the last.
  std::unique_ptr<Session> kept_;
  std::string kept_graph_;  // SHA-256 of the manifest
};

}  // namespace floe::dbt
