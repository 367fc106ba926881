// Writes manifests of format version 2 with the Avro schema that Java's iceberg-core writes.
#pragma once

#include "manifest/data_file.hpp"

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>

namespace floe::iceberg {

enum class AvroCodec : std::uint8_t { kNull, kDeflate, kZstd };

// `gzip` (deflate), `zstd`, `uncompressed`: the values of write.manifest.compression-codec.
std::optional<AvroCodec> parse_manifest_codec(std::string_view text);

struct ManifestWriteOptions {
  Schema schema;  // the table schema stored in the header
  PartitionSpec spec;
  ManifestContent content = ManifestContent::kData;
  std::int64_t snapshot_id = 0;  // of ADDED and DELETED entries
  AvroCodec codec = AvroCodec::kDeflate;
  std::int32_t compression_level = -1;  // -1: the codec's default here (deflate 6, zstd 3)
};

struct WrittenManifest {
  std::string bytes;
  // Complete but for manifest_path. sequence_number is kUnassignedSequenceNumber; min_sequence_number too, unless live
  // entries carry explicit numbers.
  ManifestFile file;
};

class ManifestWriter {
 public:
  static Result<ManifestWriter> make(const ManifestWriteOptions& options);
  ManifestWriter(ManifestWriter&&) noexcept;
  ManifestWriter& operator=(ManifestWriter&&) noexcept;
  ~ManifestWriter();

  // A new file; numbers are inherited at commit unless a rewrite keeps the data sequence number of what it replaces.
  Status add_added(const DataFile& file, std::optional<std::int64_t> data_sequence_number = std::nullopt);
  // Carried forward: the entry must have its snapshot id and both numbers (read with inheritance).
  Status add_existing(const ManifestEntry& entry);
  // Removed by this snapshot: numbers of the entry are kept, the snapshot id becomes the writer's.
  Status add_deleted(const ManifestEntry& entry);

  [[nodiscard]] std::int64_t entry_count() const;
  [[nodiscard]] std::size_t size_estimate() const;  // bytes so far, for rolling by target size
  Result<WrittenManifest> finish();                 // once

 private:
  struct Impl;
  explicit ManifestWriter(std::unique_ptr<Impl> impl);
  std::unique_ptr<Impl> impl_;
};

// The avro.schema of a v2 manifest with this partition struct, and the header's `iceberg.schema`.
Result<std::string> manifest_avro_schema(const Type& partition_type);
Result<std::string> manifest_iceberg_schema(const Type& partition_type);

}  // namespace floe::iceberg
