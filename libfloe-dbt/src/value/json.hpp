// Values to and from JSON and YAML text, in Python's formats.
#pragma once

#include "value/value.hpp"

#include "base/result.hpp"
#include "base/yaml/node.hpp"

#include <optional>
#include <string>
#include <string_view>

namespace floe::dbt {

struct JsonStyle {
  bool sort_keys = false;
  bool ensure_ascii = true;
  std::optional<int> indent;             // json.dumps(indent=n)
  std::string_view item_separator = {};  // empty: Python's default, `, ` or `,` when indented
  std::string_view key_separator = {};   // empty: `: `
};

// json.dumps. Raises TypeError for what JSON cannot hold (NaN and infinities are written as Python writes them).
std::string dump_json(const Value& value, const JsonStyle& style = {});
// json.loads. Integers of any size. kData with Python's message (`Expecting value: line 1 column 1 (char 0)`).
Result<Value> load_json(std::string_view text);

// yaml.safe_load and yaml.dump(default_flow_style=False) in PyYAML's format.
Result<Value> load_yaml(std::string_view text);
std::string dump_yaml(const Value& value, bool sort_keys = false);
Value from_yaml_node(const yaml::Node& node);

// Python's ast.literal_eval. nullopt where it raises.
std::optional<Value> literal_eval(std::string_view text);

}  // namespace floe::dbt
