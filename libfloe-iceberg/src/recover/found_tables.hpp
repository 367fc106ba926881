// The tables and views whose metadata lies below a warehouse, and what the catalog knows of each.
#pragma once

#include "recover/choose_head.hpp"
#include "recover/known_tables.hpp"
#include "recover/metadata_folder.hpp"
#include "recover/warehouse_place.hpp"
#include "table/table_store.hpp"

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace floe::iceberg {

enum class FoundState : std::uint8_t {
  kNew,         // can be registered
  kRegistered,  // the catalog has it
  kBehind,      // the catalog has an older version of it, or may have: then there are alternatives
  kTaken,       // the catalog has another table or view of that name
  kOther,       // another table or view lies in the same folder, and is the newer one or in the catalog
  kUnnamed,     // its folder says no namespace and name
  kElsewhere,   // its files are at another place than this metadata
  kBroken,      // files that its snapshots name are missing
  kDropped,     // no snapshot of it has its files: what a drop left
};

struct FoundTable {
  FoundState state = FoundState::kNew;
  Head head;
  std::optional<WarehousePlace::Name> name;
  std::string reason;                            // for people; "" when new or registered
  std::vector<UnreadableFile> newer_unreadable;  // of the folder, at or above the number of the head
};

struct FoundTables {
  std::vector<FoundTable> tables;  // by name, then by location
  std::vector<UnreadableFile> unreadable;
  std::size_t files = 0;  // metadata files that lie there
};

// Nothing is written. kUnsupported when the storage cannot list.
Result<FoundTables> find_tables(TableStore& store, const Session& session, const WarehousePlace& place);

// Payloads as floe.table_format/1 has them.
Result<std::string> find_tables(TableStore& store, const Session& session, std::string_view request);

}  // namespace floe::iceberg
