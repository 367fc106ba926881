#include "engine/raw_lines.hpp"

#include "engine/compressed_files.hpp"
#include "sql/sql_text.hpp"

#include "base/fail.hpp"
#include "base/io/file_system.hpp"

#include <algorithm>
#include <cstdlib>
#include <initializer_list>

namespace floe::duckdb_compute {
namespace {

// DuckDB's defaults.
constexpr std::uint64_t kLongestRecord = 2'000'000;
constexpr std::uint64_t kLongestJson = 16'777'216;
constexpr std::uint64_t kLinesPerBuffer = 16;

const char* option_of(const FileRequest& request) {
  return request.format == FileFormat::kCsv ? "max_line_size" : "maximum_object_size";
}

std::string shared_options(const FileRequest& request, std::initializer_list<const char*> names) {
  std::string options;
  for (const char* name : names) {
    if (has_option(request, name)) options += fmt::format(", {} = {}", name, option_or(request, name, ""));
  }
  return options;
}

// Whatever is shorter as a whole has no longer line.
bool is_shorter(const FileRequest& request, const std::string& path, std::uint64_t bytes) {
  if (compression_of(request, path) != Compression::kNone) return false;
  const auto info = io::make_disk_file_system()->stat(path);
  return info && info->size <= bytes;
}

// read_json takes lines of up to twice its limit. As CSV up to what the buffer has less one of these halves.
std::uint64_t half_of_longest(const FileRequest& request) {
  return request.format == FileFormat::kCsv ? csv_buffer(request) / 2 - longest_line(request) / 2
                                            : longest_line(request);
}

}  // namespace

std::string raw_lines(const FileRequest& request, const std::vector<std::string>& paths, std::uint64_t longest,
                      std::string_view more) {
  // Left to itself DuckDB's buffer is that of 16 longest lines. No delimiter and no quote would be NUL to it, and a
  // line end at one: these are control characters that no text has.
  return fmt::format(
      "read_csv({0}, columns = {{'content': 'VARCHAR'}}, delim = chr(31) || chr(30) || chr(29) || chr(31), "
      "quote = chr(28), escape = chr(28), header = false, "
      "auto_detect = false, strict_mode = false, max_line_size = {1}, buffer_size = {2}{3}{4})",
      quote_paths(paths), longest, 2 * longest, shared_options(request, {"compression", "encoding"}), more);
}

std::uint64_t longest_line(const FileRequest& request) {
  const std::uint64_t fallback = request.format == FileFormat::kCsv ? kLongestRecord : kLongestJson;
  const std::string text = option_or(request, option_of(request), std::to_string(fallback));
  const std::uint64_t bytes = std::strtoull(text.c_str() + (text.starts_with('\'') ? 1 : 0), nullptr, 10);
  return bytes > 0 ? bytes : fallback;
}

std::uint64_t csv_buffer(const FileRequest& request) {
  return std::max<std::uint64_t>(kLinesPerBuffer * longest_line(request), 40'000'000);
}

// Of DuckDB's readers that of JSON lines holds to its limit, also in files that are none: it stops at the first longer
// line.
Status check_line_lengths(Statement& statement, const FileRequest& request) {
  const std::uint64_t half = half_of_longest(request);
  for (const std::string& path : request.paths) {
    if (is_shorter(request, path, 2 * half)) continue;
    const auto lines = statement.runner().run(
        fmt::format("SELECT count(*) FROM read_ndjson_objects({}, ignore_errors = true, maximum_object_size = {}{})",
                    quote_path(path), half, shared_options(request, {"compression"})));
    FLOE_TRY(statement.runner().check());
    // Any other error is one of reading the file, which will say it.
    if (lines || lines.error().message.find("maximum_object_size") == std::string::npos) continue;
    return failf(ErrorCode::kData, "a line of `{}` is longer than {} bytes; the option `{}` allows more", path,
                 longest_line(request), option_of(request))
        .with_detail("floe.option", option_of(request));
  }
  return ok();
}

}  // namespace floe::duckdb_compute
