// How confidential the columns of tables are, as products tell one another.
#pragma once

#include <map>
#include <string>

namespace floe::model {

// pii, internal ... by column in lower case; "*" = every column that is not listed.
using ColumnClassNames = std::map<std::string, std::string, std::less<>>;

// By namespace.table in lower case.
using TableClasses = std::map<std::string, ColumnClassNames, std::less<>>;

}  // namespace floe::model
