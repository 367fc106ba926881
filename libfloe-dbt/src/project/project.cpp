#include "project/project.hpp"

#include "jinja/environment.hpp"
#include "model/tree.hpp"
#include "project/profile.hpp"
#include "project/project_file.hpp"
#include "project/source_file.hpp"
#include "value/json.hpp"

#include "base/text/text.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <cctype>

namespace floe::dbt {

Value Project::config_tree(std::string_view key, bool rendered) const {
  const Value* tree = find_key(rendered ? configs : unrendered, key);
  return tree == nullptr ? Value() : *tree;
}

const Project* Workspace::find(std::string_view package_name) const {
  if (root->name == package_name) return root.get();
  for (const auto& package : packages) {
    if (package->name == package_name) return package.get();
  }
  return nullptr;
}

bool Workspace::is_builtin(std::string_view package_name) const {
  const Project* project = find(package_name);
  return project != nullptr && project->is_builtin;
}

std::vector<const Project*> Workspace::all() const {
  std::vector<const Project*> projects{root.get()};
  for (const auto& package : packages)
    projects.push_back(package.get());
  return projects;
}

std::vector<std::string> Workspace::dispatch_prefixes() const { return {"floe", target.type, "default"}; }

namespace {

// A project that exists only in memory: our own macro library.
std::unique_ptr<Project> builtin_project(std::string name) {
  auto project = std::make_unique<Project>();
  project->name = std::move(name);
  project->is_builtin = true;
  project->display_root = "<" + project->name + ">/";
  project->macro_paths = {"macros"};
  return project;
}

int listed_packages(const std::string& root, io::FileSystem& files, DiagnosticSink& sink) {
  for (const char* name : {"dependencies.yml", "packages.yml"}) {
    const auto text = read_optional(files, io::join_path(root, name), name, sink);
    if (!text) continue;
    const yaml::NodePtr document =
        yaml::parse(*text, {.file = name, .resolver = yaml::Resolver::kPyYaml11, .allow_duplicate_keys = true}, sink);
    if (document == nullptr) continue;
    const yaml::NodePtr packages = document->get("packages");
    if (packages != nullptr && packages->is_sequence()) return static_cast<int>(packages->items.size());
  }
  return 0;
}

void load_packages(Workspace* workspace, const ProjectFileContext& context, DiagnosticSink& sink) {
  Project& root = *workspace->root;
  io::FileSystem& files = *context.files;
  const std::string directory = io::join_path(root.root, root.packages_install_path);
  auto entries = files.list(directory);
  int installed = 0;
  if (entries) {
    for (const io::DirectoryEntry& entry : *entries) {
      if (entry.kind != io::FileKind::kDirectory || entry.name.starts_with("__")) continue;
      ++installed;
      ProjectFileContext nested = context;
      nested.root = io::join_path(directory, entry.name);
      nested.file.clear();
      nested.display_root = root.packages_install_path + "/" + entry.name + "/";
      nested.cli_vars = Value::dict();  // dbt passes no --vars to packages' project files
      std::unique_ptr<Project> package = load_project_file(nested, sink);
      if (package == nullptr) continue;
      if (const Project* other = workspace->find(package->name)) {
        sink.report(error_diagnostic("FLOE-E0604", "package", fmt::format("two projects are named `{}`", package->name))
                        .at(Span{nested.display_root + "dbt_project.yml"})
                        .note("the other is `" + (other->display_root.empty() ? "." : other->display_root) + "`"));
        continue;
      }
      workspace->packages.push_back(std::move(package));
    }
  }
  const int listed = listed_packages(root.root, files, sink);
  if (listed > installed) {
    sink.report(error_diagnostic("FLOE-E0604", "package",
                                 fmt::format("{} {} listed, {} installed", text::counted(listed, "package"),
                                             listed == 1 ? "is" : "are", installed))
                    .at(Span{"packages.yml"})
                    .help("put each package into `" + root.packages_install_path + "/`, for example with `dbt deps`"));
  }
}

}  // namespace

std::unique_ptr<Workspace> load_workspace(const WorkspaceOptions& options, io::FileSystem& files,
                                          const io::Environment& environment, const io::Clock& clock,
                                          DiagnosticSink& sink) {
  ProjectFileContext context;
  context.root = options.project_dir;
  context.file = options.project_file;
  context.files = &files;
  context.environment = &environment;
  context.clock = &clock;
  context.cli_vars = options.cli_vars;

  auto raw = read_project_file(context, sink);
  if (raw == nullptr) return nullptr;
  std::string profile_name;
  if (const yaml::NodePtr profile = raw->get("profile"); profile != nullptr && profile->is_string()) {
    profile_name = profile->text;
  }
  Profile profile = load_profile(options, profile_name, files, environment, sink);
  context.cli_vars = merged_dict(profile.vars, options.cli_vars);
  context.target = target_value(profile.target);

  auto workspace = std::make_unique<Workspace>();
  workspace->target = profile.target;
  workspace->cli_vars = context.cli_vars;
  workspace->root = load_project_file(context, sink);
  if (workspace->root == nullptr) return nullptr;
  load_packages(workspace.get(), context, sink);
  workspace->packages.push_back(builtin_project("dbt_" + workspace->target.type));
  workspace->packages.push_back(builtin_project("dbt"));
  workspace->target_path =
      io::join_path(options.project_dir, options.target_path.value_or(workspace->root->target_path));
  return workspace;
}

}  // namespace floe::dbt
