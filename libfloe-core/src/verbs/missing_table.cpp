#include "verbs/missing_table.hpp"

#include "base/fail.hpp"
#include "base/json/json.hpp"
#include "base/text/text.hpp"

#include <algorithm>
#include <string>
#include <vector>

namespace floe::run {
namespace {

using warehouse::Relation;

// `kind`: tables, views. Nothing when the catalog does not answer: then the error that led here says why.
std::vector<std::string> names_of(const OpenedTables& opened, const char* kind) {
  std::vector<std::string> names;
  const auto text = opened.platform->tables().list(opened.call.raw(), R"({"namespace":null})");
  const auto listed = text ? parse_json_object(*text) : Result<json::object>(json::object());
  const json::array* list = listed ? get_array(*listed, kind) : nullptr;
  if (list == nullptr) return names;
  for (const json::value& item : *list)
    names.push_back(warehouse::relation_from_identifier(item.as_object()).dotted());
  return names;
}

bool has(const std::vector<std::string>& names, const Relation& relation) {
  return std::any_of(names.begin(), names.end(),
                     [&](const std::string& name) { return text::equals_ignore_case_ascii(name, relation.dotted()); });
}

}  // namespace

Error missing_table(const OpenedTables& opened, const Relation& relation) {
  std::vector<std::string> names = names_of(opened, "tables");
  const std::vector<std::string> views = names_of(opened, "views");
  names.insert(names.end(), views.begin(), views.end());
  const auto near = text::nearest(relation.dotted(), names);
  return failf(ErrorCode::kNotFound, "there is no table `{}`; {}", relation.dotted(),
               near ? "write `" + *near + "`" : "`floe table list` prints the tables");
}

Error with_missing_table(const OpenedTables& opened, const Relation& relation, Error error) {
  if (error.code != ErrorCode::kNotFound || has(names_of(opened, "tables"), relation)) return error;
  if (!has(names_of(opened, "views"), relation)) return missing_table(opened, relation);
  return failf(ErrorCode::kNotFound, "`{}` is a view: it has no snapshots and no files", relation.dotted());
}

}  // namespace floe::run
