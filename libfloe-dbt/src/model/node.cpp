#include "model/node.hpp"

#include "model/tree.hpp"
#include "value/operations.hpp"

namespace floe::dbt {

std::string_view resource_type_name(ResourceType type) {
  switch (type) {
    case ResourceType::kModel:
      return "model";
    case ResourceType::kSeed:
      return "seed";
    case ResourceType::kSnapshot:
      return "snapshot";
    case ResourceType::kTest:
      return "test";
    case ResourceType::kAnalysis:
      return "analysis";
    case ResourceType::kOperation:
      return "operation";
    case ResourceType::kSource:
      return "source";
    case ResourceType::kExposure:
      return "exposure";
    case ResourceType::kGroup:
      return "group";
    case ResourceType::kMacro:
      return "macro";
    case ResourceType::kDoc:
      return "doc";
  }
  return "";
}

bool operator==(const RefArgs& left, const RefArgs& right) {
  return left.name == right.name && left.package == right.package && equals(left.version, right.version);
}

std::string_view Node::materialized() const {
  const Value* found = find_key(config, "materialized");
  return found != nullptr && found->is_string() ? std::string_view(found->as_string()) : std::string_view();
}

bool Node::is_ephemeral() const { return type == ResourceType::kModel && materialized() == "ephemeral"; }

bool Node::is_refable() const {
  return type == ResourceType::kModel || type == ResourceType::kSeed || type == ResourceType::kSnapshot;
}

Value Node::config_get(std::string_view key) const {
  const Value* found = find_key(config, key);
  return found == nullptr ? Value() : *found;
}

std::string Node::search_name() const { return is_versioned() ? name + ".v" + to_str(version) : name; }

}  // namespace floe::dbt
