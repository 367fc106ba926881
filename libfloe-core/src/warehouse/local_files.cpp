#include "warehouse/local_files.hpp"

#include "base/fail.hpp"
#include "base/io/file_system.hpp"

namespace floe::warehouse {
namespace {

Result<std::vector<std::string>> local_paths(StorageClient storage, floe_call* call, json::array uris,
                                             const char* mode) {
  const std::string request = to_json(json::object{{"uris", std::move(uris)}, {"mode", mode}});
  const std::string text = FLOE_TRY(storage.local_paths(call, request));
  const json::object answer = FLOE_TRY(parse_json_object(text));
  const json::array* list = FLOE_TRY(require_array(answer, "paths"));
  std::vector<std::string> paths;
  for (const json::value& path : *list) {
    if (!path.is_string()) return fail(ErrorCode::kInternal, "storage answered a path that is no string");
    paths.emplace_back(to_view(path.get_string()));
  }
  return paths;
}

}  // namespace

std::string LocalDirectory::to_uri(std::string_view file_path) const {
  std::string_view relative = file_path;
  if (relative.starts_with(path)) relative.remove_prefix(path.size());
  while (relative.starts_with('/'))
    relative.remove_prefix(1);
  return uri + "/" + std::string(relative);
}

Result<LocalDirectory> local_directory(StorageClient storage, floe_call* call, const std::string& uri) {
  // Parents are made for what is to be written: ask for a file below the directory.
  const std::vector<std::string> paths =
      FLOE_TRY(local_paths(storage, call, json::array{json::value(uri + "/new")}, "write"));
  if (paths.empty()) return failf(ErrorCode::kInternal, "storage gave no local path for `{}`", uri);
  return LocalDirectory{uri, io::parent_path(paths.front())};
}

Result<json::array> with_local_paths(StorageClient storage, floe_call* call, const json::array& files) {
  json::array uris;
  for (const json::value& file : files)
    uris.emplace_back(FLOE_TRY(require_string(file.as_object(), "uri")));
  if (uris.empty()) return json::array();
  const std::vector<std::string> paths = FLOE_TRY(local_paths(storage, call, std::move(uris), "read"));
  if (paths.size() != files.size()) return fail(ErrorCode::kInternal, "storage answered another number of paths");
  json::array out;
  out.reserve(files.size());
  for (std::size_t i = 0; i < files.size(); ++i) {
    json::object file = files[i].as_object();
    file["path"] = paths[i];
    out.push_back(std::move(file));
  }
  return out;
}

}  // namespace floe::warehouse
