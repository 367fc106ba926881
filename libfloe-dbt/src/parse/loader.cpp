#include "parse/loader.hpp"

#include "model/call_span.hpp"
#include "model/tree.hpp"
#include "parse/sources.hpp"
#include "parse/text_forms.hpp"
#include "parse/unused_configs.hpp"
#include "project/source_file.hpp"
#include "value/datetime.hpp"

#include "base/text/text.hpp"

#include <fmt/format.h>

namespace floe::dbt {

Loader::Loader(Session& parsed, DiagnosticSink& findings)
    : session(parsed), sink(findings), workspace(*parsed.workspace), configs(*parsed.workspace) {
  created_at = static_cast<double>(session.clock->now_unix_ns()) / 1e9;
}

Loader::~Loader() = default;

Result<std::string> Loader::read_text(const ProjectFile& file, const Project& project, int* removed_lines) {
  auto text = io::read_document(*session.files, file.absolute);
  if (!text) {
    report(unreadable_file(shown_path(project, file.original), text.error()));
    return std::move(text).error();
  }
  if (auto invalid = text::find_invalid_utf8(*text)) {
    const std::string_view before = std::string_view(*text).substr(0, *invalid);
    const auto line = static_cast<std::int32_t>(std::count(before.begin(), before.end(), '\n')) + 1;
    report(error_diagnostic("FLOE-E0615", "not-utf8", "the file is not UTF-8 text")
               .at(line_span(shown_path(project, file.original), line)));
    return fail(ErrorCode::kData, "not UTF-8");
  }
  std::string_view trimmed = *text;
  if (trimmed.starts_with("\xEF\xBB\xBF")) trimmed.remove_prefix(3);
  const std::size_t start = leading_space(trimmed);
  *removed_lines =
      static_cast<int>(std::count(trimmed.begin(), trimmed.begin() + static_cast<std::ptrdiff_t>(start), '\n'));
  return std::string(trim_python(trimmed));
}

void Loader::run() {
  for (const Project* project : workspace.all()) {
    if (!project->is_builtin) project_files_.emplace(project->name, find_project_files(*project, *session.files, sink));
  }
  load_macros();
  session.macros = MacroIndex(workspace, session.manifest.macros);
  link_macros();
  for (const Project* project : workspace.all()) {
    if (!project->is_builtin) load_project_nodes(*project, project_files_.find(project->name)->second);
  }
  session.manifest.index();  // docs, for descriptions
  for (const Project* project : workspace.all()) {
    if (project->is_builtin) continue;
    for (const ProjectFile& file : project_files_.find(project->name)->second.schemas)
      load_schema_file(*project, file);
  }
  left_out.report(sink);
  load_selectors();
  finish_sources();
  finish_manifest();
  if (workspace.root->document != nullptr) warn_unused_configs(*workspace.root->document, session.manifest, sink);
}

void Loader::load_selectors() {
  const std::string shown = shown_path(*workspace.root, "selectors.yml");
  const auto text = read_optional(*session.files, io::join_path(workspace.root->root, "selectors.yml"), shown, sink);
  if (!text) return;
  const yaml::NodePtr document =
      yaml::parse(*text, {.file = shown, .resolver = yaml::Resolver::kPyYaml11, .allow_duplicate_keys = true}, sink);
  if (document == nullptr || document->is_null()) return;
  const auto scope = schema_scope(*workspace.root);
  YamlRenderer renderer(session.native, *scope, [](KeyPath) { return true; }, sink);
  const Value rendered = renderer.render(*document);
  session.selectors = read_selectors(*document, rendered, sink);
}

void Loader::load_macros() {
  for (const Project* project : workspace.all()) {
    if (project->is_builtin) continue;
    const ProjectFiles& files = project_files_.find(project->name)->second;
    for (const auto* group : {&files.macros, &files.generic_tests}) {
      for (const ProjectFile& file : *group) {
        int removed = 0;
        auto text = read_text(file, *project, &removed);
        if (text) add_macro_file(*project, file.original, *text, group == &files.generic_tests, removed);
      }
    }
  }
  load_builtin_macros();
}

std::string shown_path(const Project& project, std::string_view original) {
  return project.display_root + std::string(original);
}

std::vector<std::string> fqn_of(const Project& project, std::string_view path, std::string_view name) {
  std::vector<std::string> fqn{project.name};
  const std::size_t slash = path.rfind('/');
  if (slash != std::string_view::npos) {
    for (std::string_view part : text::split(path.substr(0, slash), '/')) {
      if (!part.empty()) fqn.emplace_back(part);
    }
  }
  fqn.emplace_back(name);
  return fqn;
}

}  // namespace floe::dbt
