// Includes CLI11, as only usage_error.cpp does besides (it takes long to compile).
#include "arguments.hpp"

#include "completion.hpp"
#include "render.hpp"
#include "request.hpp"
#include "usage_error.hpp"

#include "base/diagnostics/diagnostic.hpp"
#include "base/text/text.hpp"

#include <CLI/CLI.hpp>
#include <fmt/format.h>

#include <functional>
#include <iostream>
#include <limits>
#include <memory>

namespace floe::cli {
namespace {

// Collects what a subcommand's options say into the JSON request of its verb.
class CommandBuilder {
 public:
  CommandBuilder(CLI::App& parent, std::string verb, const std::string& name, const std::string& help)
      : app_(parent.add_subcommand(name, help)), verb_(std::move(verb)) {
    app_->fallthrough();
  }

  CLI::App& app() { return *app_; }

  const std::string& verb() const { return verb_; }

  Request& request() { return request_; }

  CommandBuilder& text(const std::string& flags, const std::string& key, const std::string& help,
                       bool required = false) {
    auto* option = app_->add_option_function<std::string>(
        flags, [this, key](const std::string& value) { request_.set_text(key, value); }, help);
    if (required) option->required();
    return *this;
  }

  CommandBuilder& number(const std::string& flags, const std::string& key, std::int64_t least,
                         const std::string& help) {
    app_->add_option_function<std::int64_t>(
            flags, [this, key](const std::int64_t& value) { request_.set_number(key, value); }, help)
        ->check(CLI::Range(least, std::numeric_limits<std::int64_t>::max(), fmt::format("a number from {} up", least)));
    return *this;
  }

  CommandBuilder& flag(const std::string& flags, const std::string& key, const std::string& help) {
    app_->add_flag_function(flags, [this, key](std::int64_t count) { request_.set_flag(key, count > 0); }, help);
    return *this;
  }

  // Several words per flag, as dbt takes them: --select a b --select c
  CommandBuilder& words(const std::string& flags, const std::string& key, const std::string& help) {
    app_->add_option_function<std::vector<std::string>>(
            flags, [this, key](const std::vector<std::string>& values) { request_.add_words(key, values); }, help)
        ->expected(1, -1);
    return *this;
  }

  // YAML or JSON mapping, as dbt's --vars
  CommandBuilder& mapping(const std::string& flags, const std::string& key, const std::string& help) {
    app_->add_option_function<std::string>(
        flags,
        [this, key, flags](const std::string& value) {
          if (auto problem = request_.set_mapping(key, value)) throw CLI::ValidationError(flags, *problem);
        },
        help);
    return *this;
  }

  CommandBuilder& selection() {
    words("-s,--select,-m,--models", "select", "nodes to include (dbt selection syntax)");
    words("--exclude", "exclude", "nodes to leave out");
    text("--indirect-selection", "indirect_selection",
         "tests of selected nodes: eager (default), cautious, buildable, empty");
    text("--selector", "selector", "a selector of selectors.yml, instead of --select and --exclude");
    return *this;
  }

  CommandBuilder& locked() {
    flag("--locked", "locked", "refuse other plugins than floe.lock names");
    return *this;
  }

  CommandBuilder& execution() {
    selection();
    locked();
    flag("-f,--full-refresh", "full_refresh", "rebuild incremental models from nothing");
    mapping("--vars", "vars", "variables as YAML or JSON: '{key: value}'");
    number("--threads", "threads", 1, "nodes run at a time (default: the profile's, else 8)");
    text("-t,--target", "target", "target name seen by models");
    flag("-x,--fail-fast", "fail_fast", "stop at the first failed node");
    return *this;
  }

  // An option of dbt that this version does not have: said by name, not taken for a typing mistake.
  CommandBuilder& refused(const std::string& flags, const std::string& why) {
    const auto refuse = [flags, why](const std::vector<std::string>& /*values*/) {
      throw CLI::ValidationError(flags, "not supported by this version: " + why);
    };
    app_->add_option_function<std::vector<std::string>>(flags, refuse, why)->expected(0, 1)->group("");
    return *this;
  }

