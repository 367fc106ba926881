#include "recover/warehouse_place.hpp"

#include "base/io/file_system.hpp"
#include "base/text/text.hpp"

#include <algorithm>

namespace floe::iceberg {

namespace {

constexpr std::size_t kHashLength = 8;  // default_location's

bool is_below(std::string_view uri, std::string_view root) {
  return uri.size() > root.size() && uri.starts_with(root) && uri[root.size()] == '/';
}

// Whether default_location may have spelt another name so: it replaces what is no plain character by `_` and appends a
// hash of the name.
bool may_be_spelt(std::string_view segment) {
  if (segment.size() <= kHashLength + 1) return false;
  const auto hash = segment.substr(segment.size() - kHashLength);
  const bool has_hash =
      segment[segment.size() - kHashLength - 1] == '-' &&
      std::all_of(hash.begin(), hash.end(), [](char c) { return (c >= '0' && c <= '9') || (c >= 'a' && c <= 'f'); });
  return has_hash && segment.substr(0, segment.size() - kHashLength - 1).find('_') != std::string_view::npos;
}

}  // namespace

std::string normal_uri(std::string_view uri) {
  const auto path = io::path_from_uri(uri);
  std::string out = path.has_value() ? io::uri_from_path(io::normalize_path(*path)) : std::string(uri);
  while (out.ends_with('/') && !out.ends_with("//"))
    out.pop_back();
  return out;
}

std::string_view folder_of(std::string_view uri) { return uri.substr(0, uri.rfind('/')); }

std::string_view file_of(std::string_view uri) { return uri.substr(uri.rfind('/') + 1); }

WarehousePlace::WarehousePlace(std::string_view root, const std::vector<std::string>& aliases)
    : root_(normal_uri(root)) {
  for (const auto& alias : aliases)
    aliases_.push_back(normal_uri(alias));
}

std::string WarehousePlace::resolve(std::string_view uri) const {
  std::string normal = normal_uri(uri);
  for (const auto& alias : aliases_) {
    if (is_below(normal, alias)) return root_ + normal.substr(alias.size());
  }
  return normal;
}

std::optional<WarehousePlace::Name> WarehousePlace::name_of(std::string_view location) const {
  const std::string resolved = resolve(location);
  if (!is_below(resolved, root_)) return std::nullopt;
  const auto segments = text::split(std::string_view(resolved).substr(root_.size() + 1), '/');
  if (segments.size() < 2) return std::nullopt;
  Name name;
  for (const auto segment : segments)
    name.identifier.levels.emplace_back(segment);
  name.identifier.name = std::move(name.identifier.levels.back());
  name.identifier.levels.pop_back();
  name.is_certain = std::none_of(segments.begin(), segments.end(), may_be_spelt);
  return name;
}

}  // namespace floe::iceberg
