#include "usage_error.hpp"

#include "base/text/text.hpp"

#include <CLI/CLI.hpp>
#include <fmt/format.h>

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

std::string unknown_word(const CLI::App& command, const std::string& word) {
  const std::string name = full_name(&command);
  const bool is_option = word.size() > 1 && word.front() == '-';
  const std::vector<std::string> known = is_option ? option_names(&command) : subcommand_names(command);
  std::string text = is_option       ? fmt::format("`{}` has no option `{}`\n", name, word)
                     : known.empty() ? fmt::format("`{}` takes no argument `{}`\n", name, word)
                                     : fmt::format("`{} {}` is not a command\n", name, word);
  const std::string bare = word.substr(0, word.find('='));
  if (const auto near = text::nearest(bare, known)) {
    text += fmt::format("  = help: did you mean `{}`?\n", is_option ? *near : name + " " + *near);
  } else if (!is_option && !known.empty()) {
    text += fmt::format("  = help: the commands are {}\n", list_of(known));
  }
  return text;
}

}  // namespace

std::string usage_error_text(const CLI::App& app, const CLI::ParseError& error) {
  const CLI::App* command = innermost(&app);
  const std::vector<std::string> rest = command->remaining();
  const bool wants_subcommand = command->get_require_subcommand_min() > 0;
  // A group named alone is a question about what it has.
  if (wants_subcommand && rest.empty() && app.remaining().empty())
    return command->help(command->get_parent() == nullptr ? "" : full_name(command->get_parent()));
  std::string text;
  // CLI11 keeps the words it did not understand in the order it met them, options first in no particular order.
  const std::vector<std::string> unknown = rest.empty() ? app.remaining() : rest;
  for (const std::string& word : unknown) {
    const bool is_option = word.size() > 1 && word.front() == '-';
    if (is_option || wants_subcommand || unknown.size() == 1) {
      text = unknown_word(*command, word);
      break;
    }
  }
  if (text.empty()) text = std::string(error.what()) + "\n";
  return "error[FLOE-E0001]: " + text::printable_lines(text) +
         fmt::format("  = help: `{} --help` says more\n", full_name(command));
}

}  // namespace floe::cli
