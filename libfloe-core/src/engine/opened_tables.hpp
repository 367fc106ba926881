// The tables of a project for verbs that look and do not run: documents loaded, plugins opened, one call.
#pragma once

#include "engine/context.hpp"
#include "engine/opened_platform.hpp"

#include <memory>

namespace floe::run {

struct OpenedTables {
  compile::Compiled compiled;
  std::unique_ptr<OpenedPlatform> platform;
  HostCall call;
};

Result<OpenedTables> open_tables(Context& context, const json::object& request, OpenedPlatformOptions options,
                                 DiagnosticSink& sink);

// Rows of a metadata table (snapshots, files, ...) as JSON objects. `at` is what at_payload makes.
Result<json::array> metadata_rows(const OpenedTables& opened, const std::string& identifier, const char* table,
                                  const std::string& at);

// The `at` payload of the table format from the text a user gives: digits = snapshot id, else ISO 8601 (UTC without a
// zone), "" = current.
Result<std::string> at_payload(const std::string& text);

// {"snapshot_id": 123} on the surface, strings inside: null for "".
json::value snapshot_number(std::string_view snapshot_id);

// `decimal(9, 2)`, `list<string>`, `struct<a: int, b: map<string, long>>` from Iceberg type JSON.
std::string type_text(const json::value& type);

}  // namespace floe::run
