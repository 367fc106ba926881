// The files that a statement names: arguments of functions that read files, tables that are files, and COPY.
#pragma once

#include "sandbox/grants.hpp"

#include "base/result.hpp"

#include <functional>
#include <span>
#include <string>
#include <string_view>

namespace floe::duckdb_compute {

// Functions and tables anywhere in the statement. `check_text` judges SQL that stands in a literal, of query().
Status check_references(const Grants& grants, std::span<const std::string_view> tokens,
                        const std::function<Status(const std::string& sql)>& check_text);

// What COPY reads or writes.
Status check_copy(const Grants& grants, std::span<const std::string_view> tokens);

}  // namespace floe::duckdb_compute
