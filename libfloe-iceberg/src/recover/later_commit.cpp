#include "recover/later_commit.hpp"

#include "metadata/committed_note.hpp"
#include "metadata/metadata_file.hpp"

#include "base/fail.hpp"

namespace floe::iceberg {

Result<std::optional<NotedVersion>> read_noted_version(const TableStore& store, const Session& session,
                                                       const std::string& uri) {
  const auto content = store.storage().read(session, uri);
  if (!content.has_value()) {
    if (content.error().code == ErrorCode::kNotFound) return std::optional<NotedVersion>();
    return content.error();
  }
  auto found = parse_found({uri, 0}, content->view());
  return std::optional(NotedVersion{uri, found.has_value() ? std::optional(*std::move(found)) : std::nullopt});
}

NamedVersion named_version(const LoadedTable& table) {
  const auto& metadata = *table.metadata;
  return {FoundKind::kTable, table.metadata_location,
          metadata.table_uuid.empty() ? metadata.location : metadata.table_uuid};
}

Result<std::optional<std::string>> find_later_commit(const TableStore& store, const Session& session,
                                                     const NamedVersion& named) {
  // A file that another tool named without a number cannot be told to be older.
  const auto number = metadata_number(named.metadata_location);
  if (number < 0) return std::optional<std::string>();
  const auto note = FLOE_TRY(read_committed_note(session, store.storage(), named.metadata_location));
  if (!note.has_value() || metadata_number(*note) <= number) return std::optional<std::string>();
  const auto noted = FLOE_TRY(read_noted_version(store, session, *note));
  // Another table may have the folder too, and its note.
  const bool is_later = noted.has_value() && noted->metadata.has_value() && noted->metadata->kind == named.kind &&
                        noted->metadata->uuid == named.uuid;
  return is_later ? note : std::optional<std::string>();
}

}  // namespace floe::iceberg
