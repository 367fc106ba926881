// expected.yaml of a product in a `floe platform test`: the verdict its platform is to give.
#pragma once

#include "config/document.hpp"

#include "base/diagnostics/diagnostic.hpp"

#include <optional>
#include <set>
#include <string>
#include <vector>

namespace floe::governance {

struct ExpectedVerdict {
  bool passes = true;
  std::optional<std::set<std::string>> codes;  // of all findings, warnings too; nullopt = any
  Span span;                                   // of the verdict
};

// nullopt with findings: those of the shape, and FLOE-E0771 for a code that there is not.
std::optional<ExpectedVerdict> read_expected_verdict(const config::Document& document, DiagnosticSink& sink);

// "pass", "fail with FLOE-E0701"
std::string verdict_text(bool passes, const std::set<std::string>& codes);

}  // namespace floe::governance
