#include "warehouse/class_monitor.hpp"

#include "base/diagnostics/diagnostic.hpp"
#include "base/fail.hpp"
#include "base/json/json.hpp"
#include "base/text/text.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <string>

namespace floe::warehouse {
namespace {

using model::class_rank;

struct Found {
  std::string_view classification;
  std::string origin;  // customers.email
};

class Check {
 public:
  Check(const Grants& grants, std::string_view node, const Relation& made)
      : grants_(grants), node_(node), made_(made), judged_(made.key()), highest_(highest_input()) {}

  Status column(const json::object& column) const {
    const std::string name = get_string_or(column, "name", "");
    if (is_masked(name)) return ok();
    Found found;
    bool is_known = get_bool_or(column, "exact", true);
    if (const json::array* lineage = get_array(column, "lineage")) {
      for (const json::value& entry : *lineage)
        is_known = add_origin(entry.as_object(), &found) && is_known;
    }
    if (!is_known) raise(highest_, &found);
    return check(name, found);
  }

  // Nothing is known of the columns: each may hold the highest class, which was so judged of all, or it is refused.
  Status any_column() const { return check("*", highest_); }

 private:
  static void raise(const Found& other, Found* found) {
    if (class_rank(other.classification) > class_rank(found->classification)) *found = other;
  }

  // False when it comes from no table of the catalog.
  bool add_origin(const json::object& origin, Found* found) const {
    if (get_string_or(origin, "type", "") != "DIRECT") return true;
    const json::object* named = get_object(origin, "relation");
    if (named == nullptr) return false;
    const Relation relation{get_string_or(*named, "schema", ""), get_string_or(*named, "name", "")};
    if (is_side_relation(made_, relation)) return true;  // it was checked when it was written
    const std::string key = relation.key();
    const std::string column = get_string_or(origin, "column", "");
    raise({model::class_of(grants_.classes, key, column), relation.dotted() + "." + column}, found);
    const auto inputs = grants_.inputs.find(node_);
    return key == judged_ || (inputs != grants_.inputs.end() && inputs->second.contains(key));
  }

  [[nodiscard]] Found highest_input() const {
    Found highest;
    const auto inputs = grants_.inputs.find(node_);
    if (inputs == grants_.inputs.end()) return highest;
    for (const std::string& key : inputs->second) {
      const auto columns = grants_.classes.find(key);
      if (columns == grants_.classes.end()) continue;
      for (const auto& [column, word] : columns->second)
        raise({word, key + "." + column}, &highest);
    }
    return highest;
  }

  [[nodiscard]] bool is_masked(const std::string& column) const {
    const auto masked = grants_.masked.find(judged_);
    if (masked == grants_.masked.end()) return false;
    return masked->second.contains(text::to_lower_ascii(column)) || masked->second.contains("*");
  }

  [[nodiscard]] Status check(const std::string& column, const Found& found) const {
    const std::string_view judged = model::class_of(grants_.classes, judged_, column);
    if (class_rank(found.classification) <= class_rank(judged)) return ok();
    const std::string what = column == "*" ? "its columns" : fmt::format("column `{}`", column);
    return diagnostics_error(
        ErrorCode::kPermission,
        error_diagnostic(
            "FLOE-E0784", "class-above-judged",
            fmt::format("`{}` would write class {} into {}, which {}", node_, found.classification, what,
                        judged.empty() ? "was judged to have none" : fmt::format("was judged to be {}", judged)))
            .note("it comes from " + found.origin)
            .note("the SQL of this run is not the SQL that was judged: its template asked a table, the clock or "
                  "is_incremental()")
            .help(column == "*" ? "name the columns of what it reads in their .yml, so that they can be traced"
                                : fmt::format("declare `{}` as {}, or mask it and say how in `meta.masking`", column,
                                              found.classification)));
  }

  const Grants& grants_;
  std::string_view node_;
  const Relation& made_;
  std::string judged_;
  Found highest_;
};

}  // namespace

bool reads_classes(const Grants& grants, std::string_view node) {
  const bool is_judged = node.starts_with("model.") || node.starts_with("snapshot.");
  const auto inputs = is_judged ? grants.inputs.find(node) : grants.inputs.end();
  return inputs != grants.inputs.end() &&
         std::any_of(inputs->second.begin(), inputs->second.end(),
                     [&](const std::string& key) { return grants.classes.contains(key); });
}

Status check_classes(const Grants& grants, std::string_view node, std::string_view analysis) {
  const auto made = grants.nodes.find(std::string(node));
  if (made == grants.nodes.end()) return ok();  // check_write() refuses it
  const Check check(grants, node, made->second);
  if (analysis.empty()) return check.any_column();
  const json::object object = FLOE_TRY(parse_json_object(analysis));
  for (const json::value& column : *FLOE_TRY(require_array(object, "columns")))
    FLOE_TRY(check.column(column.as_object()));
  return ok();
}

}  // namespace floe::warehouse
