#include "warehouse/class_monitor.hpp"

#include "base/diagnostics/diagnostic.hpp"
#include "base/text/text.hpp"

#include <fmt/format.h>

#include <algorithm>

namespace floe::warehouse {
namespace {

using model::class_rank;
using model::kAnyColumn;
}  // namespace

ClassMonitor::ClassMonitor(const std::optional<Grants>& grants)
    : grants_(grants && !grants->classes.empty() ? &*grants : nullptr) {
  if (grants_ == nullptr) return;
  for (const auto& [id, made] : grants_->nodes)
    made_.insert(made.key());
}

void ClassMonitor::raise(const Found& other, Found* found) {
  if (class_rank(other.classification) > class_rank(found->classification)) *found = other;
}

bool ClassMonitor::concerns(std::string_view node) const {
  if (grants_ == nullptr || node.starts_with("test.")) return false;  // what tests store is judged where it is read
  return class_rank(highest_input(node).classification) >= 0;
}

// The key of the relation when a node makes it, else of the one that it lies beside; "" = neither.
std::string ClassMonitor::table_of(const std::string& key, bool* is_beside) const {
  *is_beside = false;
  if (made_.contains(key)) return key;
  for (std::string& beside : tables_beside(key)) {
    *is_beside = made_.contains(beside);
    if (*is_beside) return std::move(beside);
  }
  return "";
}

ClassMonitor::Found ClassMonitor::highest_of(std::string_view key) const {
  const auto columns = grants_->classes.find(key);
  if (columns == grants_->classes.end() || columns->second.empty()) return {};
  const auto most = std::max_element(columns->second.begin(), columns->second.end(), [](const auto& a, const auto& b) {
    return class_rank(a.second) < class_rank(b.second);
  });
  return {most->second, fmt::format("{}.{}", key, most->first)};
}

// What is no node may read all that the product reads.
ClassMonitor::Found ClassMonitor::highest_input(std::string_view node) const {
  Found highest;
  if (!makes_relation(node)) {
    for (const auto& [key, columns] : grants_->classes)
      raise(highest_of(key), &highest);
    return highest;
  }
  const auto inputs = grants_->inputs.find(node);
  if (inputs == grants_->inputs.end()) return highest;
  for (const std::string& key : inputs->second)
    raise(highest_of(key), &highest);
  return highest;
}

// False when it comes from no table whose classes are known, such as a temporary one.
bool ClassMonitor::add_origin(std::string_view node, const json::object& origin, Found* found) const {
  if (get_string_or(origin, "type", "") != "DIRECT") return true;
  const json::object* named = get_object(origin, "relation");
  if (named == nullptr || get_string_or(*named, "database", "") == kTemporaryDatabase) return false;
  const Relation relation{get_string_or(*named, "schema", ""), get_string_or(*named, "name", "")};
  const std::string key = relation.key();
  const std::string column = get_string_or(origin, "column", "");
  bool is_beside = false;
  const std::string table = table_of(key, &is_beside);
  if (is_beside) {
    const auto known = beside_.find(key);
    if (known == beside_.end()) return false;
    const auto member = known->second.find(text::to_lower_ascii(column));
    if (member != known->second.end()) raise(member->second, found);
    return true;
  }
  raise({std::string(model::class_of(grants_->classes, key, column)), relation.dotted() + "." + column}, found);
  if (!table.empty() || grants_->sources.contains(key)) return true;
  const auto inputs = grants_->inputs.find(node);
  return inputs != grants_->inputs.end() && inputs->second.contains(key);
}

ClassMonitor::Columns ClassMonitor::columns_of(std::string_view node, const json::object* analysis,
                                               const Found& unknown) const {
  Columns out;
  const json::array* columns = analysis == nullptr ? nullptr : get_array(*analysis, "columns");
  if (columns == nullptr) out[std::string(kAnyColumn)] = unknown;
  for (std::size_t i = 0; columns != nullptr && i < columns->size(); ++i) {
    const json::object& column = (*columns)[i].as_object();
    Found& found = out[text::to_lower_ascii(get_string_or(column, "name", ""))];
    bool is_known = get_bool_or(column, "exact", true);
    const json::array* lineage = get_array(column, "lineage");
    for (std::size_t j = 0; lineage != nullptr && j < lineage->size(); ++j)
      is_known = add_origin(node, (*lineage)[j].as_object(), &found) && is_known;
    if (!is_known) raise(unknown, &found);
  }
  return out;
}

void ClassMonitor::on_answer(std::string_view node, const json::object* analysis, std::shared_ptr<ReadRows> read) {
  const Found unknown = highest_input(node);
  const std::lock_guard lock(mutex_);
  Answer answer{std::move(read), {}};
  for (const auto& [name, found] : columns_of(node, analysis, unknown))
    raise(found, &answer.highest);
  if (class_rank(answer.highest.classification) >= 0) answers_[std::string(node)].push_back(std::move(answer));
}

ClassMonitor::Found ClassMonitor::seen_by(std::string_view node) const {
  Found seen;
  const auto answers = answers_.find(node);
  if (answers == answers_.end()) return seen;
  for (const Answer& answer : answers->second) {
    if (answer.read->rows > 0) raise(answer.highest, &seen);
  }
  return seen;
}

bool ClassMonitor::is_masked(std::string_view table, const std::string& column) const {
  const auto masked = grants_->masked.find(table);
  return masked != grants_->masked.end() && masked->second.contains(column);
}

Status ClassMonitor::check(std::string_view node, const Relation& target, const json::object* analysis) {
  const std::lock_guard lock(mutex_);
  const Found seen = seen_by(node);
  Columns columns = columns_of(node, analysis, highest_input(node));
  for (auto& [name, found] : columns)
    raise(seen, &found);
  bool is_beside = false;
  const std::string table = table_of(target.key(), &is_beside);
  if (is_beside) {
    for (const auto& [name, found] : columns)
      raise(found, &beside_[target.key()][name]);
    return ok();
  }
  for (const auto& [name, found] : columns) {
    const std::string_view judged = model::class_of(grants_->classes, table, name);
    if (is_masked(table, name) || class_rank(found.classification) <= class_rank(judged)) continue;
    return refuse(node, name, found, judged);
  }
  return ok();
}

Status ClassMonitor::refuse(std::string_view node, const std::string& column, const Found& found,
                            std::string_view judged) const {
  const std::string who = node.empty() ? "an operation" : fmt::format("`{}`", node);
  const std::string what = column == kAnyColumn ? "its columns" : fmt::format("column `{}`", column);
  const std::string was = judged.empty() ? "was judged to have none" : fmt::format("was judged to be {}", judged);
  return diagnostics_error(
      ErrorCode::kPermission,
      error_diagnostic("FLOE-E0784", "class-above-judged",
                       fmt::format("{} would write class {} into {}, which {}", who, found.classification, what, was))
          .note("it comes from " + found.origin)
          .note("the SQL of this run is not the SQL that was judged: its template asked a table, the clock or "
                "is_incremental(), or something else than the model writes the table")
          .help(column == kAnyColumn ? "name the columns of what it reads in their .yml, so that they can be traced"
                                     : fmt::format("declare `{}` as {}, or mask it and say how in `meta.masking`",
                                                   column, found.classification)));
}

}  // namespace floe::warehouse
