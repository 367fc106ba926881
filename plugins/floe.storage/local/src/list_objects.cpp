#include "local_storage.hpp"

#include "base/arrow/builder.hpp"

#include <algorithm>

namespace floe::storage {
namespace {

struct Found {
  std::string path;
  io::FileInfo info;
};

// Everything below `directory`, depth first. A file or directory that vanishes meanwhile is not there.
Status collect(io::FileSystem& files, Call& call, const std::string& directory, std::vector<Found>& out) {
  call.check_cancelled();
  auto entries = files.list(directory);
  if (!entries.has_value()) {
    if (entries.error().code == ErrorCode::kNotFound) return ok();
    return std::move(entries).error();
  }
  for (const io::DirectoryEntry& entry : *entries) {
    std::string path = io::join_path(directory, entry.name);
    if (entry.kind == io::FileKind::kDirectory) {
      FLOE_TRY(collect(files, call, path, out));
    } else if (entry.kind == io::FileKind::kRegular && !is_staged_name(entry.name)) {
      const io::FileInfo info = FLOE_TRY(files.stat(path));
      if (info.kind == io::FileKind::kRegular) out.push_back({std::move(path), info});
    }
  }
  return ok();
}

}  // namespace

Result<ArrowStream> LocalStorage::list(Call& call, std::string_view prefix) {
  std::string path = FLOE_TRY(io::path_from_uri(prefix));
  while (path.size() > 1 && path.ends_with('/'))
    path.pop_back();
  std::vector<Found> found;
  const io::FileInfo info = FLOE_TRY(files_->stat(path));
  if (info.kind == io::FileKind::kDirectory) FLOE_TRY(collect(*files_, call, path, found));
  if (info.kind == io::FileKind::kRegular) found.push_back({path, info});
  std::sort(found.begin(), found.end(), [](const Found& left, const Found& right) { return left.path < right.path; });
  arrow::BatchBuilder batch({{"uri", arrow::of(arrow::Kind::kUtf8), false, {}},
                             {"size", arrow::of(arrow::Kind::kInt64), false, {}},
                             {"modified_ns", arrow::of(arrow::Kind::kInt64), false, {}}});
  for (const Found& one : found) {
    batch.column(0).append_bytes(io::uri_from_path(one.path));
    batch.column(1).append_int(static_cast<std::int64_t>(one.info.size));
    batch.column(2).append_int(one.info.modified_ns);
  }
  return arrow::finish_stream(std::move(batch));
}

}  // namespace floe::storage
