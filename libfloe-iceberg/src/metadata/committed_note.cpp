#include "metadata/committed_note.hpp"

#include "base/fail.hpp"
#include "base/text/text.hpp"

namespace floe::iceberg {

std::string committed_note_location(std::string_view metadata_location) {
  const auto slash = metadata_location.rfind('/');
  return fmt::format("{}/{}", metadata_location.substr(0, slash), kCommittedNote);
}

void note_committed(const Session& session, const StorageClient& storage, std::string_view metadata_location) {
  const auto name = metadata_location.substr(metadata_location.rfind('/') + 1);
  // Not durable: waiting for the disk once more would cost more than the note is worth.
  static_cast<void>(
      storage.put(session, committed_note_location(metadata_location), fmt::format("{}\n", name), {false, false}));
}

Result<std::optional<std::string>> read_committed_note(const Session& session, const StorageClient& storage,
                                                       std::string_view metadata_location) {
  const auto content = storage.read(session, committed_note_location(metadata_location));
  if (!content.has_value()) {
    // Some storage answers a missing object with a missing permission.
    const auto code = content.error().code;
    if (code == ErrorCode::kNotFound || code == ErrorCode::kPermission) return std::optional<std::string>();
    if (code == ErrorCode::kData) return std::optional(std::string());  // no regular file
    return content.error();
  }
  const auto name = committed_file_name(content->view());
  if (name.empty()) return std::optional(name);
  return std::optional(fmt::format("{}/{}", metadata_location.substr(0, metadata_location.rfind('/')), name));
}

std::string committed_file_name(std::string_view content) {
  const auto name = text::trim(content);
  const bool is_name =
      name.find(".metadata.json") != std::string_view::npos && name.find('/') == std::string_view::npos;
  return is_name ? std::string(name) : std::string();
}

}  // namespace floe::iceberg
