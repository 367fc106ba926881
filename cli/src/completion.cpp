#include "completion.hpp"

#include "base/text/text.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <map>
#include <set>

namespace floe::cli {
namespace {

using text::replace_all;
using CommandList = std::vector<CompletionCommand>;

// Between single quotes nothing else is special to bash and zsh.
std::string shell_quoted(std::string_view word) { return "'" + replace_all(word, "'", "'\\''") + "'"; }

std::string fish_quoted(std::string_view word) {
  return "'" + replace_all(replace_all(word, "\\", "\\\\"), "'", "\\'") + "'";
}

std::string known_paths(const CommandList& commands, std::string_view separator) {
  std::vector<std::string> paths;
  for (const CompletionCommand& command : commands) {
    if (!command.path.empty()) paths.push_back(shell_quoted(command.path));
  }
  return text::join(paths, separator);
}

// An option that is followed by a value, with the choices there are.
struct ValueOption {
  std::string command;  // quoted for a pattern of bash and zsh; `*` where it means the same wherever it occurs
  std::string name;
  std::vector<std::string> choices;
};

// Names that are flags somewhere are left out: what follows is no value for sure. The commands before `*`.
std::vector<ValueOption> value_options(const CommandList& commands) {
  std::set<std::string> flags;
  std::map<std::string, std::vector<std::string>> anywhere;  // the choices that the first command has
  for (const CompletionCommand& command : commands) {
    for (const CompletionOption& option : command.options) {
      for (const std::string& name : option.names) {
        if (!option.takes_value) flags.insert(name);
        if (option.takes_value) anywhere.try_emplace(name, option.choices);
      }
    }
  }
  std::vector<ValueOption> values;
  for (const CompletionCommand& command : commands) {
    for (const CompletionOption& option : command.options) {
      for (const std::string& name : option.names) {
        if (option.takes_value && !flags.contains(name) && option.choices != anywhere[name])
          values.push_back({shell_quoted(command.path), name, option.choices});
      }
    }
  }
  for (const auto& [name, choices] : anywhere) {
    if (!flags.contains(name)) values.push_back({"*", name, choices});
  }
  return values;
}

std::vector<CompletionOption> options_of(const CompletionCommand& command, const CompletionCommand& global) {
  std::vector<CompletionOption> out = command.options;
  if (&command != &global) out.insert(out.end(), global.options.begin(), global.options.end());
  return out;
}

std::string bash_script(const CommandList& commands) {
  std::string values;
  for (const auto& [command, name, choices] : value_options(commands))
    values += fmt::format("    {}:{}) words={} ;;\n", command, name, shell_quoted(text::join(choices, " ")));
  std::string cases;
  for (const CompletionCommand& command : commands) {
    std::vector<std::string> words;
    words.reserve(command.words.size());
    std::vector<std::string> options;
    for (const CompletionWord& word : command.words)
      words.push_back(word.name);
    for (const CompletionOption& option : options_of(command, commands.front()))
      options.insert(options.end(), option.names.begin(), option.names.end());
    cases += fmt::format("        {}) words={} options={} ;;\n", shell_quoted(command.path),
                         shell_quoted(text::join(words, " ")), shell_quoted(text::join(options, " ")));
  }
  constexpr std::string_view kScript = R"(# Completion of floe for bash: source <(floe completion bash)
_floe() {
  local word=${COMP_WORDS[COMP_CWORD]} previous=${COMP_WORDS[COMP_CWORD - 1]} command= words= options= index
  for ((index = 1; index < COMP_CWORD; ++index)); do
    case "$command ${COMP_WORDS[index]}" in
      @PATHS@) command+=" ${COMP_WORDS[index]}" ;;
    esac
  done
  if [[ $word == = ]]; then
    word=
  elif [[ $previous == = ]]; then
    previous=${COMP_WORDS[COMP_CWORD - 2]}
  fi
  case "$command:$previous" in
@VALUES@    *)
      case "$command" in
@CASES@      esac
      [[ $word == -* ]] && words=$options ;;
  esac
  mapfile -t COMPREPLY < <(compgen -W "$words" -- "$word")
}
complete -o bashdefault -o default -F _floe floe
)";
  return replace_all(replace_all(replace_all(kScript, "@PATHS@", known_paths(commands, "|")), "@VALUES@", values),
                     "@CASES@", cases);
}

// `'name:help'` for _describe.
std::string zsh_candidate(std::string_view name, std::string_view help) {
  return shell_quoted(fmt::format("{}:{}", name, help));
}

