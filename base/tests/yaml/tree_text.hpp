// A YAML tree as one line of text, in the notation that pyyaml_differential_test.cpp's Python prints too.
#pragma once

#include "base/json/json.hpp"
#include "base/text/text.hpp"
#include "base/time/civil.hpp"
#include "base/yaml/node.hpp"

#include <string>

namespace floe::yaml {

inline std::string timestamp_text(const Node& node) {
  if (node.date_only)
    return "date:" + time::format_date(node.integer / 86'400'000'000 - (node.integer % 86'400'000'000 < 0));
  std::string text = "time:" + time::format_timestamp_micros(node.integer);
  if (node.zone_minutes.has_value()) text += "@" + std::to_string(*node.zone_minutes);
  return text;
}

inline std::string tree_text(const Node& node) {
  std::string text;
  switch (node.kind) {
    case Kind::kNull:
      return "null";
    case Kind::kBool:
      return node.boolean ? "true" : "false";
    case Kind::kInt:
      return node.integer_overflow ? "big" : "int:" + std::to_string(node.integer);
    case Kind::kFloat:
      return "float:" + text::python_float(node.real);
    case Kind::kString:
      return to_json(json::string(node.text));
    case Kind::kTimestamp:
      return timestamp_text(node);
    case Kind::kSequence:
      for (const NodePtr& item : node.items)
        text += (text.empty() ? "" : ", ") + tree_text(*item);
      return "[" + text + "]";
    case Kind::kMapping:
      for (const Entry& entry : node.entries) {
        text += (text.empty() ? "" : ", ") + tree_text(*entry.key_node) + ": " + tree_text(*entry.value);
      }
      return "{" + text + "}";
  }
  return "?";
}

}  // namespace floe::yaml
