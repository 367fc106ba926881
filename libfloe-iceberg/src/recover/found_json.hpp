// FoundTables as table_format/found_tables.
#pragma once

#include "recover/found_tables.hpp"

#include <string>
#include <string_view>

namespace floe::iceberg {

std::string_view kind_name(FoundKind kind);  // table, view

std::string found_to_json(const FoundTables& found);

}  // namespace floe::iceberg
