#include "compile/inputs.hpp"

#include "base/diagnostics/diagnostic.hpp"
#include "base/io/enter_directory.hpp"
#include "base/io/read_document.hpp"
#include "base/text/text.hpp"
#include "base/yaml/node.hpp"

#include <algorithm>
#include <array>
#include <optional>
#include <set>

namespace floe::compile {
namespace {

// At the top of a project, where it does not say that they hold something of its own. `platform` has the environments,
// which no artifact depends on; the manifests it may have are inputs of their own.
constexpr std::array<std::string_view, 8> kSkippedDirectories{"target", "logs", "data",         "build",
                                                              "venv",   "dist", "node_modules", "platform"};
constexpr const char* kEnvironmentAtTop = "platform.yaml";
constexpr std::array<std::string_view, 6> kExtensions{".sql", ".yml", ".yaml", ".md", ".csv", ".py"};

bool is_input(const std::string& name) {
  return name == ".dbtignore" || std::find(kExtensions.begin(), kExtensions.end(),
                                           text::to_lower_ascii(io::file_extension(name))) != kExtensions.end();
}

// dbt reads hidden directories as well, below the top.
bool is_skipped(const std::string& name, bool is_top) {
  if (!is_top) return name == ".git" || name == ".floe";
  return name.starts_with('.') ||
         std::find(kSkippedDirectories.begin(), kSkippedDirectories.end(), name) != kSkippedDirectories.end();
}

// Where dbt_project.yml says that dbt finds something: `model-paths` and the like, absolute.
std::vector<std::string> declared_paths(const DbtProject& project, io::FileSystem& files) {
  const std::string& directory = project.directory;
  std::vector<std::string> out;
  const auto add = [&](const yaml::Node& path) {
    if (path.is_string()) out.push_back(io::normalize_path(io::join_path(directory, path.text)));
  };
  const auto text = io::read_document(files, project.file.value_or(io::join_path(directory, "dbt_project.yml")));
  DiagnosticSink told_by_dbt;
  const yaml::NodePtr root = text ? yaml::parse(*text, {}, told_by_dbt) : nullptr;
  for (std::size_t i = 0; root != nullptr && i < root->entries.size(); ++i) {
    const yaml::Entry& entry = root->entries[i];
    if (entry.key == "packages-install-path") add(*entry.value);
    if (!entry.key.ends_with("-paths")) continue;
    for (const yaml::NodePtr& path : entry.value->items)
      add(*path);
  }
  return out;
}

class Collector {
 public:
  Collector(const std::string& root, io::FileSystem& files) : root_(root), files_(files) {}

  Status walk_project(const DbtProject& project) {
    // A made project is some folders of the product; what else lies there, such as data to load, dbt does not read.
    is_made_ = project.file.has_value();
    FLOE_TRY(walk(project.directory, true, {}));
    // Also outside of the project, and in what is skipped at its top.
    for (const std::string& path : declared_paths(project, files_)) {
      if (FLOE_TRY(files_.stat(path)).kind == io::FileKind::kDirectory) FLOE_TRY(walk(path, false, {}));
    }
    return ok();
  }

  Status add(const std::string& path) {
    const std::string text = FLOE_TRY(read(path));
    inputs.hashes[io::relative_path(path, root_)] = text::sha256_hex(text);
    return ok();
  }

  Inputs inputs;

 private:
  // Seeds may be large; what people write is not.
  Result<std::string> read(const std::string& path) {
    const bool is_data = text::to_lower_ascii(io::file_extension(path)) == ".csv";
    return io::read_document(files_, path, is_data ? io::kMaxFileBytes : io::kMaxDocumentBytes);
  }

