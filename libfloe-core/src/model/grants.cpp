#include "model/grants.hpp"

#include "base/diagnostics/diagnostic.hpp"
#include "base/json/texts.hpp"
#include "base/text/text.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>

namespace floe::warehouse {
namespace {

constexpr std::string_view kTemporary = "__dbt_";

Error refuse(std::string message, std::string note, std::string help) {
  return diagnostics_error(ErrorCode::kPermission,
                           error_diagnostic("FLOE-E0743", "write-not-granted", std::move(message))
                               .note(std::move(note))
                               .help(std::move(help)));
}

bool is_below(const std::string& domain, const std::string& schema) {
  const std::string lower = text::to_lower_ascii(schema);
  const std::string own = text::to_lower_ascii(domain);
  return own.empty() || lower == own || lower.starts_with(own + ".");
}

std::string outside(const std::string& domain) {
  return fmt::format("the product writes below its domain, `{}`, whoever of it writes", domain);
}

bool is_made_by_another(const Grants& grants, std::string_view node, const Relation& relation) {
  return std::any_of(grants.nodes.begin(), grants.nodes.end(),
                     [&](const auto& entry) { return entry.first != node && entry.second.key() == relation.key(); });
}

// A test may be named after a model, and then stores its failures nowhere.
bool is_table_of_a_model(const Grants& grants, std::string_view node, const Relation& relation) {
  return node.starts_with("test.") && std::any_of(grants.nodes.begin(), grants.nodes.end(), [&](const auto& entry) {
           return !entry.first.starts_with("test.") && entry.second.key() == relation.key();
         });
}

Status check_node(const Grants& grants, std::string_view node, const Relation& relation) {
  const auto made = grants.nodes.find(std::string(node));
  if (made == grants.nodes.end()) {
    return refuse(
        fmt::format("`{}` may not change `{}`: the compiled product does not have this node", node, relation.dotted()),
        "what runs is what was compiled", "compile with the flags and variables of the run");
  }
  const bool is_own = made->second.key() == relation.key();
  if (is_own && !is_table_of_a_model(grants, node, relation)) return ok();
  if (is_side_relation(made->second, relation) && !is_made_by_another(grants, node, relation)) return ok();
  return refuse(fmt::format("`{}` may not change `{}`", node, relation.dotted()),
                fmt::format("a node changes what it makes, `{}`, and relations of its own that begin with `{}{}`",
                            made->second.dotted(), made->second.dotted(), kTemporary),
                "make the other table with a model of its own");
}

json::object relation_object(const Relation& relation) {
  return {{"schema", relation.schema}, {"identifier", relation.identifier}};
}

json::object sets_json(const SetsByName& sets) {
  json::object out;
  for (const auto& [name, members] : sets)
    out[name] = json::array(members.begin(), members.end());
  return out;
}

void read_sets(const json::object& object, SetsByName* out) {
  for (const auto& [name, members] : object) {
    const std::vector<std::string> list = get_texts(object, name);
    out->emplace(name, std::set<std::string>(list.begin(), list.end()));
  }
}

}  // namespace

bool makes_relation(std::string_view node) {
  constexpr std::array<std::string_view, 4> kKinds{"model.", "seed.", "snapshot.", "test."};
  return std::any_of(kKinds.begin(), kKinds.end(), [&](std::string_view kind) { return node.starts_with(kind); });
}

bool is_side_relation(const Relation& made, const Relation& relation) {
  const std::string prefix = text::to_lower_ascii(made.identifier).append(kTemporary);
  return text::equals_ignore_case_ascii(made.schema, relation.schema) &&
         text::to_lower_ascii(relation.identifier).starts_with(prefix);
}

std::vector<std::string> tables_beside(std::string_view key) {
  std::vector<std::string> out;
  for (std::size_t at = key.find(kTemporary); at != std::string_view::npos; at = key.find(kTemporary, at + 1))
    out.emplace_back(key.substr(0, at));
  return out;
}

Status check_write(const Grants& grants, std::string_view node, const Relation& relation) {
  if (!is_below(grants.domain, relation.schema)) {
    return refuse(
        fmt::format("`{}` may not be changed: it is outside of domain `{}`", relation.dotted(), grants.domain),
        outside(grants.domain), fmt::format("write to a schema such as `{}.main`", grants.domain));
  }
  if (const auto other = grants.others.find(relation.key()); other != grants.others.end()) {
    return diagnostics_error(
        ErrorCode::kPermission,
        error_diagnostic("FLOE-E0796", "table-of-another-product",
                         fmt::format("table `{}` belongs to product {}", relation.dotted(), other->second))
            .note("a table has one product, or two would overwrite each other")
            .help("give the model another name or schema"));
  }
  return makes_relation(node) ? check_node(grants, node, relation) : ok();
}

Status check_namespace(const Grants& grants, const std::string& schema) {
  if (is_below(grants.domain, schema)) return ok();
  return refuse(fmt::format("namespace `{}` may not be changed: it is outside of domain `{}`", schema, grants.domain),
                outside(grants.domain), fmt::format("write to a schema such as `{}.main`", grants.domain));
}

Status check_owned(const Grants& grants, const Relation& relation) {
  const auto is_same = [&](const Relation& own) { return own.key() == relation.key(); };
  const bool is_made =
      std::any_of(grants.nodes.begin(), grants.nodes.end(), [&](const auto& entry) { return is_same(entry.second); });
  if (is_made || std::any_of(grants.ingested.begin(), grants.ingested.end(), is_same)) return ok();
  return refuse(fmt::format("namespace `{}` may not be dropped: the product does not make `{}`, which is in it",
                            relation.schema, relation.dotted()),
                "dropping a namespace drops every table in it", "drop the tables of the product by name");
}

json::object grants_json(const Grants& grants) {
  json::object nodes;
  for (const auto& [id, relation] : grants.nodes)
    nodes[id] = relation_object(relation);
  json::array ingested;
  for (const Relation& relation : grants.ingested)
    ingested.push_back(relation_object(relation));
  json::object others;
  for (const auto& [key, product] : grants.others)
    others[key] = product;
  json::object sources;
  for (const auto& [key, id] : grants.sources)
    sources[key] = id;
  return {{"domain", grants.domain},
          {"nodes", std::move(nodes)},
          {"ingested", std::move(ingested)},
          {"others", std::move(others)},
          {"inputs", sets_json(grants.inputs)},
          {"sources", std::move(sources)},
          {"classes", model::classes_json(grants.classes)},
          {"masked", sets_json(grants.masked)}};
}

Result<Grants> read_grants(const json::object& object) {
  Grants grants;
  grants.domain = FLOE_TRY(require_string(object, "domain"));
  for (const auto& [id, value] : *FLOE_TRY(require_object(object, "nodes")))
    grants.nodes.emplace(id, FLOE_TRY(relation_from_json(value.as_object())));
  grants.ingested = FLOE_TRY(relations_from_json(object, "ingested"));
  for (const auto& [key, product] : *FLOE_TRY(require_object(object, "others")))
    grants.others.emplace(key, std::string(to_view(product.as_string())));
  read_sets(*FLOE_TRY(require_object(object, "inputs")), &grants.inputs);
  const json::object* classes = FLOE_TRY(require_object(object, "classes"));
  grants.classes = FLOE_TRY(model::read_classes(*classes));
  read_sets(*FLOE_TRY(require_object(object, "masked")), &grants.masked);
  for (const auto& [key, id] : *FLOE_TRY(require_object(object, "sources")))
    grants.sources.emplace(key, std::string(to_view(id.as_string())));
  return grants;
}

}  // namespace floe::warehouse
