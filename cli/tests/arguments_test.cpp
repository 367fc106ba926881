#include "arguments.hpp"

#include "floe_test.hpp"

#include <iostream>
#include <sstream>
#include <vector>

namespace {

floe::cli::ParsedArguments parse(std::vector<const char*> words) {
  words.insert(words.begin(), "floe");
  return floe::cli::parse_arguments(static_cast<int>(words.size()), words.data());
}

}  // namespace

TEST_CASE("flags of a verb become its request") {
  struct Case {
    std::vector<const char*> words;
    const char* verb;
    const char* request;
  };

  const std::vector<Case> cases = {
      {{"run"}, "run", "{}"},
      {{"build", "--full-refresh"}, "run", R"({"full_refresh":true})"},
      {{"run", "--select", "a", "b+", "--select", "tag:x", "--exclude", "c"},
       "run",
       R"({"select":["a","b+","tag:x"],"exclude":["c"]})"},
      {{"run", "--vars", "{a: 1, b: yes}", "--threads", "4"}, "run", R"({"vars":{"a":1,"b":true},"threads":4})"},
      {{"show", "orders", "--limit", "-1", "--at", "12"}, "show", R"({"name":"orders","limit":-1,"at":"12"})"},
      {{"table", "history", "main.orders"}, "table history", R"({"name":"main.orders"})"},
      {{"table", "verify"}, "table verify", "{}"},
      {{"table", "verify", "--current"}, "table verify", R"({"current":true})"},
      {{"table", "verify", "main.orders", "main.events"}, "table verify", R"({"names":["main.orders","main.events"]})"},
      {{"table", "register", "main.orders", "a.json", "--replace"},
       "table register",
       R"({"name":"main.orders","metadata":"a.json","replace":true})"},
      {{"table", "register", "--scan", "--only", "main.*", "x.y", "--choose", "a.json", "-y"},
       "table register",
       R"({"scan":true,"only":["main.*","x.y"],"choose":["a.json"],"yes":true})"},
      {{"dbt", "ls", "-s", "+orders"}, "dbt ls", R"({"select":["+orders"]})"},
      {{"dbt", "run-operation", "grant", "--args", "{role: x}"},
       "dbt run-operation",
       R"({"macro":"grant","args":{"role":"x"}})"},
      {{"plugin", "why", "duckdb"}, "plugin why", R"({"name":"duckdb"})"},
      {{"plugin", "call", "env", "get", "{key: a}"},
       "plugin call",
       R"({"plugin":"env","method":"get","arguments":{"key":"a"}})"},
      {{"plugin", "call", "env", "health", "--show-secrets", "--config", "{}"},
       "plugin call",
       R"({"plugin":"env","method":"health","config":{},"show_secrets":true})"},
  };
  for (const Case& c : cases) {
    const auto parsed = parse(c.words);
    REQUIRE(parsed.invocation.has_value());
    CHECK(parsed.invocation->verb == c.verb);
    CHECK(parsed.invocation->request == c.request);
  }
}

TEST_CASE("global flags may stand behind the verb") {
  const auto parsed = parse({"compile", "-C", "/p", "--error-format", "json", "-vv"});
  REQUIRE(parsed.invocation.has_value());
  CHECK(parsed.invocation->global.directory == "/p");
  CHECK(parsed.invocation->global.error_format == "json");
  CHECK(parsed.invocation->global.verbosity == 2);
}

TEST_CASE("a usage error says what was probably meant") {
  struct Case {
    std::vector<const char*> words;
    const char* said;
  };

  const std::vector<Case> cases = {
      {{"shw"},
       "error[FLOE-E0001]: `floe shw` is not a command\n  = help: did you mean `floe show`?\n"
       "  = help: `floe --help` says more\n"},
      {{"zzzzz"},
       "error[FLOE-E0001]: `floe zzzzz` is not a command\n"
       "  = help: the commands are compile, verify, run, ingest, test, show, table, dbt, platform, enterprise, domain, "
       "docs, "
       "lineage, schema, plugin, contract, product, governance, audit, explain, doctor, init, completion\n"
       "  = help: `floe --help` says more\n"},
      {{"plugin", "lst"},
       "error[FLOE-E0001]: `floe plugin lst` is not a command\n  = help: did you mean `floe plugin list`?\n"
       "  = help: `floe plugin --help` says more\n"},
      {{"dbt", "ls", "--selct", "x"},
       "error[FLOE-E0001]: `floe dbt ls` has no option `--selct`\n  = help: did you mean `--select`?\n"
       "  = help: `floe dbt ls --help` says more\n"},
      {{"compile", "extra"},
       "error[FLOE-E0001]: `floe compile` takes no argument `extra`\n  = help: `floe compile --help` says more\n"},
      {{"compile", "--dry-run=maybe"},
       "error[FLOE-E0001]: `--dry-run` of `floe compile` takes no value\n  = help: `floe compile --help` says more\n"},
      {{"compile", "--dry-run=-3"},
       "error[FLOE-E0001]: `--dry-run` of `floe compile` takes no value\n  = help: `floe compile --help` says more\n"},
      {{"run", "--threads", "99999999999999999999"},
       "error[FLOE-E0001]: --threads: `99999999999999999999` is no whole number from 1 up\n"
       "  = help: `floe run --help` says more\n"},
      {{"show", "a", "--limit", "0x10"},
       "error[FLOE-E0001]: --limit: `0x10` is no whole number from -1 up\n  = help: `floe show --help` says more\n"},
      {{"compile", "--env", ""},
       "error[FLOE-E0001]: --env: it must not be empty\n  = help: `floe compile --help` says more\n"},
      {{"explain", "\xff"}, "error[FLOE-E0001]: the argument `\xef\xbf\xbd` is not UTF-8\n"},
      {{"--json", "plugin", "check", "."},
       "error[FLOE-E0001]: `--json` is an option of `floe plugin check`: write it behind that\n"
       "  = help: `floe plugin check --help` says more\n"},
      {{"run", "--bad", "--error-format", "concise"}, "error[FLOE-E0001]: `floe run` has no option `--bad`\n"},
  };
  for (const Case& c : cases) {
    std::ostringstream said;
    std::streambuf* const before = std::cerr.rdbuf(said.rdbuf());
    const auto parsed = parse(c.words);
    std::cerr.rdbuf(before);
    CHECK(parsed.exit_code == 2);
    CHECK(said.str() == c.said);
  }
}

TEST_CASE("a usage error answers in JSON when that is asked for") {
  for (const std::vector<const char*>& words : {std::vector<const char*>{"--output", "json", "show"},
                                                {"show", "--output=json"},
                                                {"show", "-o", "json"},
                                                {"plugin", "check", "--json", "--bad"}}) {
    std::ostringstream out;
    std::streambuf* const before = std::cout.rdbuf(out.rdbuf());
    const auto parsed = parse(words);
    std::cout.rdbuf(before);
    CHECK(parsed.exit_code == 2);
    CHECK(out.str().starts_with(R"({"success":false,"exit_code":2,"diagnostics":[{"code":"FLOE-E0001",)"));
  }
}

TEST_CASE("a usage error exits with 2, help with 0") {
  CHECK(parse({"run", "--threads", "0"}).exit_code == 2);
  CHECK(parse({"show", "a", "--limit", "-2"}).exit_code == 2);
  CHECK(parse({"fly"}).exit_code == 2);
  CHECK(parse({"run", "--vars", "[1]"}).exit_code == 2);
  CHECK(parse({"show"}).exit_code == 2);
  CHECK(parse({"--help"}).exit_code == 0);
}
