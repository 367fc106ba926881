// What a CSV file says before its first row: its header, read as CSV before DuckDB reads the file.
#pragma once

#include "csv/csv_record.hpp"
#include "engine/file_reader.hpp"
#include "engine/session.hpp"

#include "base/result.hpp"

#include <array>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace floe::duckdb_compute {

// What a header may be delimited by.
inline constexpr std::array<const char*, 4> kDelimiters = {",", "\t", ";", "|"};

// Of the options of a request; kUnsupported when one leaves a mark to DuckDB's sniffer.
Result<CsvMarks> marks_of(const FileRequest& request);

// The head of one file. Without a value when it cannot be found out: reading the file will say why. kData when the file
// is in another encoding, or so that DuckDB would silently lose rows of it.
Result<std::optional<CsvHead>> look_at_file(Statement& statement, const FileRequest& request, const std::string& path);

// The bytes of the file are its text: UTF-8, and not compressed.
bool is_plain_text(const FileRequest& request, const std::string& path);

// The option `skip`.
std::size_t skipped_lines(const FileRequest& request);

// `error` said better when the file is not in the encoding that it is read in.
Error encoding_error(const std::string& path, Error error);

}  // namespace floe::duckdb_compute
