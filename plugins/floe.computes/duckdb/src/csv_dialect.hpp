// What the first line of a CSV file says, and files DuckDB's sniffer gives up on (one broken quote in a short file is
// enough): read by the dialect of the request alone, so that the bad rows are found by their lines.
#pragma once

#include "file_reader.hpp"
#include "session.hpp"

#include "base/result.hpp"

#include <string>
#include <vector>

namespace floe::duckdb_compute {

// The request with a delimiter: the one of `,` `;` tab `|` that the first lines have most of, a comma when they have
// none. kData when a file has no first line, or another delimiter than the files before it.
Result<FileRequest> with_delimiter(Statement& statement, const FileRequest& request);

// The request in parts, in order: files one after the other that have the same first line. Of with_delimiter.
std::vector<FileRequest> with_one_header(const FileRequest& request);

// Names in the first line of the first file, as DuckDB gives them; kUnsupported when an option leaves the dialect open.
Result<std::vector<std::string>> header_names(Statement& statement, const FileRequest& request);

// The request of files with one first line, with its columns, as text unless given, and nothing left to detect.
// kUnsupported when an option leaves the dialect open.
Result<FileRequest> without_detection(Statement& statement, const FileRequest& request);

// `request` of without_detection with the types its good rows would have been given, `rows` being those rows; `types`
// are given.
Result<FileRequest> with_inferred_types(Statement& statement, const FileRequest& request,
                                        const std::vector<FileColumn>& types, const std::string& rows);

// `error` said better when the file is not in the encoding that it is read in.
Error encoding_error(const std::string& path, Error error);

}  // namespace floe::duckdb_compute
