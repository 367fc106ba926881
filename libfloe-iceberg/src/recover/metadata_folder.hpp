// The metadata files of one folder.
#pragma once

#include "recover/found_metadata.hpp"
#include "recover/warehouse_place.hpp"
#include "table/table_store.hpp"

#include <optional>
#include <string>
#include <vector>

namespace floe::iceberg {

// As the storage lists it.
struct MetadataFolder {
  std::vector<ListedObject> files;
  std::optional<ListedObject> note;  // committed_note.hpp
};

// By folder, of everything below the root. Empty when nothing is there.
std::vector<MetadataFolder> metadata_folders(std::vector<ListedObject> objects);

struct UnreadableFile {
  std::string uri;
  std::int64_t number = -1;
  std::string message;
};

// What may be the newest version of a table or view: files that no file here names as a version before it.
struct Version {
  FoundMetadata metadata;
  bool is_at_home = true;     // it lies where its own location says; else it is a copy, or was moved with its table
  bool is_readable = true;    // the files of the current snapshot are there, as far as the first of them tells
  bool has_any_files = true;  // or those of an older snapshot
};

struct FolderContents {
  std::vector<Version> versions;
  std::vector<UnreadableFile> unreadable;
  // What the note names. Of a note that names nothing usable: the version before the newest, which was committed.
  std::optional<FoundMetadata> committed;
  std::int64_t noted_ms = 0;  // when it was written
};

// Reads from the highest number down, and of a long history a few files only: what a version names as the ones before
// it needs no look. Files that cannot be read are part of the result; an Error is a storage that fails.
Result<FolderContents> read_folder(TableStore& store, const Session& session, const WarehousePlace& place,
                                   const MetadataFolder& folder);

}  // namespace floe::iceberg
