#include "compile/inputs.hpp"

#include "base/text/text.hpp"

#include <algorithm>
#include <array>
#include <set>

namespace floe::compile {
namespace {

constexpr std::array<std::string_view, 7> kSkippedDirectories{"target", "logs", "data",        "build",
                                                              "venv",   "dist", "node_modules"};
constexpr std::array<std::string_view, 6> kExtensions{".sql", ".yml", ".yaml", ".md", ".csv", ".py"};

bool is_input(const std::string& name) {
  return std::find(kExtensions.begin(), kExtensions.end(), io::file_extension(name)) != kExtensions.end();
}

bool is_skipped(const std::string& name) {
  return name.starts_with('.') ||
         std::find(kSkippedDirectories.begin(), kSkippedDirectories.end(), name) != kSkippedDirectories.end();
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

  Status walk(const std::string& directory) {
    for (const io::DirectoryEntry& entry : FLOE_TRY(files_.list(directory))) {
      const std::string path = io::join_path(directory, entry.name);
      if (entry.kind == io::FileKind::kDirectory) {
        if (!is_skipped(entry.name)) FLOE_TRY(walk(path));
      } else if (entry.kind == io::FileKind::kRegular && is_input(entry.name)) {
        FLOE_TRY(add(path));
      }
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
  const std::string& root_;
  io::FileSystem& files_;
};

}  // namespace

Result<Inputs> collect_inputs(const std::string& project_root, const std::string& dbt_project,
                              const std::vector<std::string>& extra, const std::map<std::string, std::string>& digests,
                              io::FileSystem& files, const io::Environment& environment) {
  Collector collector(project_root, files);
  if (!dbt_project.empty()) FLOE_TRY(collector.walk(dbt_project));
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
