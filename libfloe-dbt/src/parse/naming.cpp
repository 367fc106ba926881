// database, schema and alias of a node through the generate_*_name macros.
#include "jinja/environment.hpp"
#include "model/emit_node.hpp"
#include "model/tree.hpp"
#include "parse/loader.hpp"
#include "parse/text_forms.hpp"
#include "value/operations.hpp"

#include "base/text/text.hpp"

#include <fmt/format.h>

namespace floe::dbt {
namespace {

// What our builtin macros answer, without running them.
std::string builtin_name(std::string_view component, const Value& custom, const Node& node, const Target& target) {
  std::string text = custom.is_none() ? std::string() : std::string(trim_python(to_str(custom)));
  if (component == "database") return custom.is_none() ? target.database : text;
  if (component == "schema") return custom.is_none() ? target.schema : target.schema + "_" + text;
  if (!custom.is_none() && truth(custom)) return text;
  if (node.is_versioned()) return node.name + "_v" + text::replace_all(to_str(node.version), ".", "_");
  return node.name;
}

}  // namespace

void Loader::update_names(Node& node) {
  for (auto [component, field] :
       {std::pair{"database", &node.database}, std::pair{"schema", &node.schema}, std::pair{"alias", &node.alias}}) {
    const Value custom = node.config_get(component);
    const Macro* macro = session.macros.naming(component, node.package_name);
    if (macro == nullptr || workspace.is_builtin(macro->package_name)) {
      *field = builtin_name(component, custom, node, workspace.target);
      continue;
    }
    ScopeOptions options;
    options.macro = macro;
    options.package = workspace.root->name;
    RenderScope scope(session, ScopeMode::kNaming, options);
    const Value arguments[2] = {custom, node_value(node)};
    auto value = call(scope.macro_value(*macro), arguments, {}, scope);
    if (!value) {
      report(render_diagnostic(session, node, value.error()));
      return;
    }
    *field = std::string(trim_python(to_str(*value)));
  }
  if (node.type == ResourceType::kSnapshot) {
    if (auto schema = find_text(node.config, "target_schema")) node.schema = *schema;
    if (auto database = find_text(node.config, "target_database")) node.database = *database;
  }
  const bool stores = node.type == ResourceType::kTest && node.config_get("store_failures").is_true();
  const bool relational = (node.is_refable() && !node.is_ephemeral()) || stores;
  node.relation_name.reset();
  if (relational) node.relation_name = relation_name(node, workspace.root->quoting);
}

}  // namespace floe::dbt
