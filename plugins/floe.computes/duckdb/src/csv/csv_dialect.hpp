// How CSV files are read by what their heads say, and files DuckDB's sniffer gives up on (one broken quote in a short
// file is enough): read by the dialect of the request alone, so that the bad rows are found by their lines.
#pragma once

#include "engine/file_reader.hpp"
#include "engine/session.hpp"

#include "base/result.hpp"

#include <string>
#include <vector>

namespace floe::duckdb_compute {

// The request with the heads of its files, without files that have no rows, and with a delimiter: the comma, tab, `;`
// or
// `|` that the headers have. kData when all files are empty, when a header has two of them and its first row does not
// say which, or the headers differ in it.
Result<FileRequest> with_delimiter(Statement& statement, const FileRequest& request);

// The same options read all files. Of with_delimiter.
bool has_one_layout(const FileRequest& request);

// The request in parts that have one layout, in order: files one after the other with the same header, or each file.
// Of with_delimiter.
std::vector<FileRequest> by_header(const FileRequest& request);
std::vector<FileRequest> by_file(const FileRequest& request);

// Names in the header of the first file, as DuckDB gives them. kData when it could not be read, kUnsupported when an
// option leaves the dialect open.
Result<std::vector<std::string>> header_names(Statement& statement, const FileRequest& request);

// The request of files with one header, with its columns, as text unless given, and nothing left to detect. Fails as
// header_names.
Result<FileRequest> without_detection(Statement& statement, const FileRequest& request);

// `request` of without_detection with the types its good rows would have been given, `rows` being those rows; `types`
// are given.
Result<FileRequest> with_inferred_types(Statement& statement, const FileRequest& request,
                                        const std::vector<FileColumn>& types, const std::string& rows);

}  // namespace floe::duckdb_compute
