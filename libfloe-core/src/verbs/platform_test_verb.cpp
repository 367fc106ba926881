// floe platform test DIRECTORY: unit tests of a platform, a folder of small products with the verdicts they are to get.
#include "engine/compiled_project.hpp"
#include "engine/dry_run.hpp"
#include "governance/expected_verdict.hpp"
#include "verbs/verbs.hpp"

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

}  // namespace

Result<Answer> platform_test_verb(Context& context, const json::object& request, DiagnosticSink& sink) {
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

}  // namespace floe::run
