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
  std::optional<FoundMetadata> metadata = std::nullopt;
};

// All tables and views of the catalog. One whose metadata cannot be read is known by its name only.
Result<std::vector<KnownTable>> known_tables(TableStore& store, const Session& session);

}  // namespace floe::iceberg
