// Metadata files: their names, their compression, their content in storage.
#pragma once

#include "abi/storage_client.hpp"
#include "metadata/table_metadata.hpp"

#include <string>
#include <string_view>

namespace floe::iceberg {

// `<location>/metadata`, or what write.metadata.path says.
std::string metadata_directory(std::string_view location, const Properties& properties);
// `<location>/data`, or what write.data.path says.
std::string data_directory(std::string_view location, const Properties& properties);

// `00004-<uuid>.metadata.json` (`.gz.metadata.json` when the table compresses metadata) in the metadata directory;
// the number follows that of `previous_location`, and is 0 when that is empty.
std::string next_metadata_location(const TableMetadata& metadata, std::string_view previous_location);

Result<std::string> gzip(std::string_view bytes);
Result<std::string> gunzip(std::string_view bytes);  // kData when it is none or grows beyond 1 GiB

// The bytes of a metadata file to be stored at `location`: compressed when its name says so.
Result<std::string> encode_metadata(const TableMetadata& metadata, std::string_view location);
// Compression is told by the first bytes, not by the name: both spellings of the name are about.
Result<std::string> decode_metadata(std::string_view bytes);
Result<TableMetadataPtr> read_metadata_file(const Session& session, const StorageClient& storage,
                                            std::string_view location);

}  // namespace floe::iceberg
