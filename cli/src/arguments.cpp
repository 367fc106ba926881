// Includes CLI11, as only usage_error.cpp does besides (it takes long to compile).
#include "arguments.hpp"

#include "completion.hpp"
#include "failure_answer.hpp"
#include "printed.hpp"
#include "request.hpp"
#include "usage_error.hpp"
#include "verb_list.hpp"

#include "base/diagnostics/diagnostic.hpp"
#include "base/diagnostics/render.hpp"
#include "base/text/printable.hpp"
#include "base/text/text.hpp"
#include "floe/floe.h"

#include <CLI/CLI.hpp>
#include <fmt/format.h>

#include <algorithm>
#include <charconv>
#include <iostream>
#include <memory>
#include <optional>

namespace floe::cli {
namespace {

// In decimal digits only.
std::optional<std::int64_t> whole_number(const std::string& written) {
  std::int64_t value = 0;
  const char* const end = written.data() + written.size();
  const auto [rest, error] = std::from_chars(written.data(), end, value);
  return error == std::errc() && rest == end ? std::optional(value) : std::nullopt;
}

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
    // The library checks them; here they are for help and completion.
    if (!argument.choices.empty()) option->type_name(fmt::format("TEXT:{{{}}}", fmt::join(argument.choices, ",")));
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
            ->add_option_function<std::string>(
                flags,
                [this, argument](const std::string& written) {
                  const auto value = whole_number(written);
                  if (!value || *value < argument.least)
                    throw CLI::ValidationError(
                        argument.flags, fmt::format("`{}` is no whole number from {} up", written, argument.least));
                  request_.set_number(argument.key, *value);
                },
                argument.help)
            ->type_name(fmt::format("INT:a number from {} up", argument.least));
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

// As the library has it of the texts of a request: what is not set in a shell is no default.
std::string problem_of_text(const std::string& text) { return text.empty() ? "it must not be empty" : ""; }

void add_global_options(CLI::App& app, GlobalOptions* options) {
  const CLI::Validator not_empty(problem_of_text, "");
  app.add_option("-C,--directory", options->directory, "run as if started there")->option_text("DIR")->check(not_empty);
  // Their variables are read by the library, for every program that uses it.
  app.add_option(
         "--env", options->environment,
         "the environment: its platform/ENV/platform.yaml, and the name in the records (default FLOE_ENV, else dev)")
      ->option_text("ENV")
      ->check(not_empty);
  app.add_option("--platform-config", options->platform_config,
                 "platform.yaml of the environment (default FLOE_PLATFORM_CONFIG)")
      ->option_text("FILE")
      ->check(not_empty);
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
  app.add_option("--plugin-root", options->plugin_roots, "look for plugins there first")
      ->option_text("DIR")
      ->check(not_empty);
  app.add_option("--plugin-trace", options->plugin_trace,
                 "write a trace of all plugin calls, for ui.perfetto.dev (default FLOE_PLUGIN_TRACE)")
      ->option_text("FILE")
      ->check(not_empty);
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

// With its aliases.
std::vector<std::string> names_of(const CLI::App& command) {
  std::vector<std::string> names = command.get_aliases();
  names.insert(names.begin(), command.get_name());
  return names;
}

// The command and all below it, each before those below it.
void add_completion(const CLI::App& app, const std::string& path, std::vector<CompletionCommand>* out) {
  CompletionCommand command{path, {}, {}};
  const auto subcommands = app.get_subcommands([](const CLI::App*) { return true; });
  for (const CLI::App* subcommand : subcommands) {
    for (const std::string& name : names_of(*subcommand))
      command.words.push_back({name, subcommand->get_description()});
  }
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
  for (const CLI::App* subcommand : subcommands) {
    for (const std::string& name : names_of(*subcommand))
      add_completion(*subcommand, fmt::format("{} {}", path, name), out);
  }
}

// Answered here: nobody else knows the commands.
std::string completion_of(const CLI::App& app, const std::string& shell) {
  std::vector<CompletionCommand> commands;
  add_completion(app, "", &commands);
  return completion_script(shell, commands).value_or("");
}

// Read by eye: a command line that cannot be parsed may still say how to answer.
struct AskedForms {
  bool is_json = false;
  DiagnosticFormat findings = DiagnosticFormat::kFull;
  Printed kind = Printed::kText;  // of the findings
};

AskedForms asked_forms(int argc, const char* const* argv) {
  AskedForms forms;
  const auto take_findings = [&](std::string_view name) {
    const auto format = parse_diagnostic_format(name);
    if (!format) return;
    forms.findings = *format;
    forms.kind = printed_kind(name);
  };
  constexpr std::string_view kErrorFormat = "--error-format";
  for (int i = 1; i < argc; ++i) {
    const std::string_view word = argv[i];
    const std::string_view next = i + 1 < argc ? argv[i + 1] : "";
    if (word == "--output=json" || word == "-ojson" || word == "--json") forms.is_json = true;
    if ((word == "--output" || word == "-o") && next == "json") forms.is_json = true;
    if (word == kErrorFormat) take_findings(next);
    if (word.starts_with(kErrorFormat) && word.substr(kErrorFormat.size()).starts_with('='))
      take_findings(word.substr(kErrorFormat.size() + 1));
  }
  return forms;
}

// Texts of a request are UTF-8, so an argument that is not could only be refused later, as something else.
std::optional<Diagnostic> foreign_argument(int argc, const char* const* argv) {
  for (int i = 1; i < argc; ++i) {
    if (!text::is_valid_utf8(argv[i]))
      return bad_request(fmt::format("the argument `{}` is not UTF-8", text::printable(argv[i])));
  }
  return std::nullopt;
}

ParsedArguments refuse(const Diagnostic& finding, const AskedForms& forms) {
  std::cerr << printed(render_diagnostics({finding}, {forms.findings, false, {}, {}}), forms.kind);
  if (forms.is_json) std::cout << printed(failure_answer(2, diagnostics_to_json({finding})), Printed::kJson) << '\n';
  return {std::nullopt, 2};
}

ParsedArguments refuse(const CLI::App& app, const CLI::ParseError& error, const AskedForms& forms) {
  const std::string help = wanted_help(app);
  if (help.empty()) return refuse(usage_finding(app, error), forms);
  std::cerr << help;
  if (forms.is_json)
    std::cout << printed(failure_answer(2, diagnostics_to_json({bad_request(error.what())})), Printed::kJson) << '\n';
  return {std::nullopt, 2};
}

// What CLI11 makes of `--flag=word` is no error of the flag.
void refuse_values_of_flags(CLI::App& app) {
  for (CLI::Option* option : app.get_options()) {
    if (option->get_expected_max() == 0) option->disable_flag_override();
  }
  for (CLI::App* subcommand : app.get_subcommands([](const CLI::App*) { return true; }))
    refuse_values_of_flags(*subcommand);
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
  refuse_values_of_flags(app);
  if (const auto foreign = foreign_argument(argc, argv)) return refuse(*foreign, asked_forms(argc, argv));
  try {
    app.parse(argc, argv);
  } catch (const CLI::ParseError& error) {
    if (error.get_exit_code() == 0) return {std::nullopt, app.exit(error, std::cout, std::cerr)};  // help, version
    return refuse(app, error, asked_forms(argc, argv));
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
