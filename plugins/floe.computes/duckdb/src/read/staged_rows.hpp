// Rows of raw files that were read into a table of the session, and what people are told of rows that were not.
#pragma once

#include "engine/file_reader.hpp"
#include "engine/session.hpp"

#include "base/diagnostics/diagnostic.hpp"
#include "base/json/json.hpp"
#include "base/result.hpp"

#include <string>

namespace floe::duckdb_compute {

inline constexpr std::size_t kMaxDiagnostics = 20;  // of bad rows

// The answer of read_files for this table: name, columns, rows, and no rejects.
Result<json::object> staged_result(Statement& statement, const std::string& name);
// All rows of the files as one reader of DuckDB gives them.
Result<json::object> read_plain(Statement& statement, const FileRequest& request);
// The tables of an answer, those of its rejects as well.
void drop_staged(Statement& statement, const json::object& staged);

// Rows (file, line, column, error, content) as diagnostics: every bad row once, with its file and line.
void report_rejects(const Rows& rows, DiagnosticSink& sink);
Error rejects_error(const Rows& rows);

// DuckDB's advice after the first line is about SQL that nobody here wrote.
Error without_advice(Error error);

}  // namespace floe::duckdb_compute