  Status walk(const std::string& directory, bool is_top, std::vector<std::string> above) {
    if (!FLOE_TRY(io::enter_directory(files_, directory, &above))) return ok();
    if (!walked_.emplace(directory, is_top).second) return ok();
    for (const io::DirectoryEntry& entry : FLOE_TRY(files_.list(directory))) {
      const std::string path = io::join_path(directory, entry.name);
      if (entry.kind == io::FileKind::kDirectory) {
        const bool is_left_out = (is_top && is_made_) || is_skipped(entry.name, is_top);
        if (!is_left_out) FLOE_TRY(walk(path, false, above));
      } else if (is_input(entry.name) && (!is_top || entry.name != kEnvironmentAtTop)) {
        if (entry.kind == io::FileKind::kRegular) FLOE_TRY(add(path));
        // Where dbt looks for files this is an error, which an earlier compile does not know.
        if (entry.kind == io::FileKind::kOther) inputs.hashes[io::relative_path(path, root_)] = "";
      }
    }
    return ok();
  }

  const std::string& root_;
  io::FileSystem& files_;
  std::set<std::pair<std::string, bool>> walked_;
  bool is_made_ = false;
};

void hash_all(Inputs* inputs) {
  std::string all;
  for (const auto& [path, hash] : inputs->hashes)
    all.append(path).append("\n").append(hash).append("\n");
  inputs->source_hash = text::sha256_hex(all);
}

// Names, and what each is; links lead where they lead.
std::optional<std::string> listing_of(const std::string& directory, io::FileSystem& files) {
  const auto entries = files.list(directory);
  if (!entries) return std::nullopt;
  std::string names;
  for (const io::DirectoryEntry& entry : *entries)
    names.append(entry.name).append("\n").append(std::to_string(static_cast<int>(entry.kind))).append("\n");
  return text::sha256_hex(names);
}

}  // namespace

Result<Inputs> collect_inputs(const Compiled& product, const std::vector<std::string>& extra,
                              const std::map<std::string, std::string>& digests, io::FileSystem& files) {
  Collector collector(product.project_root, files);
  if (product.dbt_project) FLOE_TRY(collector.walk_project(*product.dbt_project));
  for (const std::string& path : extra)
    FLOE_TRY(collector.add(path));
  Inputs inputs = std::move(collector.inputs);
  for (const auto& [name, digest] : digests)
    inputs.hashes[name] = digest;
  hash_all(&inputs);
  return inputs;
}

Status add_opened_files(const Compiled& product, const std::vector<std::string>& paths, io::FileSystem& files,
                        Inputs* inputs) {
  for (const std::string& path : paths) {
    const std::string name = io::relative_path(path, product.project_root);
    const bool is_made = product.dbt_project && product.dbt_project->file == path;
    const bool is_profile_elsewhere = io::file_name(path) == "profiles.yml" && name.starts_with("..");
    if (path.ends_with('/') || is_made || is_profile_elsewhere || inputs->hashes.contains(name)) continue;
    if (FLOE_TRY(files.stat(path)).kind != io::FileKind::kRegular) continue;
    inputs->hashes[name] = text::sha256_hex(FLOE_TRY(files.read(path)));
  }
  hash_all(inputs);
  return ok();
}

std::string digest_of_reads(const std::vector<std::string>& variables, const std::vector<std::string>& paths,
                            const Inputs& inputs, const std::string& root, const io::Environment& environment,
                            io::FileSystem& files) {
  constexpr const char* kMissing = "\x01";
  const auto hash_of = [&](const std::string& path) -> std::optional<std::string> {
    if (path.ends_with('/')) return listing_of(path.substr(0, path.size() - 1), files);
    const auto known = inputs.hashes.find(io::relative_path(path, root));
    if (known != inputs.hashes.end() && !known->second.empty()) return known->second;
    const auto text = files.read(path);
    return text ? std::optional(text::sha256_hex(*text)) : std::nullopt;
  };
  std::string all;
  for (const std::string& name : variables)
    all.append(name).append("=").append(environment.get(name).value_or(kMissing)).append("\n");
  for (const std::string& path : paths)
    all.append(path).append("=").append(hash_of(path).value_or(kMissing)).append("\n");
  return text::sha256_hex(all);
}

}  // namespace floe::compile
