// The files a commit is given, and what their footers say of them.
#pragma once

#include "manifest/data_file.hpp"
#include "metadata/properties.hpp"
#include "table/table_store.hpp"

#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace floe::iceberg {

struct AddedFile {
  std::string uri;
  std::optional<std::int64_t> record_count;
  std::optional<std::int64_t> file_size;
  std::map<std::int32_t, std::string> partition;  // JSON value by partition field id
  IdCounts nan_value_counts;
};

struct CommitFiles {
  std::vector<AddedFile> added;
  std::vector<std::string> removed;
  Properties summary;

  [[nodiscard]] std::vector<std::string> added_uris() const;
};

Result<CommitFiles> parse_commit_files(std::string_view json_text);

struct FileTarget {
  Schema schema;
  PartitionSpec spec;
  SortOrder sort_order;
  Properties properties;  // metrics modes
};

// Reads the footers, in parallel. kData when a file and what the writer said of it differ. Files without rows are
// left out and named in `*empty`.
Result<std::vector<DataFile>> describe_files(TableStore& store, const Session& session, const CommitFiles& files,
                                             const FileTarget& target, std::vector<std::string>* empty);

}  // namespace floe::iceberg
