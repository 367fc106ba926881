// Runs one node: compile, then its materialization, test or hook.
#pragma once

#include "artifact/artifact.hpp"
#include "execute/node_compiler.hpp"

#include "base/diagnostics/diagnostic.hpp"
#include "floe/client/warehouse.hpp"

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

namespace floe::dbt {

struct NodeRun {
  NodeResult result;
  WriteOutcome outcome;
  std::int64_t started_at_ns = 0;
  std::int64_t finished_at_ns = 0;
  std::optional<Diagnostic> finding;  // why it is an error, or what a test warns of
  bool is_cancelled = false;
};

class NodeRunner {
 public:
  NodeRunner(Session& session, WarehouseClient warehouse)
      : session_(session), warehouse_(warehouse), compiler_(session) {}

  // Any thread; `call` is that thread's. `executes` false: only compile.
  NodeRun run(Node& node, floe_call* call, bool executes);
  // A hook (on-run-start, on-run-end); `results` and `schemas` are what on-run-end sees.
  NodeRun run_hook(Node& hook, floe_call* call, const Value& results, const std::vector<std::string>& schemas);

  [[nodiscard]] Session& session() const { return session_; }

  [[nodiscard]] const WarehouseClient& warehouse() const { return warehouse_; }

  [[nodiscard]] NodeCompiler& compiler() { return compiler_; }

 private:
  // Builds the node again when others created its table meanwhile.
  Status build_until_free(Node& node, floe_call* call, bool executes, NodeRun* run);
  Status build(Node& node, NodeBackend& backend, bool executes, NodeRun* run);
  Status materialize(Node& node, RenderScope& scope, NodeRun* run);
  Status evaluate_test(const Node& node, const RenderScope& scope, NodeRun* run);
  void fail(const Node& node, const Error& error, NodeRun* run);
  // The finding of a test that failed or warns.
  static void report_test(const Node& node, NodeRun* run);

  [[nodiscard]] std::int64_t now_micros() const { return session_.clock->now_unix_ns() / 1000; }

  Session& session_;
  WarehouseClient warehouse_;
  NodeCompiler compiler_;
};

// An error that brought a finding of its own, of a table that cannot be read for example: its code, notes and helps.
void take_cause(const Error& error, Diagnostic* finding);

// Where the node's table is, as {"database", "schema", "identifier"}; empty for nodes without one.
std::string node_relation_json(const Node& node);

}  // namespace floe::dbt
