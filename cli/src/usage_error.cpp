#include "usage_error.hpp"

#include "base/text/printable.hpp"
#include "base/text/text.hpp"

#include <CLI/CLI.hpp>
#include <fmt/format.h>

#include <algorithm>
#include <optional>
#include <vector>

namespace floe::cli {
namespace {

// The innermost command that was understood: what was not understood was meant for it.
const CLI::App* innermost(const CLI::App* app) {
  for (auto chosen = app->get_subcommands(); !chosen.empty(); chosen = app->get_subcommands())
    app = chosen.front();
  return app;
}

std::string full_name(const CLI::App* command) {
  const CLI::App* parent = command->get_parent();
  return parent == nullptr ? command->get_name() : full_name(parent) + " " + command->get_name();
}

std::vector<std::string> subcommand_names(const CLI::App& command) {
  std::vector<std::string> names;
  for (const CLI::App* subcommand : command.get_subcommands([](const CLI::App*) { return true; }))
    names.push_back(subcommand->get_name());
  return names;
}

// Those of the command and the global ones it falls back to.
std::vector<std::string> option_names(const CLI::App* command) {
  std::vector<std::string> names;
  for (; command != nullptr; command = command->get_parent()) {
    for (const CLI::Option* option : command->get_options()) {
      for (const std::string& name : option->get_lnames())
        names.push_back("--" + name);
      for (const std::string& name : option->get_snames())
        names.push_back("-" + name);
    }
  }
  return names;
}

std::string list_of(const std::vector<std::string>& names) { return fmt::format("{}", fmt::join(names, ", ")); }

Diagnostic unknown_word(const CLI::App& command, const std::string& word) {
  const std::string name = full_name(&command);
  const bool is_option = word.size() > 1 && word.front() == '-';
  const std::vector<std::string> known = is_option ? option_names(&command) : subcommand_names(command);
  const std::string bare = word.substr(0, word.find('='));
  const std::string shown = text::printable(word);
  if (is_option && std::find(known.begin(), known.end(), bare) != known.end())  // it stands before its command
    return bad_request(fmt::format("`{}` is an option of `{}`: write it behind that", shown, name));
  Diagnostic finding = bad_request(is_option       ? fmt::format("`{}` has no option `{}`", name, shown)
                                   : known.empty() ? fmt::format("`{}` takes no argument `{}`", name, shown)
                                                   : fmt::format("`{} {}` is not a command", name, shown));
  if (const auto near = text::nearest(bare, known)) {
    return std::move(finding).help(fmt::format("did you mean `{}`?", is_option ? *near : name + " " + *near));
  }
  if (!is_option && !known.empty()) return std::move(finding).help("the commands are " + list_of(known));
  return finding;
}

// CLI11 says it in words of its own.
std::optional<Diagnostic> flag_with_value(const CLI::App& command, const CLI::ParseError& error) {
  constexpr std::string_view kOverride = " was given a disallowed flag override";
  const std::string message = error.what();
  if (!message.ends_with(kOverride)) return std::nullopt;
  const std::string name = message.substr(0, message.size() - kOverride.size());
  return bad_request(
      fmt::format("`{}` of `{}` takes no value", (name.size() == 1 ? "-" : "--") + name, full_name(&command)));
}

// The first word that nobody understood.
std::optional<Diagnostic> first_unknown(const CLI::App& app, const CLI::App& command) {
  const bool wants_subcommand = command.get_require_subcommand_min() > 0;
  const std::vector<std::string> rest = command.remaining();
  // CLI11 keeps the words it did not understand in the order it met them, options first in no particular order.
  const std::vector<std::string> unknown = rest.empty() ? app.remaining() : rest;
  for (const std::string& word : unknown) {
    const bool is_option = word.size() > 1 && word.front() == '-';
    if (is_option || wants_subcommand || unknown.size() == 1) return unknown_word(command, word);
  }
  return std::nullopt;
}

}  // namespace

Diagnostic bad_request(const std::string& message) { return error_diagnostic("FLOE-E0001", "bad-request", message); }

std::string wanted_help(const CLI::App& app) {
  const CLI::App* command = innermost(&app);
  if (command->get_require_subcommand_min() == 0 || !command->remaining().empty() || !app.remaining().empty())
    return "";
  return command->help(command->get_parent() == nullptr ? "" : full_name(command->get_parent()));
}

Diagnostic usage_finding(const CLI::App& app, const CLI::ParseError& error) {
  const CLI::App* command = innermost(&app);
  auto finding = flag_with_value(*command, error);
  if (!finding) finding = first_unknown(app, *command);
  if (!finding) finding = bad_request(text::printable_lines(error.what()));
  return std::move(*finding).help(fmt::format("`{} --help` says more", full_name(command)));
}

}  // namespace floe::cli
