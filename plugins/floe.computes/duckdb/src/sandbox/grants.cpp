#include "sandbox/grants.hpp"

#include "sandbox/refusal.hpp"

#include "base/fail.hpp"
#include "base/json/json.hpp"
#include "base/json/texts.hpp"
#include "base/text/text.hpp"

#include <algorithm>
#include <filesystem>
#include <iterator>
#include <optional>
#include <system_error>

namespace floe::duckdb_compute {
namespace {

namespace fs = std::filesystem;

constexpr const char* kState = ".floe";
constexpr const char* kWildcards = "*?[";

// Links resolved as far as the path exists. Empty when that fails, a ring of links for example.
fs::path resolved(const fs::path& path) {
  std::error_code code;
  fs::path absolute = fs::absolute(path, code);
  if (code) return {};
  fs::path out = fs::weakly_canonical(absolute, code);
  return code ? fs::path() : out.lexically_normal();
}

std::vector<std::string> folders(const json::object& object, const char* key) {
  std::vector<std::string> out;
  for (const std::string& folder : get_texts(object, key)) {
    const fs::path place = resolved(folder);
    if (place.empty()) continue;
    out.push_back(place.string());
    // DuckDB compares paths as they are written.
    if (place != folder) out.push_back(folder);
  }
  return out;
}

// The path below `root`, or nothing.
std::optional<fs::path> below(const fs::path& path, const std::string& root) {
  fs::path relative = path.lexically_relative(root);
  if (relative.empty() || *relative.begin() == "..") return std::nullopt;
  return relative;
}

bool is_in(const fs::path& path, const std::vector<std::string>& roots) {
  return std::any_of(roots.begin(), roots.end(), [&](const std::string& root) {
    const auto relative = below(path, root);
    return relative &&
           std::none_of(relative->begin(), relative->end(), [](const fs::path& part) { return part == kState; });
  });
}

bool has_wildcard(const std::string& text) { return text.find_first_of(kWildcards) != std::string::npos; }

// The folder before the first part with a wildcard, and whether what follows may go through a folder of floe's state.
struct Glob {
  fs::path folder;
  bool may_enter_state = false;
};

Glob split_glob(const std::string& path) {
  Glob glob;
  bool is_fixed = true;
  const fs::path whole(path);
  for (auto part = whole.begin(); part != whole.end(); ++part) {
    const std::string text = part->string();
    if (is_fixed && !has_wildcard(text)) {
      glob.folder /= *part;
      continue;
    }
    is_fixed = false;
    const bool is_last = std::next(part) == whole.end();
    if (text == "**" || text == "..") glob.may_enter_state = true;
    if (!is_last && (text == kState || text::matches_glob(text, kState) || text.find('[') != std::string::npos))
      glob.may_enter_state = true;
  }
  return glob;
}

bool holds_state(const fs::path& folder) {
  std::error_code code;
  fs::recursive_directory_iterator entry(folder, fs::directory_options::skip_permission_denied, code);
  for (; !code && entry != fs::recursive_directory_iterator(); entry.increment(code)) {
    if (entry->path().filename() == kState) return true;
  }
  return false;
}

std::string list_of(const std::vector<std::string>& roots) {
  return roots.empty() ? "none here" : text::join(roots, ", ");
}

bool is_plain_path(const std::string& path) {
  return !path.empty() && !path.starts_with('~') && path.find("://") == std::string::npos && !path.starts_with("file:");
}

// DuckDB takes a relative path from the folder that the process was started in.
std::string meant(const std::string& path) {
  if (!is_plain_path(path) || fs::path(path).is_absolute()) return "";
  return fmt::format("that is `{}`; ", resolved(path).string());
}

}  // namespace

Result<Grants> parse_grants(std::string_view options) {
  Grants grants;
  if (options.empty()) return grants;
  const json::object parsed = FLOE_TRY(parse_json_object(options));
  const json::object* sql = get_object(parsed, "sql");
  if (sql == nullptr) return grants;
  grants.is_limited = true;
  grants.only_queries = get_bool_or(*sql, "only_queries", false);
  grants.reads_granted = get_bool_or(*sql, "reads_granted", false);
  grants.reads = folders(*sql, "reads");
  grants.writes = folders(*sql, "writes");
  grants.own = folders(*sql, "own");
  return grants;
}

Status check_read(const Grants& grants, const std::string& path) {
  bool is_granted = false;
  if (is_plain_path(path) && has_wildcard(path)) {
    const Glob glob = split_glob(path);
    const fs::path folder = resolved(glob.folder.empty() ? fs::path(".") : glob.folder);
    is_granted = !folder.empty() && is_in(folder, grants.reads) && !(glob.may_enter_state && holds_state(folder));
  } else if (is_plain_path(path)) {
    const fs::path place = resolved(path);
    is_granted = !place.empty() && is_in(place, grants.reads);
  }
  if (is_granted) return ok();
  return refused(
      "FLOE-E0642", "sql-reads-file", fmt::format("SQL may not read `{}`", path),
      fmt::format("{}the folders that it reads, without their .floe: {}", meant(path), list_of(grants.reads)),
      "move the file into the project, or load it through an ingestion source of floe.yaml");
}

Status check_write(const Grants& grants, const std::string& path) {
  if (is_plain_path(path) && !has_wildcard(path)) {
    const fs::path place = resolved(path);
    if (!place.empty() && is_in(place, grants.writes)) return ok();
  }
  return refused("FLOE-E0643", "sql-writes-file", fmt::format("SQL may not write `{}`", path),
                 fmt::format("{}the folders that it writes: {}", meant(path), list_of(grants.writes)),
                 "deliver rows through `destinations` of floe.yaml, or write a model");
}

AllowedPaths allowed_paths(const Grants& grants) {
  AllowedPaths allowed;
  allowed.directories = grants.own;
  allowed.directories.insert(allowed.directories.end(), grants.writes.begin(), grants.writes.end());
  for (const std::string& root : grants.reads) {
    std::error_code code;
    for (fs::directory_iterator entry(root, code); !code && entry != fs::directory_iterator(); entry.increment(code)) {
      if (entry->path().filename() == kState) continue;
      std::error_code kind;
      (entry->is_directory(kind) ? allowed.directories : allowed.files).push_back(entry->path().string());
    }
  }
  return allowed;
}

}  // namespace floe::duckdb_compute
