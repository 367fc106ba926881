// What to say when the command line makes no sense.
#pragma once

#include <string>

namespace CLI {
class App;
class ParseError;
}  // namespace CLI

namespace floe::cli {

// `error[FLOE-E0001]: ...` with the command or option that was probably meant; the help of a command group that was
// named alone. Ends with a newline.
std::string usage_error_text(const CLI::App& app, const CLI::ParseError& error);

}  // namespace floe::cli
