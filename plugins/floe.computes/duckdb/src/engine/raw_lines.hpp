// The lines of a text file as they are, whatever they hold, and how long they may be.
#pragma once

#include "engine/file_reader.hpp"
#include "engine/session.hpp"

#include "base/result.hpp"

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace floe::duckdb_compute {

// `read_csv(...)` that gives each line of files as `content`, decompressed and decoded as the request says. A longer
// line than `longest` bytes is an error. `more` are options of read_csv: `, name = value`.
std::string raw_lines(const FileRequest& request, const std::vector<std::string>& paths, std::uint64_t longest,
                      std::string_view more = "");

// How long a line of the files may be: an option, or DuckDB's default.
std::uint64_t longest_line(const FileRequest& request);

// DuckDB's read_csv loses or cuts a line that is longer than its buffers, without a word where it keeps rejects apart.
// kData when a file has such a line; true of JSON lines for the option `maximum_object_size`.
Status check_line_lengths(Statement& statement, const FileRequest& request);

// Bytes of a buffer of read_csv in which check_line_lengths leaves no line too long.
std::uint64_t csv_buffer(const FileRequest& request);

}  // namespace floe::duckdb_compute
