// Manifest lists: read v1, v2 and v3; write v2.
#pragma once

#include "manifest/data_file.hpp"
#include "manifest/manifest_writer.hpp"

#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace floe::iceberg {

Result<std::vector<ManifestFile>> read_manifest_list(std::string_view bytes);

struct ManifestListWriteOptions {
  std::int64_t snapshot_id = 0;
  std::optional<std::int64_t> parent_snapshot_id;
  std::int64_t sequence_number = 0;
  AvroCodec codec = AvroCodec::kDeflate;
  std::int32_t compression_level = -1;
};

// Unassigned sequence numbers become options.sequence_number; only manifests added by this very snapshot may have them
// (kInvalidState otherwise).
Result<std::string> write_manifest_list(const ManifestListWriteOptions& options,
                                        std::span<const ManifestFile> manifests);
// The rows as write_manifest_list stores them.
Result<ManifestFile> assign_sequence_number(const ManifestListWriteOptions& options, const ManifestFile& manifest);

const std::string& manifest_list_avro_schema();
const std::string& manifest_list_iceberg_schema();

}  // namespace floe::iceberg
