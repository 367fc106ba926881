// How confidential the columns of tables are: the classes that there are, and columns by table.
#pragma once

#include "base/json/json.hpp"
#include "base/result.hpp"

#include <array>
#include <map>
#include <string>
#include <string_view>
#include <vector>

namespace floe::model {

// Those that there are (configuration.md 3), the least confidential first.
inline constexpr std::array<std::string_view, 7> kClasses{"public",    "internal", "confidential", "restricted",
                                                          "sensitive", "phi",      "pii"};

// How confidential a class is; -1 for a word that is none.
int class_rank(std::string_view classification);

std::vector<std::string> class_names();

// Keeps the more confidential of two classes; a word that is none changes nothing.
void raise_class(std::string_view word, std::string* known);

inline constexpr std::string_view kAnyColumn = "*";  // every column that is not listed

// pii, internal ... by column in lower case.
using ColumnClassNames = std::map<std::string, std::string, std::less<>>;

// By namespace.table in lower case.
using TableClasses = std::map<std::string, ColumnClassNames, std::less<>>;

// "" = none is known.
std::string_view class_of(const TableClasses& tables, std::string_view table, std::string_view column);

// {"namespace.table": {"column": "pii"}}
json::object classes_json(const TableClasses& tables);
Result<TableClasses> read_classes(const json::object& object);

}  // namespace floe::model
