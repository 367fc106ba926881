// Iceberg view metadata, format version 1 (the view specification).
#pragma once

#include "metadata/properties.hpp"
#include "schema/schema.hpp"

#include <cstdint>
#include <map>
#include <string>
#include <string_view>
#include <vector>

namespace floe::iceberg {

struct ViewRepresentation {
  std::string sql;
  std::string dialect;
  friend bool operator==(const ViewRepresentation&, const ViewRepresentation&) = default;
};

struct ViewVersion {
  std::int32_t version_id = 1;
  std::int64_t timestamp_ms = 0;
  std::int32_t schema_id = 0;
  Properties summary;
  std::vector<ViewRepresentation> representations;
  std::string default_catalog;  // empty: none
  std::vector<std::string> default_namespace;
};

struct ViewLogEntry {
  std::int64_t timestamp_ms = 0;
  std::int32_t version_id = 0;
};

struct ViewMetadata {
  std::string view_uuid;
  std::string location;
  Properties properties;
  std::vector<Schema> schemas;
  std::int32_t current_version_id = 1;
  std::vector<ViewVersion> versions;
  std::vector<ViewLogEntry> version_log;

  [[nodiscard]] const ViewVersion& current_version() const;  // checked when parsed
  [[nodiscard]] const Schema* schema(std::int32_t id) const;
};

Result<ViewMetadata> parse_view_metadata(std::string_view json_text);
std::string write_view_metadata(const ViewMetadata& view);

}  // namespace floe::iceberg
