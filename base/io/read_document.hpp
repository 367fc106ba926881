// Files that people write, or that come from elsewhere: documents, models, seeds. They are regular files of a limited
// size, whatever lies under their name.
#pragma once

#include "base/io/file_system.hpp"
#include "base/result.hpp"

#include <cstdint>
#include <optional>
#include <string>

namespace floe::io {

// YAML, SQL, templates, JSON: a hundred times what people write.
inline constexpr std::uint64_t kMaxDocumentBytes = std::uint64_t{16} << 20;

// kNotFound when there is nothing; kIo when it is no regular file, or larger than `most` bytes.
Result<std::string> read_document(FileSystem& files, const std::string& path, std::uint64_t most = kMaxDocumentBytes);

// The same, and nullopt when there is nothing under that name, not even a link to nothing.
Result<std::optional<std::string>> read_document_if_there(FileSystem& files, const std::string& path,
                                                          std::uint64_t most = kMaxDocumentBytes);

// Is there a regular file? kIo when there is something else: what has the name of a document is meant as one.
Result<bool> is_document(FileSystem& files, const std::string& path);

Error too_large(const std::string& path, std::uint64_t most);

}  // namespace floe::io
