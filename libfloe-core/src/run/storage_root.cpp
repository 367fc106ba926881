#include "run/storage_root.hpp"

#include "plugin/plugin_error.hpp"

#include "base/fail.hpp"
#include "base/json/json.hpp"

namespace floe::run {
namespace {

// Files as paths: `file:/srv` and `file:///srv/` are one place.
std::string place(std::string_view uri) {
  if (uri.starts_with("file:")) {
    if (auto path = io::path_from_uri(uri); path.has_value()) return io::normalize_path(*path);
  }
  while (uri.size() > 1 && uri.ends_with('/'))
    uri.remove_suffix(1);
  return std::string(uri);
}

bool is_below(const std::string& uri, const std::string& root) {
  if (uri == root || root == "/") return true;
  return uri.starts_with(root.ends_with('/') || root.ends_with(':') ? root : root + "/");
}

}  // namespace

Status check_storage_root(std::string_view binding, std::string_view warehouse_uri, const PluginEntry& storage) {
  const json::object described = FLOE_TRY(parse_json_object(binding));
  const std::string root = get_string_or(described, "root", "");
  if (root.empty() || warehouse_uri.empty() || is_below(place(warehouse_uri), place(root))) return ok();
  return plugin_error(
      plugin_diagnostic(PluginFault::kRootMismatch,
                        fmt::format("storage plugin `{}` keeps its files below `{}`, but the warehouse is `{}`",
                                    storage.manifest.id, root, warehouse_uri),
                        "")
          .help(fmt::format("write `warehouse: \"{}\"` in the configuration of the catalog", root)));
}

}  // namespace floe::run
