// Renderers for machines of CI systems: SARIF 2.1.0, GitHub's workflow commands, JUnit XML.
#pragma once

#include "base/diagnostics/diagnostic.hpp"
#include "base/diagnostics/junit.hpp"

#include <string>
#include <string_view>
#include <vector>

namespace floe::diagnostics {

// One run with the rules that occur.
std::string render_sarif(const std::vector<Diagnostic>& list, std::string_view docs_base);

// `::error file=...` lines: annotations of a pull request.
std::string render_github(const std::vector<Diagnostic>& list);

// One test case per finding; errors are failures. A run without findings is one passed case.
std::string render_junit(const std::vector<Diagnostic>& list);

// One finding: an error is a failure, anything else is noted.
JunitCase junit_case(const Diagnostic& diagnostic);

// The message with its notes and helps, a line each.
std::string whole_message(const Diagnostic& diagnostic);

}  // namespace floe::diagnostics
