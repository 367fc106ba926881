#include "recover/metadata_folder.hpp"

#include "metadata/committed_note.hpp"
#include "metadata/metadata_file.hpp"

#include "base/fail.hpp"

#include <algorithm>
#include <map>
#include <set>

namespace floe::iceberg {

namespace {

constexpr std::int64_t kMillisecondNs = 1'000'000;

bool has_higher_number(const ListedObject& left, const ListedObject& right) {
  const auto left_number = metadata_number(left.uri);
  const auto right_number = metadata_number(right.uri);
  return left_number != right_number ? left_number > right_number : left.uri > right.uri;
}

// Whether a failure says something about the file and not about the storage.
bool is_about_file(const Error& error) {
  return error.code == ErrorCode::kData || error.code == ErrorCode::kUnsupported ||
         error.code == ErrorCode::kNotFound || error.code == ErrorCode::kInvalidArgument ||
         error.code == ErrorCode::kPermission;
}

class FolderReader {
 public:
  FolderReader(TableStore& store, const Session& session, const WarehousePlace& place)
      : store_(store), session_(session), place_(place) {}

  Status read_versions(std::vector<ListedObject> files) {
    std::sort(files.begin(), files.end(), has_higher_number);
    for (const auto& file : files) {
      if (!named_.contains(file_of(file.uri))) FLOE_TRY(read_version(file));
    }
    return ok();
  }

  Status read_note(const MetadataFolder& folder) {
    if (!folder.note.has_value()) return ok();
    const auto content = store_.storage().read(session_, folder.note->uri);
    const auto name = content.has_value() ? committed_file_name(content->view()) : std::string();
    const auto* file = find_file(folder, name);
    if (file == nullptr) return read_version_before_newest(folder, name);
    contents_.noted_ms = folder.note->modified_ns / kMillisecondNs;
    return read_committed(*file);
  }

  FolderContents take() && { return std::move(contents_); }

 private:
  static const ListedObject* find_file(const MetadataFolder& folder, std::string_view name) {
    const auto file = std::find_if(folder.files.begin(), folder.files.end(),
                                   [&](const ListedObject& one) { return !name.empty() && file_of(one.uri) == name; });
    return file == folder.files.end() ? nullptr : &*file;
  }

  Status read_committed(const ListedObject& file) {
    auto found = read_file(file);
    if (!found.has_value()) return is_about_file(found.error()) ? ok() : Status(std::move(found).error());
    contents_.committed = *std::move(found);
    return ok();
  }

  // For a note that is damaged, or names a file that is gone and may have been the one before the newest.
  Status read_version_before_newest(const MetadataFolder& folder, std::string_view noted) {
    if (contents_.versions.empty()) return ok();
    const auto& newest = contents_.versions.front().metadata;
    if (!noted.empty() && metadata_number(noted) + 1 < newest.number) return ok();
    const auto* file = find_file(folder, newest.base());
    return file == nullptr ? ok() : read_committed(*file);
  }

  Result<FoundMetadata> read_file(const ListedObject& file) {
    const auto content = FLOE_TRY(store_.storage().read(session_, file.uri));
    return parse_found(file, content.view());
  }

  Status read_version(const ListedObject& file) {
    auto found = read_file(file);
    if (!found.has_value()) {
      if (!is_about_file(found.error())) return std::move(found).error();
      contents_.unreadable.push_back({file.uri, metadata_number(file.uri), found.error().to_string()});
      return ok();
    }
    Version version{*std::move(found)};
    version.is_at_home = place_.resolve(folder_of(file.uri)) == place_.resolve(version.metadata.metadata_directory);
    if (version.is_at_home) FLOE_TRY(look_for_files(&version));
    // What names files that are gone is no proof of anything: an attempt that was being cleaned up, or a dropped table.
    if (version.is_readable) named_.insert(version.metadata.log.begin(), version.metadata.log.end());
    contents_.versions.push_back(std::move(version));
    return ok();
  }

  Result<bool> exists(const std::string& uri) {
    auto object = store_.storage().stat(session_, uri);
    if (object.has_value()) return true;
    return is_about_file(object.error()) ? Result<bool>(false) : Result<bool>(std::move(object).error());
  }

  Status look_for_files(Version* version) {
    for (const auto& file : version->metadata.current_files)
      version->is_readable = version->is_readable && FLOE_TRY(exists(file));
    if (version->is_readable) return ok();
    version->has_any_files = false;
    for (const auto& file : version->metadata.snapshot_files) {
      version->has_any_files = version->has_any_files || FLOE_TRY(exists(file));
    }
    return ok();
  }

  TableStore& store_;
  const Session& session_;
  const WarehousePlace& place_;
  std::set<std::string, std::less<>> named_;
  FolderContents contents_;
};

}  // namespace

std::vector<MetadataFolder> metadata_folders(std::vector<ListedObject> objects) {
  std::map<std::string, MetadataFolder, std::less<>> folders;
  for (auto& object : objects) {
    const bool is_note = object.uri.ends_with(fmt::format("/{}", kCommittedNote));
    if (!is_note && !is_metadata_file(object.uri)) continue;
    auto& folder = folders[std::string(folder_of(object.uri))];
    if (is_note) {
      folder.note = std::move(object);
    } else {
      folder.files.push_back(std::move(object));
    }
  }
  std::vector<MetadataFolder> out;
  for (auto& [uri, folder] : folders) {
    if (!folder.files.empty()) out.push_back(std::move(folder));
  }
  return out;
}

Result<FolderContents> read_folder(TableStore& store, const Session& session, const WarehousePlace& place,
                                   const MetadataFolder& folder) {
  FolderReader reader(store, session, place);
  FLOE_TRY(reader.read_versions(folder.files).with_context("reading table metadata"));
  FLOE_TRY(reader.read_note(folder));
  return std::move(reader).take();
}

}  // namespace floe::iceberg
