#include "base/diagnostics/checkout_paths.hpp"

namespace floe::diagnostics {
namespace {

std::string canonical_or_same(const std::string& path, io::FileSystem& files) {
  auto found = files.canonical(path);
  return found ? *std::move(found) : io::normalize_path(path);
}

bool has_git(const std::string& directory, io::FileSystem& files) {
  const auto found = files.stat(io::join_path(directory, ".git"));  // a file in a worktree
  return found && found->kind != io::FileKind::kMissing;
}

// `root` is canonical, `file` may be written with links in its folders.
std::string path_in(const std::string& root, const std::string& file, io::FileSystem& files) {
  const std::string whole = io::join_path(canonical_or_same(io::parent_path(file), files), io::file_name(file));
  const std::string relative = io::relative_path(whole, root);
  return relative.starts_with("../") ? whole : relative;
}

}  // namespace

std::string checkout_of(const std::string& directory, io::FileSystem& files) {
  std::string start = canonical_or_same(directory, files);
  std::string folder = start;
  while (!has_git(folder, files)) {
    const std::string above = io::parent_path(folder);
    if (above.empty() || above == folder) return start;
    folder = above;
  }
  return folder;
}

std::vector<Diagnostic> in_checkout(std::vector<Diagnostic> findings, const std::string& directory,
                                    io::FileSystem& files) {
  const std::string root = checkout_of(directory, files);
  for (Diagnostic& finding : findings) {
    for (Label& label : finding.labels) {
      const bool is_path = !label.span.file.empty() && label.span.file.find("://") == std::string::npos;
      if (!is_path) continue;
      label.span.file = path_in(root, io::normalize_path(io::join_path(directory, label.span.file)), files);
    }
  }
  return findings;
}

}  // namespace floe::diagnostics
