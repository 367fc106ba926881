#include "base/io/read_document.hpp"

#include "base/fail.hpp"

namespace floe::io {
namespace {

const char* name_of(FileKind kind) {
  return kind == FileKind::kDirectory ? "a directory" : "a device, a pipe, a file of the kernel or a link to nothing";
}

// A regular file, or nothing.
Result<FileInfo> look_at(FileSystem& files, const std::string& path) {
  FileInfo info = FLOE_TRY(files.stat(path));
  if (info.kind == FileKind::kRegular || info.kind == FileKind::kMissing) return info;
  return failf(ErrorCode::kIo, "cannot read `{}`: it is {}, not a file", path, name_of(info.kind));
}

}  // namespace

Error too_large(const std::string& path, std::uint64_t most) {
  return failf(ErrorCode::kIo, "cannot read `{}`: it has more than {} bytes", path, most);
}

Result<bool> is_document(FileSystem& files, const std::string& path) {
  return FLOE_TRY(look_at(files, path)).kind == FileKind::kRegular;
}

Result<std::optional<std::string>> read_document_if_there(FileSystem& files, const std::string& path,
                                                          std::uint64_t most) {
  const FileInfo info = FLOE_TRY(look_at(files, path));
  if (info.kind == FileKind::kMissing) return std::optional<std::string>();
  if (info.size > most) return too_large(path, most);
  std::string text = FLOE_TRY(files.read_range(path, 0, most + 1));  // it may have grown
  if (text.size() > most) return too_large(path, most);
  return std::optional<std::string>(std::move(text));
}

Result<std::string> read_document(FileSystem& files, const std::string& path, std::uint64_t most) {
  auto text = FLOE_TRY(read_document_if_there(files, path, most));
  if (!text) return failf(ErrorCode::kNotFound, "cannot read `{}`: no such file or directory", path);
  return std::move(*text);
}

}  // namespace floe::io
