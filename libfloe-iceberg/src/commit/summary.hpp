// The counters of a snapshot's summary.
#pragma once

#include "manifest/data_file.hpp"
#include "metadata/snapshot.hpp"
#include "scan/partition_key.hpp"

#include <cstdint>
#include <set>
#include <string>

namespace floe::iceberg {

struct SummaryCounts {
  std::int64_t added_files = 0;
  std::int64_t added_records = 0;
  std::int64_t added_bytes = 0;
  std::int64_t removed_files = 0;
  std::int64_t removed_records = 0;
  std::int64_t removed_bytes = 0;
  std::int64_t removed_delete_files = 0;
  std::int64_t removed_position_deletes = 0;
  std::int64_t removed_equality_deletes = 0;
  std::set<std::string> partitions;  // touched ones, by spec and values

  void add(const DataFile& file);
  void remove(const DataFile& file);
  void merge(const SummaryCounts& other);
  // All files of a snapshot, by the totals of its summary.
  void remove_all(const Snapshot& snapshot);
};

// Zero counters are left out; totals come from `parent` (null: none before) and are left out when it lacks them.
Properties summarize(const SummaryCounts& counts, const Snapshot* parent);

}  // namespace floe::iceberg
