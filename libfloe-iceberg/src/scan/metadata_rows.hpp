// The metadata tables that read manifests.
#pragma once

#include "scan/file_scan.hpp"
#include "scan/literal_column.hpp"

#include "floe/arrow.hpp"

#include <functional>

namespace floe::iceberg {

class MetadataRows {
 public:
  MetadataRows(TableStore& store, const Session& session, const LoadedTable& table, SnapshotPtr snapshot);

  Result<ArrowStream> manifests();
  Result<ArrowStream> files();    // live files
  Result<ArrowStream> entries();  // deleted ones too
  Result<ArrowStream> partitions();

 private:
  using Visit = std::function<void(const ManifestEntry& entry, const PartitionSpec& spec)>;
  Status for_each(const Visit& visit);
  std::vector<arrow::Field> file_fields(bool with_spec_id) const;

  TableStore& store_;
  const Session& session_;
  const LoadedTable& table_;
  SnapshotPtr snapshot_;
  PartitionColumn partition_;
};

}  // namespace floe::iceberg
