#include "project/project_file.hpp"

#include "jinja/environment.hpp"
#include "model/tree.hpp"
#include "project/config_scope.hpp"
#include "project/source_file.hpp"
#include "project/yaml_render.hpp"
#include "value/datetime.hpp"
#include "value/json.hpp"
#include "value/operations.hpp"

#include "base/io/read_document.hpp"
#include "base/text/text.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <set>

namespace floe::dbt {
namespace {

constexpr std::array kKeys = {
    "name",
    "version",
    "config-version",
    "profile",
    "project-root",
    "source-paths",
    "model-paths",
    "macro-paths",
    "data-paths",
    "seed-paths",
    "test-paths",
    "analysis-paths",
    "docs-paths",
    "asset-paths",
    "function-paths",
    "osi-paths",
    "target-path",
    "snapshot-paths",
    "clean-targets",
    "log-path",
    "packages-install-path",
    "quoting",
    "on-run-start",
    "on-run-end",
    "require-dbt-version",
    "dispatch",
    "models",
    "seeds",
    "snapshots",
    "analyses",
    "sources",
    "tests",
    "data_tests",
    "unit_tests",
    "metrics",
    "semantic-models",
    "saved-queries",
    "exposures",
    "functions",
    "vars",
    "packages",
    "query-comment",
    "restrict-access",
    "dbt-cloud",
    "flags",
};

constexpr std::array kTrees = {"models",   "seeds",     "snapshots",  "sources", "data_tests",
                               "analyses", "exposures", "unit_tests", "metrics"};

// Names that templates already use for something else.
const std::set<std::string, std::less<>>& reserved_names() {
  static const std::set<std::string, std::less<>> kNames = {"_sql_results",
                                                            "adapter",
                                                            "api",
                                                            "column",
                                                            "config",
                                                            "context",
                                                            "database",
                                                            "env",
                                                            "env_var",
                                                            "exceptions",
                                                            "execute",
                                                            "flags",
                                                            "fromjson",
                                                            "fromyaml",
                                                            "graph",
                                                            "invocation_id",
                                                            "load_agate_table",
                                                            "load_result",
                                                            "log",
                                                            "model",
                                                            "modules",
                                                            "post_hooks",
                                                            "pre_hooks",
                                                            "ref",
                                                            "render",
                                                            "return",
                                                            "run_started_at",
                                                            "schema",
                                                            "source",
                                                            "sql",
                                                            "sql_now",
                                                            "store_result",
                                                            "store_raw_result",
                                                            "target",
                                                            "this",
                                                            "tojson",
                                                            "toyaml",
                                                            "try_or_compiler_error",
                                                            "var",
                                                            "write"};
  return kNames;
}

// dbt renders everything but vars, hooks and query-comment.
bool renders(KeyPath path) {
  if (path.empty()) return true;
  const std::string_view first = path[0];
  if (first == "on-run-start" || first == "on-run-end" || first == "query-comment" || first == "vars") return false;
  if (first == "seeds" || first == "models" || first == "snapshots" || first == "tests" || first == "data_tests") {
    for (std::string_view part : path) {
      while (!part.empty() && (part[0] == '+' || part[0] == ' '))
        part.remove_prefix(1);
      if (part == "pre-hook" || part == "post-hook" || part == "pre_hook" || part == "post_hook") return false;
    }
  }
  return true;
}

bool is_identifier(std::string_view name) {
  if (name.empty() || (name[0] >= '0' && name[0] <= '9')) return false;
  return std::all_of(name.begin(), name.end(),
                     [](unsigned char c) { return std::isalnum(c) != 0 || c == '_' || c >= 0x80; });
}

class Loader {
 public:
  Loader(const ProjectFileContext& context, yaml::NodePtr document, DiagnosticSink& sink)
      : context_(context), document_(std::move(document)), sink_(sink), project_(std::make_unique<Project>()) {}

  std::unique_ptr<Project> load() {
    Environment native(EnvironmentOptions{true, true});
    Value modules = make_modules(*context_.clock);
    ConfigScope scope({.environment = context_.environment,
                       .target = context_.target,
                       .vars = {context_.cli_vars},
                       .modules = modules,
                       .flags = Value::dict()});
    project_->document = document_;
    project_->root = context_.root;
    project_->display_root = context_.display_root;
    rendered_ = YamlRenderer(native, scope, renders, sink_).render(*document_);
    unrendered_ = from_yaml_node(*document_);
    check_keys();
    if (!read_identity()) return nullptr;
    read_paths();
    read_trees();
    read_hooks();
    read_dispatch();
    read_quoting();
    if (const Value* vars = find_key(rendered_, "vars"); vars != nullptr && vars->is_dict()) project_->vars = *vars;
    read_vars_file();
    if (const Value* comment = find_key(rendered_, "query-comment")) project_->query_comment = *comment;
    if (const Value* flags = find_key(rendered_, "flags"); flags != nullptr && flags->is_dict())
      project_->flags = *flags;
    return std::move(project_);
  }

