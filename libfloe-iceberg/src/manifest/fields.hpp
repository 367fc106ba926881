// The columns of manifests and manifest lists of version 2, as Iceberg types with Java's names, docs and order.
#pragma once

#include "schema/type.hpp"

namespace floe::iceberg {

namespace field_id {
inline constexpr std::int32_t kStatus = 0;
inline constexpr std::int32_t kSnapshotId = 1;
inline constexpr std::int32_t kDataFile = 2;
inline constexpr std::int32_t kSequenceNumber = 3;
inline constexpr std::int32_t kFileSequenceNumber = 4;
inline constexpr std::int32_t kFilePath = 100;
inline constexpr std::int32_t kFileFormat = 101;
inline constexpr std::int32_t kPartition = 102;
inline constexpr std::int32_t kRecordCount = 103;
inline constexpr std::int32_t kFileSize = 104;
inline constexpr std::int32_t kColumnSizes = 108;
inline constexpr std::int32_t kValueCounts = 109;
inline constexpr std::int32_t kNullValueCounts = 110;
inline constexpr std::int32_t kLowerBounds = 125;
inline constexpr std::int32_t kUpperBounds = 128;
inline constexpr std::int32_t kKeyMetadata = 131;
inline constexpr std::int32_t kSplitOffsets = 132;
inline constexpr std::int32_t kContent = 134;
inline constexpr std::int32_t kEqualityIds = 135;
inline constexpr std::int32_t kNanValueCounts = 137;
inline constexpr std::int32_t kSortOrderId = 140;
inline constexpr std::int32_t kFirstRowId = 142;
inline constexpr std::int32_t kReferencedDataFile = 143;
inline constexpr std::int32_t kContentOffset = 144;
inline constexpr std::int32_t kContentSize = 145;

inline constexpr std::int32_t kManifestPath = 500;
inline constexpr std::int32_t kManifestLength = 501;
inline constexpr std::int32_t kPartitionSpecId = 502;
inline constexpr std::int32_t kAddedSnapshotId = 503;
inline constexpr std::int32_t kAddedFilesCount = 504;
inline constexpr std::int32_t kExistingFilesCount = 505;
inline constexpr std::int32_t kDeletedFilesCount = 506;
inline constexpr std::int32_t kPartitions = 507;
inline constexpr std::int32_t kContainsNull = 509;
inline constexpr std::int32_t kSummaryLowerBound = 510;
inline constexpr std::int32_t kSummaryUpperBound = 511;
inline constexpr std::int32_t kAddedRowsCount = 512;
inline constexpr std::int32_t kExistingRowsCount = 513;
inline constexpr std::int32_t kDeletedRowsCount = 514;
inline constexpr std::int32_t kListSequenceNumber = 515;
inline constexpr std::int32_t kMinSequenceNumber = 516;
inline constexpr std::int32_t kListContent = 517;
inline constexpr std::int32_t kContainsNan = 518;
inline constexpr std::int32_t kListKeyMetadata = 519;
inline constexpr std::int32_t kListFirstRowId = 520;
}  // namespace field_id

Type manifest_entry_type(const Type& partition_type);
Type manifest_file_type();

// {"type":"struct","schema-id":0,"fields":[...]}: the header key `iceberg.schema`.
std::string iceberg_schema_text(const Type& root);

}  // namespace floe::iceberg
