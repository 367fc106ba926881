// What the catalog names now.
#pragma once

#include "recover/found_metadata.hpp"
#include "table/table_store.hpp"

#include <optional>
#include <string>
#include <vector>

namespace floe::iceberg {

struct KnownTable {
  Identifier identifier;
  FoundKind kind = FoundKind::kTable;
  std::string metadata_location;
  std::string uuid;      // "" when the metadata cannot be read
  std::string location;  // likewise
  std::string problem;   // why it cannot be read
  std::optional<FoundMetadata> metadata = std::nullopt;
};

// Whether a metadata file may be another version of a known table or view whose own metadata cannot be read, so that
// no uuid tells: it lies in the same folder.
bool may_be_version_of(const KnownTable& known, const FoundMetadata& metadata);

// All tables and views of the catalog. One whose metadata cannot be read is known by its name only.
Result<std::vector<KnownTable>> known_tables(TableStore& store, const Session& session);

}  // namespace floe::iceberg
