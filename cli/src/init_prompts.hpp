// What `floe init` asks a person for.
#pragma once

#include <istream>
#include <ostream>
#include <string>
#include <string_view>

namespace floe::cli {

// The request with an answer for each key it lacks; an empty line leaves the default, the end of `in` all of the rest.
std::string ask_for_product(std::string_view request_json, std::istream& in, std::ostream& out);

}  // namespace floe::cli
