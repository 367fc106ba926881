// The form in which an output leaves the command. Everything that goes to standard output or standard error passes
// through here: names, values, messages and files are text of others.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

namespace floe::cli {

enum class Printed : std::uint8_t {
  kText,      // for people, maybe with colours of floe's own
  kJson,      // documents
  kCommands,  // commands of floe's own for a CI system
};

// What `--error-format` names.
Printed printed_kind(std::string_view format);

// Nothing in it acts on a terminal, and in a CI job (CI, GITHUB_ACTIONS, TF_BUILD or TEAMCITY_VERSION is set) nothing
// is a command of the CI system but what is kCommands. JSON stays the same document.
std::string printed(std::string_view output, Printed kind = Printed::kText);

}  // namespace floe::cli
