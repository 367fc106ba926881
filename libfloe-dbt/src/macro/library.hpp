// The texts of our own builtin macros (libfloe-dbt/macros), embedded when building.
#pragma once

#include <span>
#include <string_view>

namespace floe::dbt {

struct LibraryFile {
  std::string_view package;  // `dbt`, `dbt_duckdb`
  std::string_view path;     // `macros/tests.sql`
  std::string_view text;
};

std::span<const LibraryFile> macro_library();

}  // namespace floe::dbt