 private:
  [[nodiscard]] Span span_of(std::string_view key) const {
    const yaml::Entry* entry = document_->find(key);
    return entry == nullptr ? Span{file()} : entry->key_span;
  }

  [[nodiscard]] Span value_span(std::string_view key) const {
    const yaml::NodePtr node = document_->get(key);
    return node == nullptr ? Span{file()} : node->span;
  }

  [[nodiscard]] std::string file() const { return context_.display_root + "dbt_project.yml"; }

  void check_keys() {
    std::vector<std::string> known(kKeys.begin(), kKeys.end());
    for (const yaml::Entry& entry : document_->entries) {
      if (std::find(known.begin(), known.end(), entry.key) != known.end()) continue;
      Diagnostic diagnostic = warning_diagnostic("FLOE-W1601", "unknown-project-key",
                                                 fmt::format("dbt_project.yml has no key `{}`", entry.key))
                                  .at(entry.key_span);
      if (auto near = text::nearest(entry.key, known)) diagnostic.helps.push_back("write `" + *near + "`");
      sink_.report(std::move(diagnostic));
    }
  }

  bool read_identity() {
    const auto name = find_text(rendered_, "name");
    if (!name) {
      sink_.report(error_diagnostic("FLOE-E0602", "project-file", "dbt_project.yml has no `name`")
                       .at(document_->span)
                       .help("add `name: my_project`"));
      return false;
    }
    if (!is_identifier(*name) || reserved_names().contains(*name)) {
      sink_.report(
          error_diagnostic("FLOE-E0602", "project-file", fmt::format("`{}` cannot be the name of a project", *name))
              .at(value_span("name"))
              .note("letters, digits and underscores, not beginning with a digit, and no name that templates "
                    "use themselves"));
      return false;
    }
    project_->name = *name;
    if (const Value* version = find_key(rendered_, "version")) project_->version = to_str(*version);
    if (const Value* version = find_key(rendered_, "config-version");
        version != nullptr && !version->is_none() && !(version->is_int() && version->as_int() == 2)) {
      sink_.report(error_diagnostic("FLOE-E0602", "project-file", "`config-version` must be 2")
                       .at(value_span("config-version")));
    }
    return true;
  }

  std::vector<std::string> paths(const char* key, const char* old_key, std::vector<std::string> fallback) {
    for (const char* each : {key, old_key}) {
      if (each == nullptr) continue;
      const Value* value = find_key(rendered_, each);
      if (value == nullptr || value->is_none()) continue;
      if (!value->is_list() || text_list(value).size() != value->list_object()->items.size()) {
        sink_.report(
            error_diagnostic("FLOE-E0602", "project-file", fmt::format("`{}` must be a list of directories", each))
                .at(value_span(each)));
        continue;
      }
      return text_list(value);
    }
    return fallback;
  }

  void read_paths() {
    Project& project = *project_;
    project.model_paths = paths("model-paths", "source-paths", {"models"});
    project.seed_paths = paths("seed-paths", "data-paths", {"seeds"});
    project.snapshot_paths = paths("snapshot-paths", nullptr, {"snapshots"});
    project.analysis_paths = paths("analysis-paths", nullptr, {"analyses"});
    project.test_paths = paths("test-paths", nullptr, {"tests"});
    project.macro_paths = paths("macro-paths", nullptr, {"macros"});
    std::vector<std::string> all;
    for (const auto* group : {&project.model_paths, &project.seed_paths, &project.snapshot_paths,
                              &project.analysis_paths, &project.macro_paths, &project.test_paths}) {
      for (std::string path : *group) {
        while (path.size() > 1 && path.ends_with('/'))
          path.pop_back();
        if (std::find(all.begin(), all.end(), path) == all.end()) all.push_back(path);
      }
    }
    project.docs_paths = paths("docs-paths", nullptr, all);
    if (auto path = find_text(rendered_, "target-path")) project.target_path = *path;
    if (auto path = find_text(rendered_, "packages-install-path")) project.packages_install_path = *path;
  }

  void read_trees() {
    for (const char* name : kTrees) {
      for (auto [from, to] :
           {std::pair{&rendered_, &project_->configs}, std::pair{&unrendered_, &project_->unrendered}}) {
        const Value* tree = find_key(*from, name);
        if (tree == nullptr && std::string_view(name) == "data_tests") tree = find_key(*from, "tests");
        if (tree == nullptr || tree->is_none()) continue;
        if (!tree->is_dict()) {
          if (from == &rendered_) {
            sink_.report(error_diagnostic("FLOE-E0602", "project-file", fmt::format("`{}` must be a mapping", name))
                             .at(value_span(name)));
          }
          continue;
        }
        to->dict_object()->set(std::string_view(name), *tree);
      }
    }
  }