std::string zsh_script(const CommandList& commands) {
  std::string values;
  for (const auto& [command, name, choices] : value_options(commands)) {
    std::vector<std::string> candidates;
    candidates.reserve(choices.size());
    for (const std::string& choice : choices)
      candidates.push_back(shell_quoted(choice));
    values += fmt::format("    {}:{}) candidates=({}) ;;\n", command, name, text::join(candidates, " "));
  }
  std::string cases;
  for (const CompletionCommand& command : commands) {
    std::vector<std::string> words;
    words.reserve(command.words.size());
    std::vector<std::string> options;
    for (const CompletionWord& word : command.words)
      words.push_back(zsh_candidate(word.name, word.help));
    for (const CompletionOption& option : options_of(command, commands.front())) {
      for (const std::string& name : option.names)
        options.push_back(zsh_candidate(name, option.help));
    }
    cases += fmt::format("        {})\n          candidates=({})\n          options=({}) ;;\n",
                         shell_quoted(command.path), text::join(words, " "), text::join(options, " "));
  }
  constexpr std::string_view kScript = R"(#compdef floe
# Completion of floe for zsh: source <(floe completion zsh), or as _floe in a folder of $fpath
_floe() {
  local command= index
  local -a candidates options
  for ((index = 2; index < CURRENT; ++index)); do
    case "$command ${words[index]}" in
      @PATHS@) command+=" ${words[index]}" ;;
    esac
  done
  case "$command:${words[CURRENT - 1]}" in
@VALUES@    *)
      case "$command" in
@CASES@      esac
      [[ ${words[CURRENT]} == -* ]] && candidates=($options) ;;
  esac
  if (( $#candidates )); then
    _describe floe candidates
  else
    _files
  fi
}
if [[ $funcstack[1] == _floe ]]; then
  _floe "$@"
else
  compdef _floe floe
fi
)";
  return replace_all(replace_all(replace_all(kScript, "@PATHS@", known_paths(commands, "|")), "@VALUES@", values),
                     "@CASES@", cases);
}

// Where an option of floe itself is none, for the command has one of that name.
std::string commands_with_another(const CompletionOption& option, const CommandList& commands) {
  std::string out;
  for (const CompletionCommand& command : commands) {
    if (command.path.empty()) continue;
    for (const CompletionOption& own : command.options) {
      if (std::find_first_of(own.names.begin(), own.names.end(), option.names.begin(), option.names.end()) !=
          own.names.end())
        out += fmt::format("{}not __floe_at {}", out.empty() ? "" : "; and ", fish_quoted(command.path));
    }
  }
  return out;
}

std::string fish_option(const CompletionCommand& command, const CompletionOption& option, const CommandList& commands) {
  std::string out = "complete -c floe";
  const std::string where =
      command.path.empty() ? commands_with_another(option, commands) : "__floe_at " + fish_quoted(command.path);
  if (!where.empty()) out += fmt::format(" -n \"{}\"", where);
  for (const std::string& name : option.names)
    out += name.starts_with("--") ? " -l " + name.substr(2) : " -s " + name.substr(1);
  if (!option.choices.empty()) {
    out += " -x -a " + fish_quoted(text::join(option.choices, " "));
  } else if (option.takes_value) {
    out += " -r";
  }
  return out + " -d " + fish_quoted(option.help) + "\n";
}

std::string fish_script(const CommandList& commands) {
  std::string out = fmt::format(R"(# Completion of floe for fish: floe completion fish | source
function __floe_at
    set -l command
    set -l given (commandline -opc)
    set -e given[1]
    for word in $given
        switch "$command $word"
            case {}
                set command "$command $word"
        end
    end
    test "$command" = "$argv[1]"
end
)",
                                known_paths(commands, " "));
  for (const CompletionCommand& command : commands) {
    for (const CompletionWord& word : command.words) {
      out += fmt::format("complete -c floe -n \"__floe_at {}\" -f -a {} -d {}\n", fish_quoted(command.path), word.name,
                         fish_quoted(word.help));
    }
    for (const CompletionOption& option : command.options)
      out += fish_option(command, option, commands);
  }
  return out;
}

}  // namespace

std::optional<std::string> completion_script(std::string_view shell, const std::vector<CompletionCommand>& commands) {
  if (shell == "bash") return bash_script(commands);
  if (shell == "zsh") return zsh_script(commands);
  if (shell == "fish") return fish_script(commands);
  return std::nullopt;
}

}  // namespace floe::cli
