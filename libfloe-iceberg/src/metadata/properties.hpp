// Table properties and the defaults that must match other writers'.
#pragma once

#include <cstdint>
#include <map>
#include <string>
#include <string_view>

namespace floe::iceberg {

using Properties = std::map<std::string, std::string>;

namespace property {

inline constexpr std::string_view kCommitRetries = "commit.retry.num-retries";
inline constexpr std::string_view kCommitMinWaitMs = "commit.retry.min-wait-ms";
inline constexpr std::string_view kCommitMaxWaitMs = "commit.retry.max-wait-ms";
inline constexpr std::string_view kCommitTotalTimeoutMs = "commit.retry.total-timeout-ms";
inline constexpr std::string_view kStatusChecks = "commit.status-check.num-retries";
inline constexpr std::string_view kManifestTargetSize = "commit.manifest.target-size-bytes";
inline constexpr std::string_view kManifestMinCount = "commit.manifest.min-count-to-merge";
inline constexpr std::string_view kManifestMerge = "commit.manifest-merge.enabled";
inline constexpr std::string_view kManifestCompression = "write.manifest.compression-codec";
inline constexpr std::string_view kTargetFileSize = "write.target-file-size-bytes";
inline constexpr std::string_view kParquetCompression = "write.parquet.compression-codec";
inline constexpr std::string_view kDataPath = "write.data.path";
inline constexpr std::string_view kMetadataPath = "write.metadata.path";
inline constexpr std::string_view kMetadataCompression = "write.metadata.compression-codec";
inline constexpr std::string_view kMetadataVersionsMax = "write.metadata.previous-versions-max";
inline constexpr std::string_view kMetadataDeleteAfterCommit = "write.metadata.delete-after-commit.enabled";
inline constexpr std::string_view kGcEnabled = "gc.enabled";
inline constexpr std::string_view kFormatVersion = "format-version";
inline constexpr std::string_view kComment = "comment";
// Field ids by column name, for data files without them.
inline constexpr std::string_view kNameMapping = "schema.name-mapping.default";
// Scans compare each data file with the digest in its name before they read it.
inline constexpr std::string_view kVerifyOnRead = "floe.verify-on-read";
// Source SQL type of each column by field id, as a JSON object.
inline constexpr std::string_view kSqlTypes = "floe.sql-types";

}  // namespace property

// The fallback for absent or unreadable values.
std::int64_t property_int(const Properties& properties, std::string_view key, std::int64_t fallback);
bool property_bool(const Properties& properties, std::string_view key, bool fallback);
std::string property_text(const Properties& properties, std::string_view key, std::string_view fallback);

}  // namespace floe::iceberg
