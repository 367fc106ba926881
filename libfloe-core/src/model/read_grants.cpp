#include "model/read_grants.hpp"

#include "base/text/text.hpp"

#include <fmt/format.h>

#include <vector>

namespace floe::warehouse {
namespace {

Diagnostic refused_read(std::string message, std::string note, std::string help) {
  return error_diagnostic("FLOE-E0744", "read-not-granted", std::move(message))
      .note(std::move(note))
      .help(std::move(help));
}

// What a template writes to read a node: `model.shop.orders`, `model.shop.orders.v2`, `source.shop.raw.orders`.
std::string written_as(std::string_view unique_id) {
  const std::vector<std::string_view> parts = text::split(unique_id, '.');
  if (parts.size() < 3) return "";
  if (parts[0] == "source") {
    return parts.size() < 4 ? "" : fmt::format("{{{{ source('{}', '{}') }}}}", parts[2], parts[3]);
  }
  if (parts.size() == 4) return fmt::format("{{{{ ref('{}', version='{}') }}}}", parts[2], parts[3].substr(1));
  return fmt::format("{{{{ ref('{}') }}}}", parts[2]);
}

std::string declared(const std::set<std::string>& inputs) {
  constexpr std::size_t kMostShown = 8;
  if (inputs.empty()) return "it declares no input";
  std::vector<std::string> names(inputs.begin(), inputs.end());
  const std::size_t more = names.size() > kMostShown ? names.size() - kMostShown : 0;
  names.resize(names.size() - more);
  return "it declares " + text::quoted_list(names) + (more == 0 ? "" : fmt::format(" and {} more", more));
}

}  // namespace

ReadGrants::ReadGrants(const Grants& grants)
    : nodes_(grants.nodes.begin(), grants.nodes.end()), inputs_(grants.inputs.begin(), grants.inputs.end()) {
  for (const auto& [id, relation] : grants.nodes) {
    const auto [owner, is_new] = owners_.emplace(relation.key(), id);
    // A test may be named after a model, which is what others read.
    if (!is_new && owner->second.starts_with("test.")) owner->second = id;
  }
  for (const auto& [key, id] : grants.sources)
    owners_.emplace(key, id);
  for (const Relation& relation : grants.ingested)
    owners_.emplace(relation.key(), "");
}

bool ReadGrants::may_product_read(const Relation& relation) const {
  if (owners_.contains(relation.key())) return true;
  const std::size_t side = relation.identifier.rfind("__dbt_");
  return side != std::string::npos &&
         owners_.contains(Relation{relation.schema, relation.identifier.substr(0, side)}.key());
}

bool ReadGrants::may_node_read(std::string_view node, const Relation& made, const Relation& relation) const {
  const std::string key = relation.key();
  if (made.key() == key) return true;
  const auto inputs = inputs_.find(node);
  if (inputs != inputs_.end() && inputs->second.contains(key)) return true;
  return is_side_relation(made, relation) && !owners_.contains(key);
}

std::string ReadGrants::help(const Relation& relation) const {
  const auto owner = owners_.find(relation.key());
  const std::string written = owner == owners_.end() ? "" : written_as(owner->second);
  if (!written.empty()) return fmt::format("write `{}` in its place", written);
  return fmt::format(
      "declare it: `sources: [{{name: ..., schema: {}, tables: [{{name: {}}}]}}]` in a .yml file of the "
      "project, and read it with `{{{{ source(...) }}}}`",
      relation.schema, relation.identifier);
}

bool ReadGrants::may_read(std::string_view node, const Relation& relation) const {
  if (!makes_relation(node)) return may_product_read(relation);
  const auto made = nodes_.find(node);
  return made != nodes_.end() && may_node_read(node, made->second, relation);
}

std::optional<Diagnostic> ReadGrants::refusal(std::string_view node, const Relation& relation) const {
  if (may_read(node, relation)) return std::nullopt;
  if (!makes_relation(node)) {
    return refused_read(fmt::format("`{}` may not be read: the product does not declare it", relation.dotted()),
                        "hooks, operations and queries read what the product makes, and its sources", help(relation));
  }
  if (!nodes_.contains(node)) {
    return refused_read(
        fmt::format("`{}` may not read `{}`: the compiled product does not have this node", node, relation.dotted()),
        "what runs is what was compiled", "compile with the flags and variables of the run");
  }
  const auto inputs = inputs_.find(node);
  return refused_read(fmt::format("`{}` may not read `{}`, which it does not declare", node, relation.dotted()),
                      declared(inputs == inputs_.end() ? std::set<std::string>() : inputs->second), help(relation));
}

Status ReadGrants::check(std::string_view node, const Relation& relation) const {
  auto refused = refusal(node, relation);
  return refused ? Status(diagnostics_error(ErrorCode::kPermission, *std::move(refused))) : ok();
}

Diagnostic ReadGrants::refusal_of_database(std::string_view node, std::string_view name) {
  return refused_read(fmt::format("{} may not read `{}`, which is in a database that all nodes share",
                                  node.empty() ? "this" : fmt::format("`{}`", node), name),
                      "what one node leaves there, another would read without declaring it",
                      "keep rows of your own in a temporary table: CREATE TEMP TABLE");
}

}  // namespace floe::warehouse
