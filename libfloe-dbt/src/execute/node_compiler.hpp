// From template to SQL: rendering, and ephemeral models put in front as common table expressions.
#pragma once

#include "execute/node_backend.hpp"
#include "macro/render_scope.hpp"

#include "base/result.hpp"

#include <map>
#include <mutex>
#include <string>
#include <string_view>
#include <vector>

namespace floe::dbt {

// Where a node's SQL is written below target/compiled/<package> and target/run/<package>: its own path, or below a
// directory named as the yml file that defines it.
std::string written_path(const Node& node);

// Thread-safe: several nodes compile at a time; an ephemeral model is compiled once, under a lock.
class NodeCompiler {
 public:
  explicit NodeCompiler(Session& session) : session_(session) {}

  // Fills node.compilation and writes target/compiled. Seeds compile to nothing. `scope` is the node's.
  Status compile(Node& node, RenderScope& scope, NodeBackend& backend);

 private:
  Status render(Node& node, RenderScope& scope);
  Status inject_ephemerals(Node& node, const RenderScope& scope, NodeBackend& backend);
  Status compile_ephemeral(Node& node, NodeBackend& backend);
  Status write_compiled(Node& node);

  Session& session_;
  std::recursive_mutex ephemerals_;                   // recursive: ephemeral models read ephemeral models
  std::map<std::string, std::string> ephemeral_sql_;  // under the lock: ` name as (...)` by unique id
};

// `sql` with the expressions in its WITH clause, which is made when there is none.
std::string inject_ctes(std::string_view sql, const std::vector<InjectedCte>& ctes);

}  // namespace floe::dbt
