#include "base/yaml/to_json.hpp"

#include <cmath>

namespace floe::yaml {

json::value to_json_value(const Node& node) {
  switch (node.kind) {
    case Kind::kNull:
      return nullptr;
    case Kind::kBool:
      return node.boolean;
    case Kind::kInt:
      if (node.integer_overflow) return json::value(node.text);
      return node.integer;
    case Kind::kFloat:
      if (!std::isfinite(node.real)) return json::value(node.text);
      return node.real;
    case Kind::kString:
    case Kind::kTimestamp:
      return json::value(node.text);
    case Kind::kSequence: {
      json::array out;
      out.reserve(node.items.size());
      for (const NodePtr& item : node.items)
        out.push_back(to_json_value(*item));
      return out;
    }
    case Kind::kMapping: {
      json::object out;
      for (const Entry& entry : node.entries)
        out[entry.key] = to_json_value(*entry.value);
      return out;
    }
  }
  return nullptr;
}

}  // namespace floe::yaml
