// Macro files: one macro per top-level block.
#include "jinja/block_scanner.hpp"
#include "macro/library.hpp"
#include "macro/scope_objects.hpp"
#include "model/call_span.hpp"
#include "parse/loader.hpp"
#include "value/operations.hpp"

#include <fmt/format.h>

#include <algorithm>

namespace floe::dbt {

void Loader::load_builtin_macros() {
  for (const LibraryFile& file : macro_library()) {
    const Project* project = workspace.find(file.package);
    if (project == nullptr) continue;
    add_macro_file(*project, std::string(file.path), std::string(file.text), false, 0);
  }
}

void Loader::add_macro_file(const Project& project, const std::string& path, const std::string& text, bool tests_only,
                            int removed_lines) {
  const std::string shown = shown_path(project, path);
  std::vector<std::string> allowed{"test", "data_test"};
  if (!tests_only) allowed.insert(allowed.end(), {"macro", "materialization"});
  auto scanned = scan_blocks(text, allowed);
  if (!scanned) {
    report(error_diagnostic("FLOE-E0606", "template-syntax", scanned.error().message).at(line_span(shown, 1)));
    return;
  }
  for (const TopLevelBlock& block : scanned->blocks) {
    if (block.type.empty()) continue;
    const int line = block.line + removed_lines;
    auto tpl = session.text.parse(block.full, shown);
    if (!tpl) {
      const auto frames = error_frames(tpl.error());
      const int inner = frames.empty() || frames[0].line < 1 ? 1 : frames[0].line;
      report(error_diagnostic("FLOE-E0606", "template-syntax", tpl.error().message)
                 .at(line_span(shown, line + inner - 1)));
      continue;
    }
    if ((*tpl)->macros().size() != 1) {
      report(error_diagnostic("FLOE-E0606", "template-syntax",
                              fmt::format("found {} macros in one block, expected 1", (*tpl)->macros().size()))
                 .at(line_span(shown, line)));
      continue;
    }
    const MacroDefinition& definition = (*tpl)->macros()[0];
    auto macro = std::make_unique<Macro>();
    macro->name = definition.name;
    macro->symbol = definition.name;
    macro->package_name = project.name;
    macro->unique_id = "macro." + project.name + "." + definition.name;
    macro->path = path;
    macro->original_file_path = path;
    macro->file = shown;
    macro->first_line = line;
    macro->macro_sql = std::string(block.full);
    macro->tpl = *tpl;
    macro->created_at = created_at;
    if (!tests_only) {
      for (const MacroParameter& parameter : definition.parameters)
        macro->arguments.push_back({parameter.name, std::nullopt, ""});
    }
    if (block.type == "materialization") macro->supported_languages = definition.supported_languages;
    const auto [same, fresh] = macro_ids_.emplace(macro->unique_id, macro.get());
    if (!fresh) {
      report(error_diagnostic("FLOE-E0611", "duplicate-name", fmt::format("two macros are named `{}`", definition.name))
                 .at(line_span(shown, line))
                 .beside(line_span(same->second->file, same->second->first_line), "the other one"));
      continue;
    }
    session.manifest.macros.push_back(std::move(macro));
  }
}

namespace {

// Names that dbt's static search for macro calls knows as something else.
bool is_context_name(std::string_view name) {
  static constexpr std::string_view kNames[] = {"source",
                                                "ref",
                                                "config",
                                                "var",
                                                "env_var",
                                                "return",
                                                "fromjson",
                                                "tojson",
                                                "fromyaml",
                                                "toyaml",
                                                "set",
                                                "set_strict",
                                                "zip",
                                                "zip_strict",
                                                "log",
                                                "print",
                                                "run_started_at",
                                                "invocation_id",
                                                "thread_id",
                                                "modules",
                                                "flags",
                                                "diff_of_two_dicts",
                                                "local_md5",
                                                "dbt_version",
                                                "target",
                                                "project_name",
                                                "context",
                                                "builtins"};
  return std::find(std::begin(kNames), std::end(kNames), name) != std::end(kNames);
}

const CallArgument* argument(const CallFact& call, std::size_t position, std::string_view name) {
  std::size_t at = 0;
  for (const CallArgument& each : call.arguments) {
    if (each.name.empty() ? at++ == position : each.name == name) return &each;
  }
  return nullptr;
}

std::optional<std::string> constant_text(const CallArgument* argument) {
  if (argument == nullptr || !argument->constant || !argument->constant->is_string()) return std::nullopt;
  return argument->constant->as_string();
}

// The names that a macro calls: `name`, `package.name`.
std::vector<std::string> called_names(const Loader& loader, const Macro& macro) {
  std::vector<std::string> names;
  for (const CallFact& call : macro.tpl->facts().calls) {
    if (call.name == "adapter.dispatch") {
      const auto name = constant_text(argument(call, 0, "macro_name"));
      if (!name) continue;
      names.push_back(*name);
      const auto space = constant_text(argument(call, 1, "macro_namespace"));
      const Macro* found =
          loader.session.macros.dispatch(*name, space ? &*space : nullptr, loader.workspace.root->name, nullptr);
      if (found != nullptr) names.push_back(found->package_name + "." + found->name);
      continue;
    }
    if (call.name.starts_with("adapter.") || is_context_name(call.name)) continue;
    if (std::count(call.name.begin(), call.name.end(), '.') > 1) continue;
    add_once(&names, call.name);
  }
  return names;
}

}  // namespace

void Loader::link_macros() {
  for (const auto& macro : session.manifest.macros) {
    for (const std::string& name : called_names(*this, *macro)) {
      if (name == macro->name) continue;
      const std::size_t dot = name.find('.');
      const std::string package = dot == std::string::npos ? macro->package_name : name.substr(0, dot);
      const Macro* found = session.macros.resolve(package, dot == std::string::npos ? name : name.substr(dot + 1));
      if (found != nullptr) add_once(&macro->depends_on_macros, found->unique_id);
    }
  }
}

}  // namespace floe::dbt
