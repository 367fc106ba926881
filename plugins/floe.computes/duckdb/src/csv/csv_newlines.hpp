// Where the records of a CSV file begin to end in another newline: DuckDB's strict parser stops there without a place.
#pragma once

#include "csv/csv_record.hpp"
#include "engine/file_reader.hpp"

#include "base/diagnostics/diagnostic.hpp"

#include <cstdint>
#include <optional>
#include <string>

namespace floe::duckdb_compute {

struct NewlineChange {
  std::int64_t line = 0;  // from 1; newlines inside of quotes count
  std::string before;     // of the records above: "\\n", "\\r\\n" or "\\r", as written in a program
  std::string after;
};

// Nothing when all records end alike, or the file cannot be read as it is.
std::optional<NewlineChange> newline_change(const std::string& path, const CsvMarks& marks);

// A diagnostic for each file of the request whose records end in several newlines. Only of files that are not
// compressed and UTF-8.
void report_newlines(const FileRequest& request, DiagnosticSink& sink);

}  // namespace floe::duckdb_compute
