// CSV files DuckDB's sniffer gives up on (one broken quote in a short file is enough): read by the dialect of the
// request alone, so that the bad rows are found by their lines.
#pragma once

#include "file_reader.hpp"
#include "session.hpp"

#include "base/result.hpp"

namespace floe::duckdb_compute {

// The request with the columns of the first line, as text unless given, and nothing left to detect.
// kData when the file has no first line, kUnsupported when an option leaves the dialect open.
Result<FileRequest> without_detection(Statement& statement, const FileRequest& request);

// `request` of without_detection with the types its good rows would have been given, `rows` being those rows.
Result<FileRequest> with_inferred_types(Statement& statement, const FileRequest& request, const std::string& rows);

}  // namespace floe::duckdb_compute
