// What to say when the command line makes no sense.
#pragma once

#include "base/diagnostics/diagnostic.hpp"

#include <string>

namespace CLI {
class App;
class ParseError;
}  // namespace CLI

namespace floe::cli {

// FLOE-E0001.
Diagnostic bad_request(const std::string& message);

// The help of a command group that was named alone, which is a question about what it has; else "".
std::string wanted_help(const CLI::App& app);

// With the command or option that was probably meant.
Diagnostic usage_finding(const CLI::App& app, const CLI::ParseError& error);

}  // namespace floe::cli
