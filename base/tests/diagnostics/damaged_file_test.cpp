#include "base/diagnostics/damaged_file.hpp"

#include "floe_test.hpp"

#include "base/fail.hpp"

using namespace floe;

namespace {

// Code, message and details of what an error became.
std::string told(const Error& error) {
  std::string out = std::string(error_code_name(error.code)) + " " + error.to_string();
  for (const auto& [key, value] : error.details)
    out += " | " + key + "=" + value;
  return out;
}

std::string lines(const Diagnostic& finding) {
  std::string out = fmt::format("{}\n@ {}", finding.message, finding.primary()->file);
  for (const auto& note : finding.notes)
    out += "\n= " + note;
  for (const auto& help : finding.helps)
    out += "\n? " + help;
  return out;
}

}  // namespace

TEST_CASE("an error that tells of a file carries it") {
  struct Case {
    ErrorCode code;
    std::string expected;
  };

  const auto carried = [](const std::string& reason) {
    return "data reading it: why | floe.damaged.kind=manifest | floe.damaged.uri=file:///w/m.avro | "
           "floe.damaged.reason=" +
           reason;
  };
  const Case cases[] = {{ErrorCode::kData, carried("why")},
                        {ErrorCode::kNotFound, carried("it is missing")},
                        {ErrorCode::kUnavailable, "unavailable reading it: why"},
                        {ErrorCode::kCancelled, "cancelled reading it: why"},
                        {ErrorCode::kUnsupported, "unsupported reading it: why"}};
  for (const auto& one : cases) {
    const Error error =
        damaged_file_error("manifest", "file:///w/m.avro", fail(one.code, "why").with_context("reading it"));
    CHECK(told(error) == one.expected);
    CHECK(told(damaged_file_error("data", "file:///w/other", error)).starts_with(one.expected));
    CHECK(is_damaged_file(error) == (one.code == ErrorCode::kData || one.code == ErrorCode::kNotFound));
    CHECK((with_damaged_file_finding(error, "main.a").detail("floe.diagnostics") != nullptr) == is_damaged_file(error));
  }
}

TEST_CASE("the way out depends on the file") {
  CHECK(lines(damaged_file_finding("main.a", {"data", "file:///w/1.parquet", "it is missing"})) ==
        "`main.a` has a damaged data file\n@ /w/1.parquet\n= it is missing\n"
        "? put the file back from a backup, under the same name\n"
        "? or make its rows again, if all of them can be: `floe dbt run --full-refresh --select a` when a model makes "
        "them, `floe ingest` when a source with `write_mode: replace` does");
  CHECK(lines(damaged_file_finding("main.a", {"metadata", "file:///w/1.json", "cut"})) ==
        "`main.a` has a damaged metadata file\n@ /w/1.json\n= cut\n"
        "? put the file back from a backup, under the same name\n"
        "? or go back to an older version: `floe table register --scan --only main.a` lists them");
  CHECK(lines(damaged_file_finding("main.a", {"data", "file:///w/1.parquet", "cut", false})) ==
        "`main.a` has a damaged data file\n@ /w/1.parquet\n= cut\n= only older versions of the table need it\n"
        "? put the file back from a backup, under the same name\n"
        "? or look at the current version only: `floe table verify --current main.a`");
}