  void read_hooks() {
    for (auto [key, target] :
         {std::pair{"on-run-start", &project_->on_run_start}, std::pair{"on-run-end", &project_->on_run_end}}) {
      const yaml::NodePtr node = document_->get(key);
      if (node == nullptr || node->is_null()) continue;
      if (node->is_string()) {
        target->push_back({node->text, node->span});
      } else if (node->is_sequence()) {
        for (const yaml::NodePtr& item : node->items)
          target->push_back({item->text, item->span});
      } else {
        sink_.report(
            error_diagnostic("FLOE-E0602", "project-file", fmt::format("`{}` must be text or a list of text", key))
                .at(node->span));
      }
    }
  }

  void read_dispatch() {
    const Value* rules = find_key(rendered_, "dispatch");
    if (rules == nullptr || !rules->is_list()) return;
    for (const Value& rule : rules->list_object()->items) {
      const auto name = find_text(rule, "macro_namespace");
      const Value* order = find_key(rule, "search_order");
      if (!name || order == nullptr || !order->is_list()) {
        sink_.report(error_diagnostic("FLOE-E0602", "project-file",
                                      "an entry of `dispatch` needs `macro_namespace` and a list `search_order`")
                         .at(value_span("dispatch")));
        continue;
      }
      project_->dispatch.push_back({*name, text_list(order)});
    }
  }

  void read_quoting() {
    const Value* quoting = find_key(rendered_, "quoting");
    if (quoting == nullptr) return;
    const auto part = [&](const char* key) -> std::optional<bool> {
      const Value* value = find_key(*quoting, key);
      if (value == nullptr || !value->is_bool()) return std::nullopt;
      return value->as_bool();
    };
    project_->quoting = {part("database"), part("schema"), part("identifier"), std::nullopt};
  }

  void read_vars_file() {
    const std::string path = io::join_path(context_.root, "vars.yml");
    const auto text = read_optional(*context_.files, path, context_.display_root + "vars.yml", sink_);
    if (!text) return;
    const yaml::NodePtr document = yaml::parse(*text,
                                               {.file = context_.display_root + "vars.yml",
                                                .resolver = yaml::Resolver::kPyYaml11,
                                                .allow_duplicate_keys = true},
                                               sink_);
    const yaml::NodePtr vars = document == nullptr ? nullptr : document->get("vars");
    if (vars == nullptr || !vars->is_mapping()) return;
    if (project_->vars.dict_object()->size() != 0) {
      sink_.report(error_diagnostic("FLOE-E0602", "project-file",
                                    "variables cannot be defined in both vars.yml and dbt_project.yml")
                       .at(span_of("vars"))
                       .beside(vars->span, "also here"));
      return;
    }
    project_->vars = from_yaml_node(*vars);
  }

  const ProjectFileContext& context_;
  yaml::NodePtr document_;
  DiagnosticSink& sink_;
  std::unique_ptr<Project> project_;
  Value rendered_;
  Value unrendered_;
};

}  // namespace

yaml::NodePtr read_project_file(const ProjectFileContext& context, DiagnosticSink& sink) {
  const std::string shown = context.display_root + "dbt_project.yml";
  auto text = io::read_document(*context.files,
                                context.file.empty() ? io::join_path(context.root, "dbt_project.yml") : context.file);
  if (!text) {
    const bool missing = text.error().code == ErrorCode::kNotFound;
    sink.report(error_diagnostic("FLOE-E0601", "project-missing",
                                 missing ? "no dbt_project.yml in `" + context.root + "`" : text.error().to_string())
                    .at(Span{shown})
                    .help("run in the directory of the dbt project, or name it"));
    return nullptr;
  }
  yaml::NodePtr document =
      yaml::parse(*text, {.file = shown, .resolver = yaml::Resolver::kPyYaml11, .allow_duplicate_keys = true}, sink);
  if (document == nullptr) return nullptr;
  if (!document->is_mapping()) {
    sink.report(error_diagnostic("FLOE-E0602", "project-file", "dbt_project.yml must be a mapping").at(document->span));
    return nullptr;
  }
  return document;
}

std::unique_ptr<Project> load_project_file(const ProjectFileContext& context, DiagnosticSink& sink) {
  yaml::NodePtr document = read_project_file(context, sink);
  return document == nullptr ? nullptr : Loader(context, std::move(document), sink).load();
}

Value target_value(const Target& target) {
  return Value::dict({{"database", Value(target.database)},
                      {"schema", Value(target.schema)},
                      {"type", Value(target.type)},
                      {"threads", Value(target.threads)},
                      {"name", Value(target.name)},
                      {"target_name", Value(target.name)},
                      {"profile_name", Value(target.profile_name)}});
}

}  // namespace floe::dbt
