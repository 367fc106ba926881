// dbt ls: a line for each selected node, source or exposure.
#include "artifact/artifact.hpp"
#include "execute/command.hpp"
#include "model/emit_node.hpp"
#include "value/json.hpp"

#include "base/fail.hpp"
#include "base/text/printable.hpp"

#include <algorithm>

namespace floe::dbt {
namespace {

// What a unique id names: one of the three is set.
struct Listed {
  const Node* node = nullptr;
  const Source* source = nullptr;
  const Exposure* exposure = nullptr;
};

Listed find_listed(const Manifest& manifest, std::string_view unique_id) {
  if (const Node* node = manifest.find_node(unique_id)) return {.node = node};
  if (const Source* source = manifest.find_source(unique_id)) return {.source = source};
  const auto found = std::find_if(manifest.exposures.begin(), manifest.exposures.end(),
                                  [&](const auto& each) { return each->unique_id == unique_id; });
  return {.exposure = found->get()};
}

std::string name_line(const Listed& listed) {
  if (listed.node != nullptr) return listed.node->search_name();
  return listed.source != nullptr ? listed.source->source_name + "." + listed.source->name : listed.exposure->name;
}

std::string path_line(const Listed& listed) {
  if (listed.node != nullptr) return listed.node->original_file_path;
  return listed.source != nullptr ? listed.source->original_file_path : listed.exposure->original_file_path;
}

Value whole_value(const Listed& listed) {
  if (listed.node != nullptr) return node_value(*listed.node);
  return listed.source != nullptr ? source_value(*listed.source) : exposure_value(*listed.exposure);
}

std::string json_line(const Listed& listed, const std::vector<std::string>& keys) {
  static const std::vector<std::string> kUsual{
      "alias",  "name",          "package_name", "depends_on",         "tags",
      "config", "resource_type", "source_name",  "original_file_path", "unique_id"};
  const Value whole = whole_value(listed);
  std::vector<std::pair<Value, Value>> entries;
  for (const std::string& key : keys.empty() ? kUsual : keys) {
    if (const Value* found = whole.dict_object()->find(std::string_view(key))) entries.emplace_back(Value(key), *found);
  }
  return text::printable_json(dump_json(Value::dict(std::move(entries))));
}

std::string selector_line(const Listed& listed) {
  if (const Source* source = listed.source)
    return "source:" + source->package_name + "." + source->source_name + "." + source->name;
  if (const Exposure* exposure = listed.exposure) return "exposure:" + exposure->package_name + "." + exposure->name;
  std::string line;
  for (const std::string& part : listed.node->fqn)
    line.append(line.empty() ? "" : ".").append(part);
  return line;
}

}  // namespace

Result<json::object> list_command(const CommandInput& input) {
  const auto selected =
      FLOE_TRY(select_nodes(input, {ResourceType::kModel, ResourceType::kSnapshot, ResourceType::kSeed,
                                    ResourceType::kTest, ResourceType::kSource, ResourceType::kExposure}));
  const std::string output = get_string_or(input.args, "output", "selector");
  const std::vector<std::string> keys = word_list(input.args, "output_keys");
  json::array lines;
  for (const std::string_view id : selected.unique_ids) {
    const Listed listed = find_listed(input.session.manifest, id);
    if (output == "name") {
      lines.emplace_back(name_line(listed));
    } else if (output == "path") {
      lines.emplace_back(path_line(listed));
    } else if (output == "json") {
      lines.emplace_back(json_line(listed, keys));
    } else if (output == "selector") {
      lines.emplace_back(selector_line(listed));
    } else {
      return failf(ErrorCode::kInvalidArgument, "output `{}` is none of selector, name, path, json", output);
    }
  }
  json::object answer = empty_answer();
  answer["lines"] = std::move(lines);
  return answer;
}

}  // namespace floe::dbt
