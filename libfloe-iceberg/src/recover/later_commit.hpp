// A version that was committed after the one that the catalog names: an older copy of the catalog was restored.
#pragma once

#include "recover/found_metadata.hpp"
#include "table/table_store.hpp"

#include <optional>
#include <string>
#include <string_view>

namespace floe::iceberg {

// The metadata file that a note names, as far as it can be read.
struct NotedVersion {
  std::string uri;
  std::optional<FoundMetadata> metadata;
};

// Nothing: the file is gone, as after a drop whose note was written late.
Result<std::optional<NotedVersion>> read_noted_version(const TableStore& store, const Session& session,
                                                       const std::string& uri);

// What the catalog names: a metadata file, and the uuid (of tables of version 1 without one: the location) in it.
struct NamedVersion {
  FoundKind kind = FoundKind::kTable;
  std::string metadata_location;
  std::string uuid;
};

NamedVersion named_version(const LoadedTable& table);

// The file that the note beside `named` says was committed later. The note is written after the pointer was moved, so a
// caller whose pointer is still where it was knows that it went back; else somebody has committed meanwhile.
Result<std::optional<std::string>> find_later_commit(const TableStore& store, const Session& session,
                                                     const NamedVersion& named);

}  // namespace floe::iceberg
