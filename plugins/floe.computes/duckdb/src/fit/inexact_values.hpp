// Values of CSV files that a declared type would change: 1.5 as an INTEGER, a timestamp with a time as a DATE.
#pragma once

#include "engine/file_reader.hpp"
#include "engine/session.hpp"

#include "base/json/json.hpp"
#include "base/result.hpp"

#include <optional>

namespace floe::duckdb_compute {

// `request`, whose result was `typed`, with the texts of its files. Nothing when no declared type can change a value.
Result<std::optional<FileRequest>> unconverted(Statement& statement, const FileRequest& request,
                                               const json::object& typed);

// Columns of `typed` whose type changes texts of `source`, in the form of `misfits`. Texts that the type does not have
// at all are none of them: reading them was an error, or made the row a reject.
Result<json::array> inexact_values(Statement& statement, const FileRequest& request, const json::object& typed,
                                   const json::object& source);

}  // namespace floe::duckdb_compute
