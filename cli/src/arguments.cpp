// Includes CLI11, as only usage_error.cpp does besides (it takes long to compile).
#include "arguments.hpp"

#include "completion.hpp"
#include "failure_answer.hpp"
#include "request.hpp"
#include "usage_error.hpp"
#include "verb_list.hpp"

#include "base/diagnostics/diagnostic.hpp"
#include "base/text/text.hpp"
#include "floe/floe.h"

#include <CLI/CLI.hpp>
#include <fmt/format.h>

#include <algorithm>
#include <iostream>
#include <limits>
#include <memory>

namespace floe::cli {
namespace {

// One verb as a subcommand: collects what its options say into the JSON request.
class Command {
 public:
  Command(CLI::App& parent, const VerbEntry& verb)
      : app_(parent.add_subcommand(last_word(verb.name), verb.summary)), verb_(verb.name) {
    app_->fallthrough();
    for (const std::string& alias : verb.aliases)
      app_->alias(alias);
    for (const VerbArgument& argument : verb.arguments)
      add(argument);
    for (const UnusedFlags& unused : verb.unused)
      add(unused);
  }

  CLI::App& app() { return *app_; }

  [[nodiscard]] const std::string& verb() const { return verb_; }

  [[nodiscard]] const Request& request() const { return request_; }

 private:
  static std::string last_word(const std::string& name) { return name.substr(name.rfind(' ') + 1); }

  void add(const VerbArgument& argument) {
    CLI::Option* option = add_option(argument);
    if (argument.is_required) option->required();
  }

  CLI::Option* add_option(const VerbArgument& argument) {
    const std::string& flags = argument.flags;
    const std::string& key = argument.key;
    switch (argument.kind) {
      case ArgumentKind::kText:
        return app_->add_option_function<std::string>(
            flags, [this, key](const std::string& value) { request_.set_text(key, value); }, argument.help);
      case ArgumentKind::kNumber:
        return app_
            ->add_option_function<std::int64_t>(
                flags, [this, key](const std::int64_t& value) { request_.set_number(key, value); }, argument.help)
            ->check(CLI::Range(argument.least, std::numeric_limits<std::int64_t>::max(),
                               fmt::format("a number from {} up", argument.least)));
      case ArgumentKind::kFlag:
        return app_->add_flag_function(
            flags, [this, key](std::int64_t count) { request_.set_flag(key, count > 0); }, argument.help);
      case ArgumentKind::kWords:  // several per flag, as dbt takes them: --select a b --select c
        return app_
            ->add_option_function<std::vector<std::string>>(
                flags, [this, key](const std::vector<std::string>& values) { request_.add_words(key, values); },
                argument.help)
            ->expected(1, -1);
      case ArgumentKind::kMapping:
        break;
    }
    return app_->add_option_function<std::string>(
        flags,
        [this, key, flags](const std::string& value) {
          if (auto problem = request_.set_mapping(key, value)) throw CLI::ValidationError(flags, *problem);
        },
        argument.help);
  }

  // A flag that is refused is said by name, not taken for a typing mistake.
  void add(const UnusedFlags& unused) {
    if (unused.why.empty()) {
      app_->add_flag_function(unused.flags, [](std::int64_t) {}, "has no effect here")->group("");
      return;
    }
    const auto refuse = [unused](const std::vector<std::string>& /*values*/) {
      throw CLI::ValidationError(unused.flags, "not supported by this version: " + unused.why);
    };
    app_->add_option_function<std::vector<std::string>>(unused.flags, refuse, unused.why)->expected(0, 1)->group("");
  }

  CLI::App* app_;
  std::string verb_;
  Request request_;
};

using Commands = std::vector<std::unique_ptr<Command>>;

// The subcommand that has the verbs of a group; made for the first of them.
CLI::App& group_app(CLI::App& app, const VerbList& list, const std::string& name) {
  for (CLI::App* known : app.get_subcommands([&](const CLI::App* each) { return each->get_name() == name; }))
    return *known;
  const auto group =
      std::find_if(list.groups.begin(), list.groups.end(), [&](const VerbGroup& each) { return each.name == name; });
  CLI::App* added = app.add_subcommand(name, group == list.groups.end() ? "" : group->summary);
  added->require_subcommand(1)->fallthrough();
  return *added;
}

void add_commands(CLI::App& app, const VerbList& list, Invocation* invocation, Commands* commands) {
  for (const VerbEntry& verb : list.verbs) {
    const std::size_t space = verb.name.find(' ');
    CLI::App& parent = space == std::string::npos ? app : group_app(app, list, verb.name.substr(0, space));
    commands->push_back(std::make_unique<Command>(parent, verb));
    CLI::App& added = commands->back()->app();
    if (verb.name == "compile")
      added.add_flag("--watch", invocation->watches, "again whenever a file changes, until Ctrl-C");
    if (!verb.has_junit) continue;
    added.add_flag_callback("--json", [invocation] { invocation->global.output = "json"; }, "as --output json");
    added.add_flag_callback("--junit", [invocation] { invocation->global.output = "junit"; }, "JUnit XML");
  }
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
  std::size_t length = 0;
  const char* verbs = floe_verbs(&length);
  add_commands(app, parse_verb_list({verbs, length}), &invocation, &commands);
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
