// One metadata file of a table or view, as far as it matters for finding out which of them is the newest.
#pragma once

#include "host/storage_client.hpp"

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace floe::iceberg {

enum class FoundKind : std::uint8_t { kTable, kView };

struct FoundMetadata {
  std::string uri;               // as the storage lists it
  std::int64_t modified_ns = 0;  // of the file
  std::int64_t number = -1;      // of its name; -1 = it has none
  FoundKind kind = FoundKind::kTable;
  std::string uuid;      // of tables of version 1 without one: the location
  std::string location;  // by its own word, as the next two
  std::string metadata_directory;
  std::int64_t last_updated_ms = 0;
  std::vector<std::int64_t> snapshot_ids;  // sorted
  std::optional<std::int64_t> current_snapshot_id;
  std::optional<std::int64_t> total_records;  // of the current snapshot, when it says so
  // Files that have to be there for the current snapshot, and for any of the snapshots, to be readable.
  std::vector<std::string> current_files;
  std::vector<std::string> snapshot_files;
  std::vector<std::string> log;  // names of the files of the versions before it, oldest first

  [[nodiscard]] std::string file_name() const;
  // Of the version it was made from; "" when it does not say.
  [[nodiscard]] const std::string& base() const;
};

// `00004-<uuid>.metadata.json`, `v4.gz.metadata.json`, `v4.metadata.json.gz`.
bool is_metadata_file(std::string_view uri);

// `content`: the bytes of the file, compressed or not. kData and kUnsupported say why it cannot be used.
Result<FoundMetadata> parse_found(const ListedObject& object, std::string_view content);

}  // namespace floe::iceberg
