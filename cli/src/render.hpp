// Answers of floe.h as text for people. One renderer per kind of answer; `json` prints the answer itself.
#pragma once

#include "base/result.hpp"

#include <string>
#include <string_view>

namespace floe::cli {

// What the text says: what was asked for, or what was done.
struct Rendered {
  std::string answer;
  std::string summary;
};

// Text for stdout of a verb's answer; empty when the verb has nothing to say.
Rendered render_answer(std::string_view verb, std::string_view answer_json, bool color = false);

// What `--output json` prints where a command has no answer: {"success": false, "exit_code", "diagnostics": [..]}.
// `findings_json` is what floe_result_diagnostics gives.
std::string failure_answer(int exit_code, std::string_view findings_json);

}  // namespace floe::cli
