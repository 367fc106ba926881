#include "model/table_classes.hpp"

#include "base/fail.hpp"
#include "base/text/text.hpp"

#include <algorithm>

namespace floe::model {

int class_rank(std::string_view classification) {
  const auto found = std::find(kClasses.begin(), kClasses.end(), classification);
  return found == kClasses.end() ? -1 : static_cast<int>(found - kClasses.begin());
}

std::vector<std::string> class_names() { return {kClasses.begin(), kClasses.end()}; }

void raise_class(std::string_view word, std::string* known) {
  if (class_rank(word) > class_rank(*known)) *known = word;
}

std::string_view class_of(const TableClasses& tables, std::string_view table, std::string_view column) {
  const auto columns = tables.find(table);
  if (columns == tables.end()) return "";
  auto found = columns->second.find(text::to_lower_ascii(column));
  if (found == columns->second.end()) found = columns->second.find(kAnyColumn);
  return found == columns->second.end() ? std::string_view() : found->second;
}

json::object classes_json(const TableClasses& tables) {
  json::object out;
  for (const auto& [table, columns] : tables) {
    json::object& words = out[table].emplace_object();
    for (const auto& [column, word] : columns)
      words[column] = word;
  }
  return out;
}

Result<TableClasses> read_classes(const json::object& object) {
  TableClasses out;
  for (const auto& [table, columns] : object) {
    if (!columns.is_object()) return failf(ErrorCode::kData, "the classes of table `{}` are no object", table);
    for (const auto& [column, word] : columns.get_object()) {
      if (!word.is_string()) return failf(ErrorCode::kData, "the class of `{}.{}` is no text", table, column);
      out[std::string(table)].emplace(column, to_view(word.get_string()));
    }
  }
  return out;
}

}  // namespace floe::model
