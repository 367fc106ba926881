// What `--output json` prints where a command has no answer.
#pragma once

#include <string>
#include <string_view>

namespace floe::cli {

// {"success": false, "exit_code", "diagnostics": [..]}. `findings_json` is what floe_result_diagnostics gives.
std::string failure_answer(int exit_code, std::string_view findings_json);

}  // namespace floe::cli
