#include "engine/lost_catalog.hpp"

#include "base/arrow/reader.hpp"
#include "base/diagnostics/diagnostic.hpp"
#include "base/fail.hpp"
#include "base/json/json.hpp"
#include "base/text/text.hpp"

#include <algorithm>

namespace floe::run {
namespace {

bool is_metadata_file(std::string_view uri) {
  return uri.ends_with(".metadata.json") || uri.ends_with(".metadata.json.gz");
}

// The first one below `root`, "" when there is none.
Result<std::string> find_metadata_file(const StorageClient& storage, floe_call* call, const std::string& root) {
  ArrowStream objects = FLOE_TRY(storage.list(call, root));
  auto reader = FLOE_TRY(arrow::StreamReader::open(std::move(objects)));
  while (FLOE_TRY(reader.next())) {
    for (std::int64_t row = 0; row < reader.rows(); ++row) {
      const std::string_view uri = reader.column(0).bytes_at(row);
      if (is_metadata_file(uri)) return std::string(uri);
    }
  }
  return std::string();
}

Result<json::object> describe(const CatalogClient& catalog, floe_call* call) {
  const std::string text = FLOE_TRY(catalog.describe(call));
  return parse_json_object(text);
}

// `uri` of the catalog as people write it in its configuration.
std::string place_of(const json::object& description) {
  const json::object* properties = get_object(description, "client_properties");
  return properties == nullptr ? "" : get_string_or(*properties, "uri", "");
}

std::vector<std::string> other_names(const json::object& description) {
  std::vector<std::string> names;
  const json::array* listed = get_array(description, "other_names");
  if (listed == nullptr) return names;
  for (const json::value& name : *listed) {
    if (name.is_string()) names.emplace_back(to_view(name.get_string()));
  }
  return names;
}

Error lost_error(const compile::Compiled& compiled, const json::object& description, const std::string& file) {
  Diagnostic finding =
      error_diagnostic("FLOE-E0501", "lost-catalog",
                       fmt::format("the catalog `{}` knows no tables, but the warehouse `{}` holds some",
                                   place_of(description), compiled.warehouse_uri))
          .note(fmt::format("`{}` is the metadata of a table; a run would not find it and would start from nothing",
                            file))
          .help("restore the catalog from a backup")
          .help(
              "or `floe table register --scan` to register the tables that the warehouse holds; with `--dry-run` it "
              "only lists them");
  const std::vector<std::string> names = other_names(description);
  if (!names.empty()) {
    finding.helps.insert(finding.helps.begin(),
                         fmt::format("the catalog stores tables under the name {}; the configuration says `{}`",
                                     text::quoted_list(names), get_string_or(description, "catalog_name", "")));
  }
  return diagnostics_error(ErrorCode::kInvalidState, std::move(finding));
}

}  // namespace

Status check_catalog_not_lost(const compile::Compiled& compiled, const CatalogClient& catalog,
                              const StorageClient& storage, floe_call* call) {
  const json::object before = FLOE_TRY(describe(catalog, call));
  if (!get_bool_or(before, "is_empty", false)) return ok();
  const auto file = find_metadata_file(storage, call, compiled.warehouse_uri);
  if (!file.has_value()) {
    const bool cannot_tell = file.error().code == ErrorCode::kUnsupported || file.error().code == ErrorCode::kNotFound;
    return cannot_tell ? ok() : Status(file.error());
  }
  if (file->empty()) return ok();
  // Another process may have made its first table meanwhile; the catalog has its namespace before there is a file.
  const json::object now = FLOE_TRY(describe(catalog, call));
  if (!get_bool_or(now, "is_empty", false)) return ok();
  return lost_error(compiled, now, *file);
}

}  // namespace floe::run
