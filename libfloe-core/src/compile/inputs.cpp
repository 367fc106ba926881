#include "compile/inputs.hpp"

#include "base/diagnostics/diagnostic.hpp"
#include "base/text/text.hpp"
#include "base/yaml/node.hpp"

#include <algorithm>
#include <array>
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
  return std::find(kExtensions.begin(), kExtensions.end(), io::file_extension(name)) != kExtensions.end();
}

bool is_skipped_at_top(const std::string& name) {
  return std::find(kSkippedDirectories.begin(), kSkippedDirectories.end(), name) != kSkippedDirectories.end();
}

// Where dbt_project.yml says that dbt finds something: `model-paths` and the like, absolute.
std::vector<std::string> declared_paths(const std::string& dbt_project, io::FileSystem& files) {
  constexpr std::string_view kEnding = "-paths";
  std::vector<std::string> out;
  const auto text = files.read(io::join_path(dbt_project, "dbt_project.yml"));
  DiagnosticSink told_by_dbt;
  const yaml::NodePtr root = text ? yaml::parse(*text, {}, told_by_dbt) : nullptr;
  for (std::size_t i = 0; root != nullptr && i < root->entries.size(); ++i) {
    const yaml::Entry& entry = root->entries[i];
    if (!entry.key.ends_with(kEnding)) continue;
    for (const yaml::NodePtr& path : entry.value->items)
      out.push_back(io::normalize_path(io::join_path(dbt_project, path->text)));
  }
  return out;
}

// Names in env_var('NAME'...) of a template.
void collect_environment_names(std::string_view text, std::set<std::string>* names) {
  constexpr std::string_view kCall = "env_var(";
  for (auto at = text.find(kCall); at != std::string_view::npos; at = text.find(kCall, at + 1)) {
    auto start = at + kCall.size();
    while (start < text.size() && (text[start] == ' ' || text[start] == '\'' || text[start] == '"'))
      ++start;
    const auto end = text.find_first_of("'\"", start);
    if (end != std::string_view::npos) names->emplace(text.substr(start, end - start));
  }
}

class Collector {
 public:
  Collector(const std::string& root, io::FileSystem& files) : root_(root), files_(files) {}

  Status walk_project(const std::string& directory) {
    FLOE_TRY(walk(directory, true));
    // Also outside of the project, and in what is skipped at its top.
    for (const std::string& path : declared_paths(directory, files_)) {
      if (FLOE_TRY(files_.stat(path)).kind == io::FileKind::kDirectory) FLOE_TRY(walk(path, false));
    }
    return ok();
  }

  Status add(const std::string& path) {
    const std::string text = FLOE_TRY(files_.read(path));
    hashes[io::relative_path(path, root_)] = text::sha256_hex(text);
    collect_environment_names(text, &environment_names);
    return ok();
  }

  std::map<std::string, std::string> hashes;
  std::set<std::string> environment_names;

 private:
  Status walk(const std::string& directory, bool is_top) {
    if (!walked_.insert(directory).second) return ok();
    for (const io::DirectoryEntry& entry : FLOE_TRY(files_.list(directory))) {
      const std::string path = io::join_path(directory, entry.name);
      if (entry.kind == io::FileKind::kDirectory) {
        if (!entry.name.starts_with('.') && !(is_top && is_skipped_at_top(entry.name))) FLOE_TRY(walk(path, false));
      } else if (entry.kind == io::FileKind::kRegular && is_input(entry.name)) {
        if (!is_top || entry.name != kEnvironmentAtTop) FLOE_TRY(add(path));
      }
    }
    return ok();
  }

  const std::string& root_;
  io::FileSystem& files_;
  std::set<std::string> walked_;
};

}  // namespace

Result<Inputs> collect_inputs(const std::string& project_root, const std::string& dbt_project,
                              const std::vector<std::string>& extra, const std::map<std::string, std::string>& digests,
                              io::FileSystem& files, const io::Environment& environment) {
  Collector collector(project_root, files);
  if (!dbt_project.empty()) FLOE_TRY(collector.walk_project(dbt_project));
  for (const std::string& path : extra)
    FLOE_TRY(collector.add(path));
  Inputs inputs;
  inputs.hashes = std::move(collector.hashes);
  for (const auto& [name, digest] : digests)
    inputs.hashes[name] = digest;
  std::string all;
  for (const auto& [path, hash] : inputs.hashes)
    all.append(path).append("\n").append(hash).append("\n");
  inputs.source_hash = text::sha256_hex(all);
  std::string values;
  for (const std::string& name : collector.environment_names) {
    values += name + "=" + environment.get(name).value_or("\x01") + "\n";
  }
  inputs.environment_key = text::sha256_hex(values);
  return inputs;
}

}  // namespace floe::compile
