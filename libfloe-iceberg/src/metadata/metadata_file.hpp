// Metadata files: their names, their compression, their content in storage.
#pragma once

#include "host/storage_client.hpp"
#include "metadata/table_metadata.hpp"

#include <cstdint>
#include <string>
#include <string_view>

namespace floe::iceberg {

// `<location>/metadata`, or what write.metadata.path says.
std::string metadata_directory(std::string_view location, const Properties& properties);
// `<location>/data`, or what write.data.path says.
std::string data_directory(std::string_view location, const Properties& properties);

// What the properties of a table or view say of its metadata file.
struct MetadataFileOptions {
  std::string directory;
  bool is_compressed = false;
};

MetadataFileOptions metadata_file_options(std::string_view location, const Properties& properties);

// A metadata file as it is stored, and where.
struct EncodedMetadata {
  std::string location;
  std::string bytes;
};

// `00004-<uuid>.metadata.json` (`.gz.metadata.json` when it is compressed); the number follows that of
// `previous_location` and is 0 when that is empty, the UUID tells the content (base/io/content_name.hpp).
Result<EncodedMetadata> encode_metadata(std::string text, const MetadataFileOptions& options,
                                        std::string_view previous_location);

// The number in front of such a name, of `v4.metadata.json` too; -1 when there is none: files of other tools.
std::int64_t metadata_number(std::string_view location);

Result<std::string> gzip(std::string_view bytes);
Result<std::string> gunzip(std::string_view bytes);  // kData when it is none or grows beyond 1 GiB

// Compression is told by the first bytes, not by the name: both spellings of the name are about.
Result<std::string> decode_metadata(std::string_view bytes);
// kData when the name of a file tells of another content than these bytes.
Status check_content(std::string_view location, std::string_view bytes);
Result<TableMetadataPtr> read_metadata_file(const Session& session, const StorageClient& storage,
                                            std::string_view location);

}  // namespace floe::iceberg
