// The command line as data: which verb, its request for floe.h, and how to print.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

namespace floe::cli {

enum class ColorChoice : std::uint8_t { kAuto, kAlways, kNever };

struct GlobalOptions {
  // What the library is told only when it is given: an empty text is no default.
  std::optional<std::string> directory;  // -C
  std::optional<std::string> environment;
  std::optional<std::string> platform_config;
  std::string output = "text";        // text, json
  std::string error_format = "full";  // full, concise, json, sarif, github, junit
  ColorChoice color = ColorChoice::kAuto;
  std::string log_format = "text";
  std::vector<std::string> plugin_roots;
  std::optional<std::string> plugin_trace;
  int verbosity = 0;  // -q = -1, -v = 1, ...
};

struct Invocation {
  GlobalOptions global;
  std::string verb;      // "run", "table list", "dbt ls"
  std::string request;   // JSON object
  bool watches = false;  // --watch
};

// An invocation, or the exit code when parsing already ended it (help: 0, usage error: 2; text is printed).
struct ParsedArguments {
  std::optional<Invocation> invocation;
  int exit_code = 0;
};

ParsedArguments parse_arguments(int argc, const char* const* argv);

}  // namespace floe::cli
