#include "base/diagnostics/damaged_file.hpp"

#include "base/io/file_system.hpp"

#include <fmt/format.h>

#include <vector>

namespace floe {
namespace {

constexpr std::string_view kKind = "floe.damaged.kind";
constexpr std::string_view kUri = "floe.damaged.uri";
constexpr std::string_view kReason = "floe.damaged.reason";
constexpr std::string_view kFindings = "floe.diagnostics";

std::string detail_or_empty(const Error& error, std::string_view key) {
  const std::string* value = error.detail(key);
  return value == nullptr ? std::string() : *value;
}

// What works depends on the file: without metadata floe does not know the table that it would build again.
std::vector<std::string> ways_out(std::string_view table, const DamagedFile& file) {
  std::vector<std::string> ways{"put the file back from a backup, under the same name"};
  if (!file.is_current) {
    ways.push_back(fmt::format("or look at the current version only: `floe table verify --current {}`", table));
    return ways;
  }
  if (file.kind == "metadata") {
    ways.push_back(
        fmt::format("or go back to an older version: `floe table register --scan --only {}` lists them", table));
  } else {
    ways.push_back(
        fmt::format("or make its rows again, if all of them can be: `floe dbt run --full-refresh --select {}` when a "
                    "model makes them, `floe ingest` when a source with `write_mode: replace` does",
                    table.substr(table.rfind('.') + 1)));
  }
  return ways;
}

}  // namespace

bool tells_of_file(const Error& error) { return error.code == ErrorCode::kData || error.code == ErrorCode::kNotFound; }

std::string damage_reason(const Error& error) {
  if (const std::string* reason = error.detail(kReason)) return *reason;
  return error.code == ErrorCode::kNotFound ? std::string("it is missing") : error.message;
}

bool is_damaged_file(const Error& error) { return error.detail(kUri) != nullptr; }

Error damaged_file_error(std::string_view kind, std::string_view uri, Error error) {
  if (!tells_of_file(error) || is_damaged_file(error)) return error;
  std::string reason = damage_reason(error);
  error.code = ErrorCode::kData;
  error.details.emplace_back(kKind, kind);
  error.details.emplace_back(kUri, uri);
  error.details.emplace_back(kReason, std::move(reason));
  return error;
}

Diagnostic damaged_file_finding(std::string_view table, const DamagedFile& file) {
  Diagnostic finding =
      error_diagnostic("FLOE-E0511", "damaged-file", fmt::format("`{}` has a damaged {} file", table, file.kind))
          .at(Span{io::path_from_uri(file.uri).value_or(file.uri)})
          .note(file.reason);
  if (!file.is_current) finding.notes.emplace_back("only older versions of the table need it");
  finding.helps = ways_out(table, file);
  return finding;
}

Error with_damaged_file_finding(Error error, std::string_view table) {
  if (!is_damaged_file(error) || error.detail(kFindings) != nullptr) return error;
  const DamagedFile file{detail_or_empty(error, kKind), detail_or_empty(error, kUri), detail_or_empty(error, kReason)};
  error.details.emplace_back(kFindings, diagnostics_to_json({damaged_file_finding(table, file)}));
  return error;
}

}  // namespace floe
