#include "governance/expected_verdict.hpp"

#include "explain/error_page.hpp"
#include "schema/shared_shapes.hpp"

#include "base/text/text.hpp"

#include <fmt/format.h>

namespace floe::governance {
namespace {

constexpr std::array<std::string_view, 2> kVerdicts{"pass", "fail"};
constexpr config::Shape kVerdict{.kind = config::ShapeKind::kChoice, .choices = kVerdicts};
constexpr std::array kExpectedKeys{
    config::Key{"verdict", &kVerdict, "whether the product compiles", true},
    config::Key{"codes", &config::kTexts, "the codes of all findings, warnings too"},
};
constexpr config::Shape kExpected{.kind = config::ShapeKind::kObject, .what = "expected.yaml", .keys = kExpectedKeys};

void report_unknown_code(const yaml::Node& code, DiagnosticSink& sink) {
  Diagnostic diagnostic =
      error_diagnostic("FLOE-E0771", "unknown-code", fmt::format("there is no diagnostic `{}`", code.text))
          .at(code.span, "no code");
  const auto near = explain::nearest_error_page(code.text);
  sink.report(std::move(diagnostic).help(near ? fmt::format("`{}` exists", *near) : "`floe explain` lists them"));
}

}  // namespace

std::optional<ExpectedVerdict> read_expected_verdict(const config::Document& document, DiagnosticSink& sink) {
  if (document.root == nullptr) return std::nullopt;
  DiagnosticSink own;
  config::check_shape(*document.root, kExpected, "", own);
  const bool is_usable = !own.has_errors();
  sink.merge(std::move(own));
  if (!is_usable) return std::nullopt;
  ExpectedVerdict expected;
  const yaml::NodePtr verdict = document.root->get("verdict");
  expected.passes = verdict->text == "pass";
  expected.span = verdict->span;
  const yaml::NodePtr codes = document.root->get("codes");
  if (codes == nullptr) return expected;
  expected.codes.emplace();
  bool is_known = true;
  for (const yaml::NodePtr& code : codes->items) {
    const explain::ErrorPage* page = explain::find_error_page(code->text);
    if (page == nullptr) {
      report_unknown_code(*code, sink);
      is_known = false;
    } else {
      expected.codes->emplace(page->code);
    }
  }
  return is_known ? std::optional(std::move(expected)) : std::nullopt;
}

std::string verdict_text(bool passes, const std::set<std::string>& codes) {
  const std::vector<std::string> names(codes.begin(), codes.end());
  return std::string(passes ? "pass" : "fail") + (names.empty() ? "" : " with " + text::join(names, ", "));
}

}  // namespace floe::governance
