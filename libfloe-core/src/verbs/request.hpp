// The request of a verb as its caller wrote it.
#pragma once

#include "verbs/verb.hpp"

#include "base/json/json.hpp"
#include "base/result.hpp"

#include <string_view>

namespace floe::run {

// A JSON object that means the same to every reader. kInvalidArgument for anything else: no JSON, a key that stands
// twice in an object, a whole number beyond 64 bits. `whose`: "the request of `run`".
Result<json::object> parse_request(std::string_view whose, std::string_view text);

// What is asked of the verb, with what its group presets. kInvalidArgument when it does not take that.
Result<json::object> read_request(const Verb& verb, std::string_view text);

}  // namespace floe::run
