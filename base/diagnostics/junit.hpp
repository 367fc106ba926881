// JUnit XML as CI systems read it: the one writer of findings, verdicts of policies and checks of plugins.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace floe::diagnostics {

// kFailed: what was examined is not as it has to be. kBroken: it could not be examined, JUnit's `error`.
enum class JunitVerdict : std::uint8_t { kPassed, kFailed, kBroken, kSkipped, kNoted };

struct JunitCase {
  std::string class_name;
  std::string name;
  JunitVerdict verdict = JunitVerdict::kPassed;
  std::string type = {};     // of a failure or error: the code
  std::string message = {};  // of a failure or error, or why it was skipped
  std::string text = {};     // more of a failure, or what is noted of a case that passed
  std::optional<double> seconds = {};
  std::string file = {};  // where the case is written, "" = not known
  std::int32_t line = 0;  // of the file, 0 = not known
};

struct JunitSuite {
  std::string name;
  std::vector<JunitCase> cases;
  std::optional<double> seconds = {};
};

std::string junit_document(std::string_view name, const std::vector<JunitSuite>& suites);

// For text and attributes of XML 1.0 and HTML. XML has no way to write most control characters: they become visible, as
// text::visible() has it. What is no UTF-8 or no character of XML becomes U+FFFD.
std::string escape_xml(std::string_view text);

}  // namespace floe::diagnostics
