// Compressed raw files: DuckDB ends quietly where a file is cut off, and does not compare checksums.
#pragma once

#include "engine/file_reader.hpp"
#include "engine/runner.hpp"

#include "base/result.hpp"

#include <cstdint>
#include <string>

namespace floe::duckdb_compute {

enum class Compression : std::uint8_t { kNone, kGzip, kZstd };

// How DuckDB reads the file: as the option `compression` says, else by its name.
Compression compression_of(const FileRequest& request, const std::string& path);

// Decompresses each compressed file to its end, in constant memory, and keeps nothing. kData names the first file that
// is cut off or damaged: a file may have several members (gzip) or frames (zstd), and each has to be whole.
Status check_compressed_files(const Runner& runner, const FileRequest& request);

}  // namespace floe::duckdb_compute
