#include "view/view_files.hpp"

#include "metadata/committed_note.hpp"
#include "metadata/metadata_file.hpp"
#include "recover/found_metadata.hpp"
#include "recover/warehouse_place.hpp"

#include "base/fail.hpp"

namespace floe::iceberg {

namespace {

// "" when it is no metadata of a view.
std::string uuid_of_view(TableStore& store, const Session& session, const ListedObject& file) {
  const auto content = store.storage().read(session, file.uri);
  if (!content.has_value()) return {};
  auto found = parse_found(file, content->view());
  return found.has_value() && found->kind == FoundKind::kView ? std::move(found->uuid) : std::string();
}

}  // namespace

Result<ViewMetadata> read_view_metadata(const Session& session, const StorageClient& storage,
                                        std::string_view location) {
  const auto content = FLOE_TRY(storage.read(session, location));
  FLOE_TRY(check_content(location, content.view()));
  const auto text = FLOE_TRY(decode_metadata(content.view()));
  return parse_view_metadata(text).with_context(fmt::format("reading `{}`", location));
}

std::vector<std::string> view_files(TableStore& store, const Session& session, const Identifier& identifier) {
  const auto current = store.catalog().load_view(session, identifier);
  if (!current.has_value()) return {};
  const auto uuid = uuid_of_view(store, session, {*current, 0});
  const auto objects = store.storage().list(session, folder_of(*current));
  std::vector<std::string> files{committed_note_location(*current)};
  if (uuid.empty() || !objects.has_value()) return files;
  for (const auto& object : *objects) {
    if (is_metadata_file(object.uri) && uuid_of_view(store, session, object) == uuid) files.push_back(object.uri);
  }
  return files;
}

}  // namespace floe::iceberg
