// URIs of the table format as files the compute can open, and back.
#pragma once

#include "base/json/json.hpp"
#include "base/result.hpp"
#include "floe/client/storage.hpp"

#include <string>
#include <vector>

namespace floe::warehouse {

// A directory URI and the directory of this machine behind it.
struct LocalDirectory {
  std::string uri;
  std::string path;

  [[nodiscard]] std::string to_uri(std::string_view file_path) const;
};

// Created when missing.
Result<LocalDirectory> local_directory(StorageClient storage, floe_call* call, const std::string& uri);

// Copies scan files ({"uri", ...} objects) and gives each a `path`.
Result<json::array> with_local_paths(StorageClient storage, floe_call* call, const json::array& files);

}  // namespace floe::warehouse
