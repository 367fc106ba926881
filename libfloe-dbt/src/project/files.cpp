#include "project/files.hpp"

#include "project/ignore.hpp"
#include "project/source_file.hpp"

#include "base/fail.hpp"
#include "base/io/enter_directory.hpp"
#include "base/text/text.hpp"

#include <algorithm>
#include <initializer_list>
#include <map>
#include <set>

namespace floe::dbt {
namespace {

constexpr std::size_t kMaxFiles = 50'000;  // of one directory that dbt looks in; 6 s and 1 GB to parse

Error too_many() { return failf(ErrorCode::kUnsupported, "more than {} files lie in the directory", kMaxFiles); }

// All files below a directory, listed once however many kinds of files are looked for in it.
class Finder {
 public:
  Finder(const Project& project, io::FileSystem& files, DiagnosticSink& sink)
      : project_(project), files_(files), sink_(sink) {
    const std::string shown = project.display_root + ".dbtignore";
    if (const auto text = read_optional(files, io::join_path(project.root, ".dbtignore"), shown, sink))
      ignore_ = IgnoreRules(*text);
    if (auto root = files.canonical(project.root)) root_ = std::move(*root);
  }

  void collect(const std::vector<std::string>& directories, std::initializer_list<std::string_view> extensions,
               std::vector<ProjectFile>* out) {
    for (const std::string& directory : directories) {
      for (const ProjectFile& file : below(directory)) {
        const std::string name = text::to_lower_ascii(io::file_name(file.relative));
        for (std::string_view extension : extensions) {
          if (name.ends_with(extension)) out->push_back(file);
        }
      }
    }
  }

 private:
  const std::vector<ProjectFile>& below(const std::string& directory) {
    auto [found, fresh] = cache_.try_emplace(directory);
    if (fresh) walk(directory, "", {}, &found->second);
    return found->second;
  }

  void walk(const std::string& directory, const std::string& relative, std::vector<std::string> above,
            std::vector<ProjectFile>* out) {
    const std::string absolute = io::join_path(io::join_path(project_.root, directory), relative);
    const auto entered = io::enter_directory(files_, absolute, &above);
    if (!entered && entered.error().code == ErrorCode::kUnsupported) return refuse(directory, entered.error());
    if (!entered || !*entered) return;
    if (!relative.empty() && above.back() == root_) return;
    auto entries = files_.list(absolute);
    if (!entries && entries.error().code != ErrorCode::kNotFound) return refuse(directory, entries.error());
    if (!entries) return;
    for (const io::DirectoryEntry& entry : *entries) {
      std::string path = relative.empty() ? entry.name : relative + "/" + entry.name;
      if (entry.kind == io::FileKind::kDirectory) {
        if (!is_state(directory, path)) walk(directory, path, above, out);
        continue;
      }
      // dbt skips editors' files: `[!.#~]*`
      if (entry.name.starts_with('.') || entry.name.starts_with('#') || entry.name.starts_with('~')) continue;
      std::string original = io::normalize_path(io::join_path(directory, path));
      if (!ignore_.empty() && ignore_.matches(original)) continue;
      if (out->size() == kMaxFiles) return refuse(directory, too_many());
      out->push_back({io::join_path(absolute, entry.name), directory, std::move(path), std::move(original)});
    }
  }

  // Folders that commands write, when the directory is the project's own (`model-paths: ["."]`).
  [[nodiscard]] bool is_state(const std::string& directory, const std::string& path) const {
    if (io::file_name(path).starts_with('.')) return true;
    const std::string original = io::normalize_path(io::join_path(directory, path));
    return original == io::normalize_path(project_.target_path) ||
           original == io::normalize_path(project_.packages_install_path);
  }

  // Once for each directory that dbt looks in.
  void refuse(const std::string& directory, const Error& error) {
    if (refused_.insert(directory).second) sink_.report(unreadable_file(project_.display_root + directory, error));
  }

  const Project& project_;
  io::FileSystem& files_;
  DiagnosticSink& sink_;
  std::set<std::string> refused_;
  IgnoreRules ignore_;
  std::string root_;  // links resolved
  std::map<std::string, std::vector<ProjectFile>> cache_;
};

bool is_below(const ProjectFile& file, std::string_view directory) {
  return file.relative.starts_with(directory) && file.relative.size() > directory.size() &&
         file.relative[directory.size()] == '/';
}

}  // namespace

ProjectFiles find_project_files(const Project& project, io::FileSystem& files, DiagnosticSink& sink) {
  Finder finder(project, files, sink);
  ProjectFiles found;
  finder.collect(project.macro_paths, {".sql"}, &found.macros);
  finder.collect(project.model_paths, {".sql"}, &found.models);
  finder.collect(project.model_paths, {".py"}, &found.python_models);
  finder.collect(project.snapshot_paths, {".sql"}, &found.snapshots);
  finder.collect(project.analysis_paths, {".sql"}, &found.analyses);
  finder.collect(project.seed_paths, {".csv"}, &found.seeds);
  finder.collect(project.docs_paths, {".md"}, &found.docs);
  std::vector<ProjectFile> tests;
  finder.collect(project.test_paths, {".sql"}, &tests);
  for (ProjectFile& file : tests) {
    if (is_below(file, "generic")) {
      file.relative = file.relative.substr(8);
      file.searched += "/generic";
      found.generic_tests.push_back(std::move(file));
    } else if (!is_below(file, "fixtures")) {
      found.singular_tests.push_back(std::move(file));
    }
  }
  std::vector<std::string> all;
  for (const auto* group : {&project.model_paths, &project.seed_paths, &project.snapshot_paths, &project.analysis_paths,
                            &project.macro_paths, &project.test_paths}) {
    for (std::string path : *group) {
      while (path.size() > 1 && path.ends_with('/'))
        path.pop_back();
      if (std::find(all.begin(), all.end(), path) == all.end()) all.push_back(path);
    }
  }
  finder.collect(all, {".yml", ".yaml"}, &found.schemas);
  return found;
}

}  // namespace floe::dbt
