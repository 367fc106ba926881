#include "compile/product_grants.hpp"

#include "product/registry.hpp"

#include "base/text/text.hpp"

#include <fmt/format.h>

namespace floe::compile {
namespace {

using warehouse::Grants;
using warehouse::Relation;

void add_ingested(const IngestionSource& source, Grants* grants) {
  const std::vector<std::string> levels(source.table.begin(), source.table.end() - 1);
  Relation relation{text::join(levels, "."), source.table.back()};
  if (relation.schema.empty()) relation.schema = warehouse::kDefaultSchema;
  grants->ingested.push_back(relation);
  relation.identifier += "_rejects";
  grants->ingested.push_back(std::move(relation));
}

Status add_others(const Compiled& compiled, io::FileSystem& files, Grants* grants) {
  if (!compiled.registry_path) return ok();
  const std::string own = (compiled.domain ? *compiled.domain + "." : "") + compiled.product_name;
  const product::Registry registry = FLOE_TRY(product::read_registry(*compiled.registry_path, files));
  for (const auto& [name, other] : registry.products) {
    if (name == own) continue;
    for (const std::string& table : other.tables)
      grants->others.emplace(text::to_lower_ascii(table), fmt::format("`{}` of {}", name, other.owner));
  }
  return ok();
}

}  // namespace

Result<Grants> make_grants(const Compiled& compiled, const policy::ModelGraph& graph, io::FileSystem& files) {
  Grants grants;
  grants.domain = compiled.domain.value_or("");
  for (const std::vector<policy::Model>* list : {&graph.models, &graph.other_nodes, &graph.tests}) {
    for (const policy::Model& node : *list) {
      if (node.unique_id.starts_with("source.") || node.table.empty()) continue;
      grants.nodes.emplace(node.unique_id, Relation{node.schema, node.table});
    }
  }
  for (const IngestionSource& source : compiled.ingestion) {
    if (!source.table.empty()) add_ingested(source, &grants);
  }
  FLOE_TRY(add_others(compiled, files, &grants));
  return grants;
}

}  // namespace floe::compile
