// floe platform test DIRECTORY: unit tests of a platform, a folder of small products with the verdicts they are to get.
#include "engine/compiled_project.hpp"
#include "engine/dry_run.hpp"
#include "governance/expected_verdict.hpp"
#include "verbs/answer_text.hpp"
#include "verbs/verb_table.hpp"

#include "base/diagnostics/junit.hpp"
#include "base/fail.hpp"

#include <fmt/format.h>

namespace floe::run {
namespace {

constexpr const char* kExpectedFile = "expected.yaml";

struct TestVerdict {
  bool passes = false;
  std::set<std::string> codes;
  std::vector<Diagnostic> findings;
};

// Folders with a product or an expected.yaml, by name.
Result<std::vector<std::string>> test_products(Context& context, const std::string& directory) {
  std::vector<std::string> out;
  const auto entries = FLOE_TRY(context.files().list(directory));
  for (const io::DirectoryEntry& entry : entries) {
    if (entry.kind != io::FileKind::kDirectory || entry.name.starts_with('.')) continue;
    for (const char* file : {"floe.yaml", "dbt_project.yml", kExpectedFile}) {
      const std::string path = io::join_path(directory, entry.name + "/" + file);
      const io::FileInfo info = FLOE_TRY(context.files().stat(path));
      if (info.kind != io::FileKind::kRegular) continue;
      out.push_back(entry.name);
      break;
    }
  }
  return out;
}

TestVerdict verdict_of(Context& context, const json::object& request, const std::string& product) {
  compile::CompileRequest wanted = compile_request(context, request);
  wanted.directory = product;
  wanted.platform = get_string_or(request, "ref", "");
  wanted.platform_directory = context.options().directory;
  DiagnosticSink sink;
  const auto compiled = compile_dry(context, wanted, sink, false);
  // A product that cannot even be read has failed, whatever the reason.
  if (!compiled && !report_findings(compiled.error(), sink) && !sink.has_errors())
    sink.report(error_diagnostic("FLOE-E0803", "failed", compiled.error().to_string()));
  TestVerdict verdict{compiled.has_value(), {}, sink.sorted()};
  for (const Diagnostic& finding : verdict.findings)
    verdict.codes.insert(finding.code);
  return verdict;
}

Diagnostic failed_test(const std::string& name, const governance::ExpectedVerdict& expected, const TestVerdict& got) {
  const std::set<std::string> codes = expected.codes.value_or(std::set<std::string>());
  Diagnostic diagnostic =
      error_diagnostic("FLOE-E0770", "platform-test-failed",
                       fmt::format("`{}` is to {}, and got {}", name, governance::verdict_text(expected.passes, codes),
                                   governance::verdict_text(got.passes, got.codes)))
          .at(expected.span);
  for (const Diagnostic& finding : got.findings)
    diagnostic.notes.push_back(fmt::format("{}: {}", finding.code, finding.message));
  return diagnostic;
}

// Without an expected.yaml a product is to compile.
Result<std::optional<governance::ExpectedVerdict>> expected_of(Context& context, const std::string& product,
                                                               DiagnosticSink& sink) {
  const std::string path = io::join_path(product, kExpectedFile);
  const std::string& directory = context.options().directory;
  auto document = config::read_document(path, directory, context.files(), sink);
  if (document) return governance::read_expected_verdict(*document, sink);
  if (document.error().code != ErrorCode::kNotFound) return document.error();
  governance::ExpectedVerdict compiles;
  compiles.span = Span{io::relative_path(product, directory), 0, 0, 0, 0};
  return std::optional(compiles);
}

json::array names_of(const std::set<std::string>& codes) {
  json::array out;
  for (const std::string& code : codes)
    out.emplace_back(code);
  return out;
}

// Of the manifest that was named, else of that of the product.
Status check_tested_scope(Context& context, const json::object& request, const std::string& product) {
  const std::string scope = get_string_or(request, "scope", "");
  if (scope.empty()) return ok();
  if (const auto named = get_string(request, "ref"))
    return check_scope(context, *named, context.options().directory, scope);
  const auto place = platform_of_product(context, product);
  // What cannot be read is a verdict, which expected.yaml may ask for.
  return place ? check_scope(context, place->reference, place->directory, scope) : ok();
}

Result<Answer> test_platform(Context& context, const json::object& request, DiagnosticSink& sink) {
  const std::string folder = FLOE_TRY(require_string(request, "directory"));
  const std::string directory = io::normalize_path(io::join_path(context.options().directory, folder));
  const std::vector<std::string> names = FLOE_TRY(test_products(context, directory));
  if (names.empty()) {
    return failf(ErrorCode::kNotFound, "there is no product in a folder of `{}` to test the platform with", folder);
  }
  json::array tests;
  std::int64_t passed = 0;
  for (const std::string& name : names) {
    if (context.cancel_source().is_cancelled()) return fail(ErrorCode::kCancelled, "interrupted");
    const std::string product = io::join_path(directory, name);
    FLOE_TRY(check_tested_scope(context, request, product));
    const auto expected = FLOE_TRY(expected_of(context, product, sink));
    json::object test{{"name", name}, {"passed", false}, {"expected", nullptr}, {"verdict", nullptr}, {"message", ""}};
    if (expected) {
      const TestVerdict got = verdict_of(context, request, product);
      const bool is_right = got.passes == expected->passes && (!expected->codes || *expected->codes == got.codes);
      test["passed"] = is_right;
      test["expected"] = json::object{{"verdict", expected->passes ? "pass" : "fail"},
                                      {"codes", expected->codes ? json::value(names_of(*expected->codes)) : nullptr}};
      test["verdict"] = json::object{{"verdict", got.passes ? "pass" : "fail"}, {"codes", names_of(got.codes)}};
      if (!is_right) {
        Diagnostic failed = failed_test(name, *expected, got);
        test["message"] = failed.message;
        sink.report(std::move(failed));
      }
      passed += is_right ? 1 : 0;
    } else {
      test["message"] = fmt::format("{} cannot be read", kExpectedFile);
    }
    tests.push_back(std::move(test));
  }
  const auto failed = static_cast<std::int64_t>(names.size()) - passed;
  return Answer{to_json(json::object{{"success", failed == 0},
                                     {"tests", std::move(tests)},
                                     {"summary", json::object{{"passed", passed}, {"failed", failed}}}}),
                failed == 0 ? 0 : 1};
}

AnswerText platform_test_text(const json::object& answer, const TextStyle& /*style*/) {
  std::string out;
  for (const json::value& item : list_of(answer, "tests")) {
    const json::object& test = item.as_object();
    const bool passed = get_bool_or(test, "passed", false);
    out += fmt::format("{:<6} {}\n", passed ? "ok" : "failed", get_string_or(test, "name", ""));
  }
  const json::object& summary = answer.at("summary").as_object();
  out += fmt::format("{} passed, {} failed\n", get_int(summary, "passed").value_or(0),
                     get_int(summary, "failed").value_or(0));
  return {out, ""};
}

std::string platform_test_junit(const json::object& answer) {
  if (!answer.contains("tests")) return "";
  diagnostics::JunitSuite suite{"platform", {}};
  for (const json::value& item : list_of(answer, "tests")) {
    const json::object& test = item.as_object();
    diagnostics::JunitCase one{"platform", get_string_or(test, "name", "")};
    if (!get_bool_or(test, "passed", false)) {
      one.verdict = diagnostics::JunitVerdict::kFailed;
      one.message = get_string_or(test, "message", "");
    }
    suite.cases.push_back(std::move(one));
  }
  return diagnostics::junit_document("platform", {suite});
}

}  // namespace

Verb platform_test_verb() {
  return {
      .name = "platform test",
      .summary = "a folder of products with expected verdicts",
      .details =
          R"(Compiles each product in a folder of "directory" and compares the verdict with its expected.yaml; without one it is to
compile. Exit code 1 when one differs; FLOE_NOT_FOUND without products.)",
      .request = Arguments()
                     .path("directory", "directory", "a product in each of its folders", true)
                     .text("--platform", "ref", "the platform instead of that of each product")
                     .text("", "scope", "enterprise or domain: what the manifest has to be")
                     .among({"enterprise", "domain"}),
      .answer =
          R"({"type": "object", "required": ["success", "tests", "summary"], "properties": {"success": {"type": "boolean"},
  "tests": {"type": "array", "items": {"type": "object", "properties": {"name": {"type": "string"},
    "passed": {"type": "boolean"}, "expected": {"type": ["object", "null"]}, "verdict": {"type": ["object", "null"]},
    "message": {"type": "string"}}}},
  "summary": {"type": "object", "properties": {"passed": {"type": "integer"}, "failed": {"type": "integer"}}}}})",
      .run = test_platform,
      .text = platform_test_text,
      .junit = platform_test_junit};
}

}  // namespace floe::run