  // Options of dbt that change nothing here: scripts written for dbt may give them.
  CommandBuilder& ignored(const std::vector<std::string>& flags) {
    for (const std::string& each : flags)
      app_->add_flag_function(each, [](std::int64_t) {}, "has no effect here")->group("");
    return *this;
  }

 private:
  CLI::App* app_;
  std::string verb_;
  Request request_;
};

using Commands = std::vector<std::unique_ptr<CommandBuilder>>;

CommandBuilder& add(Commands& commands, CLI::App& parent, const std::string& verb, const std::string& name,
                    const std::string& help) {
  commands.push_back(std::make_unique<CommandBuilder>(parent, verb, name, help));
  return *commands.back();
}

void add_pipeline_commands(CLI::App& app, Commands& commands, bool* watches) {
  auto& compile = add(commands, app, "compile", "compile", "check the product against its platform; nothing runs");
  compile.mapping("--vars", "vars", "variables as YAML or JSON")
      .text("--target", "target", "target name seen by models")
      .text("--output-format", "output_format", "the artifact's file: json (default), yaml or configmap")
      .flag("--dry-run", "dry_run", "all verdicts; nothing is written")
      .locked();
  compile.app().add_flag("--watch", *watches, "again whenever a file changes, until Ctrl-C");
  auto& run = add(commands, app, "run", "run", "compile, ingest, then build and test everything selected");
  run.execution();
  run.text("--schedule", "schedule", "only the transforms of this schedule of floe.yaml");
  run.app().alias("build");
  add(commands, app, "ingest", "ingest", "compile, then load the raw sources only")
      .words("-s,--select", "select", "names of sources to load")
      .locked();
  add(commands, app, "test", "test", "compile, then run the tests only").execution();
  add(commands, app, "show", "show", "print rows of a model, seed, snapshot or table")
      .text("name", "name", "model name, or namespace.table", true)
      .number("--limit", "limit", -1, "rows to print; -1 = all (default 20)")
      .text("--at", "at", "snapshot id, or time in ISO 8601 (UTC without a zone)")
      .mapping("--vars", "vars", "variables as YAML or JSON");
}

void add_table_commands(CLI::App& app, Commands& commands) {
  CLI::App* table = app.add_subcommand("table", "look at the Iceberg tables, and register them");
  table->require_subcommand(1)->fallthrough();
  add(commands, *table, "table list", "list", "tables of the catalog")
      .text("--namespace", "namespace", "only this one");
  add(commands, *table, "table describe", "describe", "schema, partitioning, properties and current snapshot")
      .text("name", "name", "namespace.table", true)
      .text("--at", "at", "snapshot id or time");
  add(commands, *table, "table history", "history", "snapshots, newest first")
      .text("name", "name", "namespace.table", true);
  add(commands, *table, "table files", "files", "data files of a snapshot")
      .text("name", "name", "namespace.table", true)
      .text("--at", "at", "snapshot id or time");
  add(commands, *table, "table verify", "verify", "read every file and compare it with what was written")
      .words("names", "names", "namespace.table ...; none = all tables and views")
      .flag("--current", "current", "only what the current snapshot needs");
  add(commands, *table, "table register", "register", "make the catalog name tables that storage holds")
      .text("name", "name", "namespace.table")
      .text("metadata", "metadata", "its metadata file, a path or URI: .../00004-....metadata.json")
      .flag("--replace", "replace", "another version of a table that the catalog has")
      .flag("--scan", "scan", "instead: the newest version of each table that the warehouse holds")
      .words("--only", "only", "of a scan, the names that match: 'main.*'")
      .words("--choose", "choose", "of a scan, the metadata file to take where several may be the newest")
      .flag("--dry-run", "dry_run", "of a scan, only show what it would register")
      .flag("-y,--yes", "yes", "of a scan, do not ask");
}

CommandBuilder& add_dbt(CLI::App& dbt, Commands& commands, const std::string& name, const std::string& help) {
  return add(commands, dbt, "dbt " + name, name, help);
}

void add_dbt_commands(CLI::App& app, Commands& commands) {
  CLI::App* dbt = app.add_subcommand("dbt", "dbt commands with dbt's own meaning and flags");
  dbt->require_subcommand(1)->fallthrough();
  const auto with_paths = [](CommandBuilder& command) -> CommandBuilder& {
    return command.text("--project-dir", "project_dir", "directory of dbt_project.yml")
        .text("--profiles-dir", "profiles_dir", "directory of profiles.yml")
        .text("--profile", "profile", "profile name")
        .text("--target-path", "target_path", "where artifacts go")
        .ignored({"--partial-parse,--no-partial-parse", "--version-check,--no-version-check",
                  "--use-colors,--no-use-colors", "--send-anonymous-usage-stats,--no-send-anonymous-usage-stats",
                  "--static-parser,--no-static-parser", "--write-json,--no-write-json",
                  "--populate-cache,--no-populate-cache", "--cache-selected-only,--no-cache-selected-only"})
        .refused("--defer,--no-defer", "build what the selection reads, or select its ancestors with `+`")
        .refused("--favor-state,--no-favor-state", "there is no --defer")
        .refused("--state", "no earlier manifest is compared; select by tag, path or name")
        .refused("--defer-state", "there is no --defer")
        .refused("--sample", "limit the rows with a var")
        .refused("--event-time-start", "there is no microbatch strategy")
        .refused("--event-time-end", "there is no microbatch strategy")
        .refused("--warn-error", "warnings stay warnings")
        .refused("--warn-error-options", "warnings stay warnings");
  };
  const auto with_types = [](CommandBuilder& command) -> CommandBuilder& {
    return command
        .words("--resource-type,--resource-types", "resource_type", "only these: model, test, seed, source, ...")
        .words("--exclude-resource-type,--exclude-resource-types", "exclude_resource_type", "all but these");
  };
  with_paths(add_dbt(*dbt, commands, "parse", "read the project and write manifest.json"))
      .mapping("--vars", "vars", "variables as YAML or JSON")
      .text("-t,--target", "target", "target name")
      .text("--invocation-id", "invocation_id", "id to write into the artifacts");
  auto& compile = add_dbt(*dbt, commands, "compile", "render models and tests to target/compiled").execution();
  with_paths(compile).text("--inline", "inline", "SQL to compile instead of nodes");
  auto& list = add_dbt(*dbt, commands, "ls", "print the nodes a selection names");
  list.app().alias("list");
  with_types(with_paths(list.selection()))
      .mapping("--vars", "vars", "variables as YAML or JSON")
      .text("-t,--target", "target", "target name")
      .text("--output", "output", "selector (default), json, name or path")
      .words("--output-keys", "output_keys", "keys of --output json");
  for (const char* name : {"seed", "snapshot", "run", "test", "build"}) {
    auto& command = add_dbt(*dbt, commands, name, std::string("dbt ") + name);
    with_types(with_paths(command.execution()))
        .flag("--store-failures", "store_failures", "keep failing rows of tests")
        .flag("--empty", "empty", "read no rows of refs and sources: build the tables only");
  }
  auto& show = add_dbt(*dbt, commands, "show", "run a model's query, or --inline SQL, and print rows").execution();
  with_paths(show).text("--inline", "inline", "SQL to run").number("--limit", "limit", -1, "rows to print (default 5)");
  auto& operation = add_dbt(*dbt, commands, "run-operation", "call a macro");
  with_paths(operation.text("macro", "macro", "macro name", true))
      .mapping("--args", "args", "arguments as YAML or JSON")
      .mapping("--vars", "vars", "variables as YAML or JSON")
      .text("-t,--target", "target", "target name");
}

void add_plugin_commands(CLI::App& app, Commands& commands, GlobalOptions* options) {
  CLI::App* plugin = app.add_subcommand("plugin", "look at the installed plugins");
  plugin->require_subcommand(1)->fallthrough();
  add(commands, *plugin, "plugin list", "list", "plugins found in the plugin directories")
      .text("--interface", "interface", "only this one: floe.compute/1")
      .text("--group", "group", "only this one: floe.computes");
  add(commands, *plugin, "plugin show", "show", "everything plugin.json says").text("name", "name", "name or id", true);
  add(commands, *plugin, "plugin trace", "trace", "where the time of a trace of plugin calls went")
      .text("file", "file", "written by floe --plugin-trace FILE ...", true);
  add(commands, *plugin, "plugin why", "why", "every directory looked at and what was decided")
      .text("name", "name", "name or id", true);
  add(commands, *plugin, "plugin new", "new", "a folder with a new plugin, ready to build")
      .text("name", "name", "what users will write as its type: a-z, 0-9 and -", true)
      .text("--lang", "lang", "c, cpp, rust or python", true)
      .text("--interface", "interface", "what it implements: floe.secrets/1", true);
  auto& call = add(commands, *plugin, "plugin call", "call", "one method of a plugin, with JSON for its values");
  call.text("plugin", "plugin", "name or id", true)
      .text("method", "method", "as its interface names it; health, describe and validate_config too", true)
      .mapping("arguments", "arguments", "its arguments by name, as YAML or JSON; bytes in base64")
      .mapping("--config", "config", "configuration to make the instance with, as YAML or JSON");
  call.request().set_flag("mask_secrets", true);
  call.app().add_flag_callback(
      "--show-secrets", [&call] { call.request().set_flag("mask_secrets", false); },
      "print values that are secret, which are *** without it");
  auto& check = add(commands, *plugin, "plugin check", "check", "the conformance checks on one plugin");
  check.text("path", "path", "folder of the plugin, its plugin.json or its library", true)
      .number("--level", "level", 0, "0 static, 1 also load, 2 (default) also the contract of its methods")
      .words("--only", "only", "only these checks: contract.huge")
      .mapping("--config", "config", "configuration to make instances with, as YAML or JSON");
  check.app().add_flag_callback("--json", [options] { options->output = "json"; }, "as --output json");
  check.app().add_flag_callback("--junit", [options] { options->output = "junit"; }, "JUnit XML");
}

// The commands of platform teams, also as `floe enterprise` and `floe domain` for a manifest of that scope.
void add_platform_verbs(CLI::App& app, Commands& commands, GlobalOptions* options, const std::string& name,
                        const std::string& help) {
  const std::string scope = name == "platform" ? "" : name;
  const std::string default_file =
      scope.empty() ? "the product's platform, else manifest.yaml" : scope + "-manifest.yaml";
  const std::string reference = "a manifest, its folder or oci:// (default: " + default_file + ")";
  CLI::App* platform = app.add_subcommand(name, help);
  platform->require_subcommand(1)->fallthrough();
  const auto scoped = [&](CommandBuilder& command) -> CommandBuilder& {
    if (!scope.empty()) command.request().set_text("scope", scope);
    return command;
  };
  scoped(
      add(commands, *platform, "platform compile", "compile", "write it as an artifact, with all above it merged in"))
      .text("ref", "ref", reference)
      .text("--out", "out", "folder of the files (default .floe/platform)")
      .text("--layout", "layout", "also an image of this OCI layout, tagged with the version");
  scoped(add(commands, *platform, "platform show", "show", "what holds, and which manifest says it"))
      .text("ref", "ref", reference)
      .text("--explain", "explain", "only this setting and what is below it: governance.quality_gates");
  scoped(add(commands, *platform, "platform diff", "diff", "what an upgrade changes, and what it breaks"))
      .text("before", "before", "as it was: a manifest, its folder or oci://", true)
      .text("after", "after", "as it will be", true)
      .text("--product", "product", "folder of the product to compile against both (default: the one here)");
  auto& test = scoped(add(commands, *platform, "platform test", "test", "a folder of products with expected verdicts"));
  test.text("directory", "directory", "a product in each of its folders", true)
      .text("--platform", "ref", "the platform instead of that of each product");
  test.app().add_flag_callback("--junit", [options] { options->output = "junit"; }, "JUnit XML");
}

void add_platform_commands(CLI::App& app, Commands& commands, GlobalOptions* options) {
  add_platform_verbs(app, commands, options, "platform", "what the platform team decided");
  add_platform_verbs(app, commands, options, "enterprise", "the same of an enterprise manifest");
  add_platform_verbs(app, commands, options, "domain", "the same of a domain manifest");
  CLI::App* docs = app.add_subcommand("docs", "the product as a page for people");
  docs->require_subcommand(1)->fallthrough();
  add(commands, *docs, "docs build", "build", "write one HTML page: lineage, models, tests, policies, settings, runs")
      .text("--out", "out", "folder of index.html (default .floe/docs)")
      .mapping("--vars", "vars", "dbt variables, as YAML or JSON");
  add(commands, app, "lineage", "lineage", "which tables and columns come from which")
      .text("selector", "selector",
            "model, seed, source ...; dbt's `+` says which way: +orders, orders+2 (default: all)")
      .text("--column", "column", "a column instead: orders.amount")
      .flag("--upstream", "upstream", "only what it is made of")
      .flag("--downstream", "downstream", "only what is made of it")
      .number("--depth", "depth", 1, "so many steps (default: all)")
      .text("--format", "format", "text (default), or dot for Graphviz")
      .mapping("--vars", "vars", "variables as YAML or JSON")
      .text("--target", "target", "target name seen by models");
  add(commands, app, "schema", "schema", "print the JSON Schema of a document, for editors")
      .text("kind", "kind", "manifest, platform, product, contract or artifacts", true);
}

void add_governance_commands(CLI::App& app, Commands& commands) {
  CLI::App* governance = app.add_subcommand("governance", "what the platform demands of the product");
  governance->require_subcommand(1)->fallthrough();
  add(commands, *governance, "governance report", "report", "verdicts of every policy, overrides, origins of settings")
      .text("--format", "format", "json (default), sarif, html or junit")
      .text("--out", "out", "a file instead of stdout")
      .mapping("--vars", "vars", "variables as YAML or JSON")
      .text("--target", "target", "target name seen by models");
}

void add_explain_command(CLI::App& app, Commands& commands) {
  add(commands, app, "explain", "explain", "what a diagnostic means and how to fix it")
      .text("code", "code", "E0701, FLOE-E0701 or naming-convention (default: all codes)");
  add(commands, app, "doctor", "doctor", "what is found on this machine and in the project, and whether it works");
  add(commands, app, "init", "init", "a new product, or floe.yaml for a dbt project that is there")
      .text("directory", "directory", "folder of the product (default: this one)")
      .text("--name", "name", "small letters, digits and dashes (default: that of the dbt project or of the folder)")
      .text("--description", "description", "what it is for")
      .text("--owner", "owner", "who answers for it")
      .text("--platform", "platform", "a manifest, its folder or oci:// (default: manifest.yaml, made when missing)");
}

void add_contract_commands(CLI::App& app, Commands& commands) {
  CLI::App* contract = app.add_subcommand("contract", "data contracts (ODCS) of the product");
  contract->require_subcommand(1)->fallthrough();
  add(commands, *contract, "contract validate", "validate", "check contracts against ODCS 3.0 to 3.2")
      .words("files", "files", "contracts (default datacontract.yaml)");
  add(commands, *contract, "contract diff", "diff", "what changed between two versions, and the version that demands")
      .text("old", "old", "the contract as it was", true)
      .text("new", "new", "the contract as it is", true);
  add(commands, *contract, "contract generate", "generate", "the contracts of the output ports")
      .text("--port", "port", "only of this port")
      .text("--out", "out", "folder to write them to, instead of stdout");
  add(commands, *contract, "contract drift", "drift", "the contracts of the output ports against their tables")
      .text("--port", "port", "only of this port");
  add(commands, *contract, "contract check", "check", "whether the tables keep the service levels of their contracts")
      .text("--port", "port", "only of this port");
}

void add_product_commands(CLI::App& app, Commands& commands) {
  CLI::App* product = app.add_subcommand("product", "the products below a folder, and who reads whose tables");
  product->require_subcommand(1)->fallthrough();
  add(commands, *product, "product list", "list", "the products below a folder")
      .text("root", "root", "the folder (default: here)");
  add(commands, *product, "product show", "show", "one product, what it reads and who reads it")
      .text("name", "name", "name, with its domain when several have it: sales.orders", true)
      .text("--root", "root", "the folder that products are looked for in (default: here)");
  auto& graph = add(commands, *product, "product graph", "graph", "who reads whose ports, and whether versions fit");
  graph.text("root", "root", "the folder (default: here)");
  graph.text("--format", "format", "text (default), or dot for Graphviz");
  add(commands, *product, "product register", "register", "claim name and tables in the registry of the platform")
      .text("--registry", "registry", "the file (default products.json beside the outermost manifest)");
}

CLI::App* add_completion_command(CLI::App& app, std::string* shell) {
  CLI::App* completion = app.add_subcommand("completion", "a script that completes commands and options in a shell");
  completion->fallthrough();
  completion->add_option("shell", *shell, "which shell")->required()->check(CLI::IsMember({"bash", "zsh", "fish"}));
  return completion;
}

void add_global_options(CLI::App& app, GlobalOptions* options) {
  app.add_option("-C,--directory", options->directory, "run as if started there")->option_text("DIR");
  app.add_option("--env", options->environment,
                 "the environment: its platform/ENV/platform.yaml, and the name in the records (default dev)")
      ->envname("FLOE_ENV");
  app.add_option("--platform-config", options->platform_config, "platform.yaml of the environment")
      ->envname("FLOE_PLATFORM_CONFIG")
      ->option_text("FILE");
  app.add_option("--output,-o", options->output, "text or json")->check(CLI::IsMember({"text", "json"}));
  app.add_option("--error-format", options->error_format, "full, concise, json, sarif, github or junit")
      ->check(CLI::IsMember({"full", "concise", "json", "sarif", "github", "junit"}));
  app.add_option_function<std::string>(
         "--color",
         [options](const std::string& value) {
           options->color =
               value == "always" ? ColorChoice::kAlways : (value == "never" ? ColorChoice::kNever : ColorChoice::kAuto);
         },
         "auto, always or never")
      ->check(CLI::IsMember({"auto", "always", "never"}));
  app.add_option("--log-format", options->log_format, "text or json")->check(CLI::IsMember({"text", "json"}));
  app.add_option("--plugin-root", options->plugin_roots, "look for plugins there first")->option_text("DIR");
  app.add_option("--plugin-trace", options->plugin_trace, "write a trace of all plugin calls, for ui.perfetto.dev")
      ->envname("FLOE_PLUGIN_TRACE")
      ->option_text("FILE");
  app.add_flag_function(
      "-q,--quiet", [options](std::int64_t /*count*/) { options->verbosity = -1; },
      "findings and answers only: no progress, no summary");
  app.add_flag_function(
      "-v,--verbose", [options](std::int64_t count) { options->verbosity = static_cast<int>(count); },
      "say more; twice for debug");
}

// What help prints as `TEXT:{text,json}`.
std::vector<std::string> choices_of(const CLI::Option& option) {
  const std::string type = option.get_type_name();
  const std::size_t open = type.find('{');
  const std::size_t close = type.find('}');
  std::vector<std::string> out;
  if (open == std::string::npos || close == std::string::npos) return out;
  for (const std::string_view choice : text::split(std::string_view(type).substr(open + 1, close - open - 1), ','))
    out.emplace_back(choice);
  return out;
}

CompletionOption completion_option(const CLI::Option& option) {
  CompletionOption out{{}, option.get_description(), option.get_expected_max() > 0, choices_of(option)};
  for (const std::string& name : option.get_lnames())
    out.names.push_back("--" + name);
  for (const std::string& name : option.get_snames())
    out.names.push_back("-" + name);
  return out;
}

// The command and all below it, each before those below it.
void add_completion(const CLI::App& app, const std::string& path, std::vector<CompletionCommand>* out) {
  CompletionCommand command{path, {}, {}};
  const auto subcommands = app.get_subcommands([](const CLI::App*) { return true; });
  for (const CLI::App* subcommand : subcommands)
    command.words.push_back({subcommand->get_name(), subcommand->get_description()});
  for (const CLI::Option* option : app.get_options()) {
    if (option->get_group().empty()) continue;  // refused or ignored
    if (!option->get_positional()) {
      command.options.push_back(completion_option(*option));
      continue;
    }
    for (const std::string& choice : choices_of(*option))
      command.words.push_back({choice, option->get_description()});
  }
  out->push_back(std::move(command));
  for (const CLI::App* subcommand : subcommands)
    add_completion(*subcommand, path + " " + subcommand->get_name(), out);
}

// Answered here: nobody else knows the commands.
std::string completion_of(const CLI::App& app, const std::string& shell) {
  std::vector<CompletionCommand> commands;
  add_completion(app, "", &commands);
  return completion_script(shell, commands).value_or("");
}

// Read by eye: a command line that cannot be parsed may still say how to answer.
bool wants_json(int argc, const char* const* argv) {
  for (int i = 1; i < argc; ++i) {
    const std::string_view word = argv[i];
    if (word == "--output=json" || word == "-ojson") return true;
    if ((word == "--output" || word == "-o") && i + 1 < argc && std::string_view(argv[i + 1]) == "json") return true;
  }
  return false;
}

std::string usage_findings(const std::string& message) {
  DiagnosticSink sink;
  sink.report(error_diagnostic("FLOE-E0001", "bad-request", message));
  return diagnostics_to_json(sink.sorted());
}

}  // namespace

ParsedArguments parse_arguments(int argc, const char* const* argv) {
  CLI::App app("floe: build Iceberg tables from manifest.yaml and floe.yaml", "floe");
  app.require_subcommand(1);
  app.set_version_flag("--version", std::string("floe ") + FLOE_VERSION);
  app.footer("Exit codes: 0 done, 1 findings or a failed node, 2 usage or unreadable input, 130 interrupted.");
  Invocation invocation;
  Commands commands;
  add_global_options(app, &invocation.global);
  add_pipeline_commands(app, commands, &invocation.watches);
  add_table_commands(app, commands);
  add_dbt_commands(app, commands);
  add_platform_commands(app, commands, &invocation.global);
  add_plugin_commands(app, commands, &invocation.global);
  add_contract_commands(app, commands);
  add_product_commands(app, commands);
  add_governance_commands(app, commands);
  add_explain_command(app, commands);
  std::string shell;
  const CLI::App* completion = add_completion_command(app, &shell);
  try {
    app.parse(argc, argv);
  } catch (const CLI::ParseError& error) {
    if (error.get_exit_code() == 0) return {std::nullopt, app.exit(error, std::cout, std::cerr)};  // help, version
    std::cerr << usage_error_text(app, error);
    if (wants_json(argc, argv)) std::cout << failure_answer(2, usage_findings(error.what())) << '\n';
    return {std::nullopt, 2};
  }
  if (completion->parsed()) {
    std::cout << completion_of(app, shell);
    return {std::nullopt, 0};
  }
  for (const auto& command : commands) {
    if (!command->app().parsed()) continue;
    invocation.verb = command->verb();
    invocation.request = command->request().to_json();
  }
  return {std::move(invocation), 0};
}

}  // namespace floe::cli
