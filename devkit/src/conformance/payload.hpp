// Whether a JSON text is what a schema of the specification says.
#pragma once

#include <string>
#include <string_view>

namespace floe::conformance {

// The first problem as one line; "" when the text fits.
std::string payload_problem(const std::string& schema, std::string_view text);

}  // namespace floe::conformance
