// Completion scripts for shells, from the commands and options as the parser knows them.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace floe::cli {

struct CompletionWord {
  std::string name;
  std::string help;
};

struct CompletionOption {
  std::vector<std::string> names;  // --output, -o
  std::string help;
  bool takes_value = false;
  std::vector<std::string> choices;  // of the value; empty = any, files among them
};

struct CompletionCommand {
  std::string path;                       // `` for floe itself, ` plugin list`
  std::vector<CompletionWord> words;      // commands below it, else the choices of its argument
  std::vector<CompletionOption> options;  // its own; those of floe itself hold everywhere
};

// bash, zsh or fish; nullopt for another shell. The first command is floe itself.
std::optional<std::string> completion_script(std::string_view shell, const std::vector<CompletionCommand>& commands);

}  // namespace floe::cli
