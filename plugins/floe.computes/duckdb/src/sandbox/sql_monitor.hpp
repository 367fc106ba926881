// The monitor of statements: the first lock of the sandbox. It looks at SQL before DuckDB does, because binding a
// statement opens its files and PRAGMA acts while it is prepared.
#pragma once

#include "sandbox/file_references.hpp"
#include "sandbox/grants.hpp"

#include "base/result.hpp"

#include <functional>
#include <string>
#include <string_view>

namespace floe::duckdb_compute {

// Whether DuckDB itself has a function of this name; asked for CREATE MACRO only.
using IsBuiltIn = std::function<Result<bool>(const std::string& name)>;

// kUnsupported with FLOE-E0641 (statement), E0642 (file read), E0643 (file written) or E0644 (setting). `uses`, when it
// is there, gets the files of what is granted.
Status check_statements(const Grants& grants, std::string_view sql, const IsBuiltIn& is_built_in,
                        FileUses* uses = nullptr);

}  // namespace floe::duckdb_compute
