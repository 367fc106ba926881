#include "base/diagnostics/diagnostic.hpp"

#include "floe_test.hpp"

using namespace floe;  // NOLINT: a test of this namespace

namespace {

Diagnostic at_line(int line, std::string code, std::string file = "a.yaml") {
  return error_diagnostic(std::move(code), "n", "m").at(Span{std::move(file), line, 1, line, 2});
}

}  // namespace

TEST_CASE("a sink counts, merges, sorts and removes duplicates") {
  DiagnosticSink sink;
  sink.report(at_line(9, "E2"));
  sink.report(at_line(2, "E2"));
  sink.report(at_line(2, "E1"));
  DiagnosticSink other;
  other.report(at_line(5, "E1", "Z.yaml"));
  other.report(at_line(2, "E2").help("different"));
  other.report(at_line(2, "E2"));
  other.report(warning_diagnostic("W1", "n", "whole file").at(Span{"a.yaml", 0, 0, 0, 0}));
  other.report(info_diagnostic("", "", "no place"));
  sink.merge(std::move(other));
  CHECK(sink.has_errors());
  CHECK(sink.error_count() == 6);
  CHECK(sink.warning_count() == 1);
  CHECK(sink.all().size() == 8);
  std::string order;
  for (const Diagnostic& one : sink.sorted()) {
    const Span* span = one.primary();
    order +=
        (span == nullptr ? "-" : span->file + std::to_string(span->line)) + one.code + (one.helps.empty() ? " " : "h ");
  }
  CHECK(order == "- Z.yaml5E1 a.yaml0W1 a.yaml2E1 a.yaml2E2 a.yaml2E2h a.yaml9E2 ");
}

TEST_CASE("the wire form carries everything") {
  Diagnostic diagnostic = error_diagnostic("FLOE-E0201", "unknown-key", "unknown key `x`")
                              .at(Span{"floe.yaml", 5, 5, 5, 14}, "here")
                              .beside(Span{"floe.yaml", 0, 0, 0, 0}, "")
                              .note("why")
                              .help("what")
                              .addressed("stages[0].x");
  diagnostic.fix = Fix{FixSafety::kSafe, "rename", {{Span{"floe.yaml", 5, 5, 5, 14}, "y"}}};
  const std::string text = diagnostics_to_json({diagnostic, warning_diagnostic("W", "w", "m")});
  CHECK(text ==
        R"({"version":1,"diagnostics":[{"code":"FLOE-E0201","name":"unknown-key","severity":"error",)"
        R"("message":"unknown key `x`","labels":[{"span":{"file":"floe.yaml","line":5,"column":5,"end_line":5,)"
        R"("end_column":14},"text":"here","primary":true},{"span":{"file":"floe.yaml","line":null,"column":null,)"
        R"("end_line":null,"end_column":null},"text":"","primary":false}],"notes":[{"text":"why"}],)"
        R"("helps":[{"text":"what"}],"fix":{"safety":"safe","title":"rename","edits":[{"span":{"file":"floe.yaml",)"
        R"("line":5,"column":5,"end_line":5,"end_column":14},"replacement":"y"}]},"address":"stages[0].x"},)"
        R"({"code":"W","name":"w","severity":"warning","message":"m","labels":[],"notes":[],"helps":[],)"
        R"("fix":null,"address":null}],"summary":{"errors":1,"warnings":1}})");
  const auto read = diagnostics_from_json(text);
  FLOE_REQUIRE_OK(read);
  CHECK(diagnostics_to_json(*read) == text);
}

TEST_CASE("the wire form is read leniently, and bad ones are refused") {
  const auto bare = diagnostics_from_json(R"([{"message":"m","notes":["plain"]}])");
  FLOE_REQUIRE_OK(bare);
  CHECK(bare->at(0).severity == Severity::kError);
  CHECK(bare->at(0).notes == std::vector<std::string>{"plain"});
  for (const char* bad : {"1", "{}", "[1]", R"([{"code":"x"}])", R"([{"message":"m","severity":"fatal"}])",
                          R"([{"message":"m","labels":[1]}])", "["}) {
    CAPTURE(bad);
    const auto read = diagnostics_from_json(bad);
    REQUIRE_FALSE(read.has_value());
    CHECK(read.error().code == ErrorCode::kData);
  }
}

TEST_CASE("an error carries the findings") {
  DiagnosticSink sink;
  sink.report(warning_diagnostic("W", "w", "a warning").at(Span{"a", 1, 1, 1, 2}));
  sink.report(error_diagnostic("E", "e", "the error").at(Span{"b", 1, 1, 1, 2}));
  const Error error = diagnostics_error(ErrorCode::kInvalidConfig, sink);
  CHECK(error.code == ErrorCode::kInvalidConfig);
  CHECK(error.message == "the error");
  REQUIRE(error.detail("floe.diagnostics") != nullptr);
  CHECK(diagnostics_from_json(*error.detail("floe.diagnostics"))->size() == 2);
}

TEST_CASE("a message stands on one line, and what follows is a note") {
  DiagnosticSink sink;
  sink.report(error_diagnostic("E", "e", "syntax error\n\nLINE 1: selec\n        ^\n").note("another"));
  const std::vector<Diagnostic> found = sink.sorted();
  REQUIRE(found.size() == 1);
  CHECK(found[0].message == "syntax error");
  CHECK(found[0].notes == std::vector<std::string>{"\nLINE 1: selec\n        ^", "another"});
}
