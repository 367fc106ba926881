// The verbs of floe.h as the command line needs them; keeps Boost.JSON out of the file that includes CLI11.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace floe::cli {

enum class ArgumentKind : std::uint8_t { kText, kNumber, kFlag, kWords, kMapping };

struct VerbArgument {
  std::string key;
  ArgumentKind kind = ArgumentKind::kText;
  std::string flags;  // "-s,--select"; a bare name is a positional
  std::string help;
  bool is_required = false;
  std::int64_t least = 0;                 // of a number
  std::vector<std::string> choices = {};  // none: any text
};

// Flags of dbt without a key. With a reason they are refused by name, else they change nothing.
struct UnusedFlags {
  std::string flags;
  std::string why;
};

struct VerbEntry {
  std::string name;  // "platform diff"
  std::vector<std::string> aliases;
  std::string summary;
  std::vector<VerbArgument> arguments;  // those that the command line has
  std::vector<UnusedFlags> unused;
  bool has_junit = false;
};

struct VerbGroup {
  std::string name;
  std::string summary;
};

struct VerbList {
  std::vector<VerbGroup> groups;
  std::vector<VerbEntry> verbs;
};

// Of what floe_verbs gives.
VerbList parse_verb_list(std::string_view verbs_json);

}  // namespace floe::cli
