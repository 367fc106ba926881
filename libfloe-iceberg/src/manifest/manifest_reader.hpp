// Reads manifests of format versions 1, 2 and 3 (Avro), streaming.
#pragma once

#include "manifest/data_file.hpp"

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace floe::iceberg {

// Key/value metadata of a manifest. What a file lacks stays empty: no key is mandatory.
struct ManifestHeader {
  std::int32_t format_version = 1;
  ManifestContent content = ManifestContent::kData;
  std::optional<std::int32_t> partition_spec_id;
  std::string schema_json;
  std::string partition_spec_json;                            // the fields array
  std::vector<std::pair<std::string, std::string>> metadata;  // every pair of the file
};

struct ManifestReadOptions {
  // The list's row for this manifest: source of inherited snapshot id, sequence numbers, row ids and spec id. Without
  // it entries stay as stored.
  const ManifestFile* manifest = nullptr;
  // The struct of partition values the caller expects: tuples are put into its order by field id and promoted to its
  // types. Without it tuples have the file's order and types.
  std::optional<Type> partition_type;
  // Counts, bounds, sizes and split offsets are skipped, not decoded.
  bool skip_statistics = false;
};

class ManifestReader {
 public:
  // `bytes` must outlive the reader. kData for anything malformed, kUnsupported for an unknown codec.
  static Result<ManifestReader> open(std::string_view bytes, const ManifestReadOptions& options = {});
  ManifestReader(ManifestReader&&) noexcept;
  ManifestReader& operator=(ManifestReader&&) noexcept;
  ~ManifestReader();

  [[nodiscard]] const ManifestHeader& header() const;
  // Fills `*entry`, reusing its buffers; false at the end. After an error the reader is finished.
  Result<bool> next(ManifestEntry* entry);

 private:
  struct Impl;
  explicit ManifestReader(std::unique_ptr<Impl> impl);
  std::unique_ptr<Impl> impl_;
};

// All entries at once; `live_only` leaves out DELETED ones.
Result<std::vector<ManifestEntry>> read_manifest(std::string_view bytes, const ManifestReadOptions& options = {},
                                                 bool live_only = false);

// Inheritance (spec, "Sequence Number Inheritance"): called by the reader when options.manifest is given.
// kData for an EXISTING or DELETED entry without explicit numbers in a manifest whose own number is not 0.
Status inherit_from_manifest(const ManifestFile& manifest, ManifestEntry* entry);

}  // namespace floe::iceberg
