// Configuration of a resource from its layers (dbt's context_config): defaults, the package's dbt_project.yml from the
// top down, schema yml, config() calls, and for packages the root project's dbt_project.yml once more.
#pragma once

#include "model/node.hpp"
#include "project/project.hpp"
#include "value/value.hpp"

#include <string>
#include <string_view>
#include <vector>

namespace floe::dbt {

struct ConfigRequest {
  ResourceType type = ResourceType::kModel;
  const std::vector<std::string>* fqn = nullptr;
  std::string_view package;
};

class ConfigResolver {
 public:
  explicit ConfigResolver(const Workspace& workspace) : workspace_(workspace) {}

  // Complete: every field of the resource type is there. Raises (PythonException) for values of the wrong kind.
  // `patch` and `calls` are dicts or None.
  [[nodiscard]] Value resolve(const ConfigRequest& request, const Value& patch, const Value& calls) const;
  // The layers as written, merged by replacing.
  [[nodiscard]] Value resolve_unrendered(const ConfigRequest& request, const Value& patch, const Value& calls) const;

 private:
  const Workspace& workspace_;
};

// One more config() call of the same node: dbt's merge_config_dicts. `calls` is changed in place.
void merge_config_call(const Value& calls, const Value& options);

}  // namespace floe::dbt
