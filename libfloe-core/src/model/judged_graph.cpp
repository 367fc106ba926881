#include "model/judged_graph.hpp"

#include "base/text/text.hpp"

namespace floe::compile {
namespace {

std::string member_digest(const json::object& node, std::string_view key) {
  const json::value* member = node.if_contains(key);
  return member == nullptr || member->is_null() ? std::string() : text::sha256_hex(to_canonical_json(*member));
}

std::string checksum_of(const json::object& node) {
  std::string out;
  if (const json::object* checksum = get_object(node, "checksum")) out = get_string_or(*checksum, "checksum", "");
  const std::string code = get_string_or(node, "raw_code", get_string_or(node, "macro_sql", ""));
  return code.empty() ? out : out + " " + text::sha256_hex(code);
}

JudgedGraph::Node node_of(const json::object& node) {
  const json::object* config = get_object(node, "config");
  return {get_string_or(node, "resource_type", ""),
          get_string_or(node, "schema", ""),
          get_string_or(node, "alias", get_string_or(node, "identifier", "")),
          config == nullptr ? "" : get_string_or(*config, "materialized", ""),
          checksum_of(node),
          member_digest(node, "config"),
          member_digest(node, "columns")};
}

}  // namespace

std::string JudgedGraph::digest() const {
  std::string all;
  for (const auto& [id, node] : nodes) {
    all.append(id).append("\n");
    for (const std::string& field : node)
      all.append(field).append("\n");
  }
  return text::sha256_hex(all);
}

JudgedGraph judged_graph(const json::object& manifest, std::string_view text) {
  JudgedGraph out;
  out.manifest_sha256 = text::sha256_hex(text);
  for (const char* key : {"nodes", "sources", "macros"}) {
    const json::object* list = get_object(manifest, key);
    if (list == nullptr) continue;
    for (const auto& [id, value] : *list) {
      if (value.is_object()) out.nodes[std::string(id)] = node_of(value.get_object());
    }
  }
  return out;
}

std::vector<GraphDifference> graph_differences(const JudgedGraph& judged, const JudgedGraph& other) {
  std::map<std::string, std::vector<std::string>> found;
  for (const auto& [id, node] : judged.nodes) {
    const auto same = other.nodes.find(id);
    if (same == other.nodes.end()) {
      found[id] = {"enabled"};
      continue;
    }
    for (std::size_t i = 0; i < kGraphFields.size(); ++i) {
      if (node[i] != same->second[i]) found[id].emplace_back(kGraphFields[i]);
    }
  }
  for (const auto& [id, node] : other.nodes) {
    if (!judged.nodes.contains(id)) found[id] = {"enabled"};
  }
  std::vector<GraphDifference> out;
  out.reserve(found.size());
  for (auto& [id, fields] : found)
    out.push_back({id, std::move(fields)});
  return out;
}

}  // namespace floe::compile
