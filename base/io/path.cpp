// Paths as text; nothing here touches the disk.
#include "base/fail.hpp"
#include "base/io/file_system.hpp"
#include "base/text/text.hpp"

#include <algorithm>
#include <vector>

namespace floe::io {

namespace {

std::string_view strip_trailing_slashes(std::string_view path) {
  while (path.size() > 1 && path.back() == '/')
    path.remove_suffix(1);
  return path;
}

std::string_view name_of(std::string_view path) {
  const std::string_view stripped = strip_trailing_slashes(path);
  if (stripped == "/") return {};
  return stripped.substr(stripped.rfind('/') + 1);  // npos + 1 is 0
}

// Where the extension starts in a file name, or its size. A leading dot makes no extension.
std::size_t extension_start(std::string_view name) {
  const std::size_t dot = name.rfind('.');
  if (dot == std::string_view::npos || name.find_first_not_of('.') > dot) return name.size();
  return dot;
}

std::vector<std::string_view> folded_segments(std::string_view path) {
  const bool absolute = is_absolute_path(path);
  std::vector<std::string_view> kept;
  for (const std::string_view segment : text::split(path, '/')) {
    if (segment.empty() || segment == ".") continue;
    const bool up = segment == "..";
    if (up && !kept.empty() && kept.back() != "..") {
      kept.pop_back();
    } else if (!up || !absolute) {
      kept.push_back(segment);
    }
  }
  return kept;
}

std::string assemble(bool absolute, const std::vector<std::string_view>& segments) {
  std::string result = absolute ? "/" : "";
  for (std::size_t i = 0; i < segments.size(); ++i) {
    if (i > 0) result += '/';
    result += segments[i];
  }
  return result.empty() ? "." : result;
}

}  // namespace

bool is_absolute_path(std::string_view path) { return !path.empty() && path.front() == '/'; }

bool lies_in(std::string_view path, std::string_view folder) {
  if (!path.starts_with(folder)) return false;
  return path.size() == folder.size() || folder.ends_with('/') || path[folder.size()] == '/';
}

std::string join_path(std::string_view base, std::string_view relative) {
  if (base.empty() || is_absolute_path(relative)) return std::string(relative);
  std::string result(base);
  if (relative.empty()) return result;
  if (result.back() != '/') result += '/';
  return result.append(relative);
}

std::string parent_path(std::string_view path) {
  const std::string_view stripped = strip_trailing_slashes(path);
  const std::size_t slash = stripped.rfind('/');
  if (slash == std::string_view::npos) return {};
  return std::string(strip_trailing_slashes(stripped.substr(0, slash + 1)));
}

std::string file_name(std::string_view path) { return std::string(name_of(path)); }

std::string file_stem(std::string_view path) {
  const std::string_view name = name_of(path);
  return std::string(name.substr(0, extension_start(name)));
}

std::string file_extension(std::string_view path) {
  const std::string_view name = name_of(path);
  return std::string(name.substr(extension_start(name)));
}

std::string normalize_path(std::string_view path) { return assemble(is_absolute_path(path), folded_segments(path)); }

std::string relative_path(std::string_view path, std::string_view base) {
  if (is_absolute_path(path) != is_absolute_path(base)) return normalize_path(path);
  const std::vector<std::string_view> to = folded_segments(path);
  const std::vector<std::string_view> from = folded_segments(base);
  const auto [from_end, to_end] = std::mismatch(from.begin(), from.end(), to.begin(), to.end());
  // Out of a directory known only as `..` there is no way back.
  if (std::find(from_end, from.end(), "..") != from.end()) return normalize_path(path);
  std::vector<std::string_view> steps(static_cast<std::size_t>(from.end() - from_end), "..");
  steps.insert(steps.end(), to_end, to.end());
  return assemble(false, steps);
}

Result<std::string> path_from_uri(std::string_view uri) {
  if (is_absolute_path(uri)) return std::string(uri);
  constexpr std::string_view kScheme = "file:";
  std::string_view rest = uri;
  if (text::equals_ignore_case_ascii(rest.substr(0, kScheme.size()), kScheme)) {
    rest.remove_prefix(kScheme.size());
    if (!rest.starts_with("//")) {
      if (is_absolute_path(rest)) return std::string(rest);
    } else {
      rest.remove_prefix(2);
      const std::size_t slash = std::min(rest.find('/'), rest.size());
      const std::string_view host = rest.substr(0, slash);
      if (slash < rest.size() && (host.empty() || host == "localhost")) return std::string(rest.substr(slash));
    }
  }
  return failf(ErrorCode::kInvalidArgument, "`{}` names no local file; use `file:///absolute/path`", uri);
}

std::string uri_from_path(std::string_view absolute_path) { return "file://" + std::string(absolute_path); }

}  // namespace floe::io
