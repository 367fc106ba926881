#include "verbs/register_plan.hpp"

#include "floe_test.hpp"

using namespace floe;
using namespace floe::run;

namespace {

// One item of table_format/found_tables; `more` replaces members.
std::string table(const std::string& name, const std::string& more = "{}") {
  json::object out = *parse_json_object(
      R"({"state":"new","kind":"table","identifier":{"namespace":["main"],"name":")" + name +
      R"("},"name_is_certain":true,"metadata_location":"file:///w/main/)" + name +
      R"(/metadata/1.json","total_records":3,"last_updated_ms":0,"reason":"","alternatives":[],"newer_unreadable":[]})");
  const json::object changed = *parse_json_object(more);
  for (const auto& [key, value] : changed)
    out[key] = value;
  return to_json(out);
}

struct Planned {
  std::string tables;     // `main.a 1.json` of what is registered
  std::string skipped;    // states
  std::string undecided;  // names
  std::string findings;   // messages
};

std::string names(const json::array& items, const char* key) {
  std::string out;
  for (const json::value& item : items) {
    const json::value& value = item.as_object().at(key);
    out += (out.empty() ? "" : " ") + (value.is_null() ? "?" : std::string(to_view(value.as_string())));
  }
  return out;
}

Planned plan(const std::string& found, const ScanChoices& choices = {}, const std::string& unreadable = "") {
  DiagnosticSink sink;
  const json::object request =
      *parse_json_object(R"({"found":[)" + found + R"(],"unreadable":[)" + unreadable + R"(],"metadata_files":1})");
  const auto planned = plan_registration(request, choices, sink);
  if (!planned.has_value()) return {"", "", "", planned.error().to_string()};
  Planned out{names(planned->registered, "metadata_location"), names(planned->skipped, "state"),
              names(planned->undecided, "identifier"), ""};
  for (const Diagnostic& finding : sink.all())
    out.findings += (out.findings.empty() ? "" : "; ") + finding.message;
  CHECK(planned->tables.size() == planned->registered.size());
  return out;
}

const std::string kFork = table("a", R"({"alternatives":[{"metadata_location":"file:///w/main/a/metadata/2.json",)"
                                     R"("total_records":4,"last_updated_ms":1,"reason":"made beside it"}]})");

}  // namespace

TEST_CASE("what is certain is registered, what is known is left alone") {
  const Planned planned =
      plan(table("a") + "," + table("b", R"({"state":"registered"})") + "," + table("c", R"({"state":"behind"})") +
           "," + table("d", R"({"state":"dropped","identifier":null})"));
  CHECK(planned.tables == "file:///w/main/a/metadata/1.json file:///w/main/c/metadata/1.json");
  CHECK(planned.skipped == "registered dropped");
  CHECK(planned.undecided.empty());
  CHECK(planned.findings.empty());
}

TEST_CASE("what a person has to decide is a finding") {
  struct Case {
    const char* name;
    std::string found;
    const char* finding;
  };

  const Case cases[] = {
      {"a fork", kFork, "several versions of `main.a` may be the newest that was committed"},
      {"a damaged file", table("a", R"({"newer_unreadable":[{"metadata_location":"x","message":"cut"}]})"),
       "the newest version of `main.a` may be a file that cannot be read"},
      {"a damaged file that the catalog names",
       table("a", R"({"state":"behind","newer_unreadable":[{"metadata_location":"x","message":"cut"}]})"),
       "the newest version of `main.a` may be a file that cannot be read"},
      {"a name that a folder cannot have", table("a", R"({"name_is_certain":false})"),
       "the folder of `main.a` does not tell the name of its table"},
      {"files that are gone", table("a", R"({"state":"broken","reason":"`y` is missing"})"),
       "files of the newest version of `main.a` are missing"},
  };
  for (const Case& one : cases) {
    INFO(one.name);
    const Planned planned = plan(one.found + "," + table("b"));
    CHECK(planned.undecided == "main.a");
    CHECK(planned.findings == one.finding);
  }
}

TEST_CASE("a choice decides, and has to be one of the versions") {
  CHECK(plan(kFork, {{}, {"file:///w/main/a/metadata/2.json"}}).tables == "file:///w/main/a/metadata/2.json");
  CHECK(plan(kFork, {{}, {"file:///w/main/a/metadata/1.json"}}).tables == "file:///w/main/a/metadata/1.json");
  CHECK(
      plan(kFork, {{}, {"file:///w/main/a/metadata/3.json"}}).findings ==
      "`file:///w/main/a/metadata/3.json` is no version to choose; `floe table register --scan --dry-run` lists them");
  CHECK(plan(table("a", R"({"state":"registered"})"), {{}, {"file:///w/main/a/metadata/1.json"}}).tables.empty());
}

TEST_CASE("a catalog that may be older is decided, and keeps its version when that is chosen") {
  json::object fork = *parse_json_object(kFork);
  fork["state"] = "behind";
  const std::string found = to_json(fork);
  CHECK(plan(found).undecided == "main.a");
  CHECK(plan(found, {{}, {"file:///w/main/a/metadata/1.json"}}).tables == "file:///w/main/a/metadata/1.json");
  CHECK(plan(found, {{}, {"file:///w/main/a/metadata/2.json"}}).tables == "file:///w/main/a/metadata/2.json");
}

TEST_CASE("patterns that match nothing are an error") {
  CHECK(plan(table("a"), {{"main.b", "x"}, {}}).findings ==
        "no table or view of the warehouse matches `--only main.b`, `--only x`; `floe table register --scan --dry-run` "
        "lists them");
}

TEST_CASE("patterns leave out what does not match, also what would have to be decided") {
  const Planned planned =
      plan(kFork + "," + table("b"), {{"main.b*", "x.*"}, {}}, R"({"metadata_location":"z","message":"cut"})");
  CHECK(planned.tables == "file:///w/main/b/metadata/1.json");
  CHECK(planned.findings.empty());
}

TEST_CASE("a folder of which nothing can be read may hold a table") {
  const std::string near = R"({"metadata_location":"file:///w/main/a/metadata/0.json","message":"cut"})";
  const std::string alone = R"({"metadata_location":"file:///w/main/z/metadata/0.json","message":"cut"})";
  CHECK(plan(table("a"), {}, near).findings.empty());
  CHECK(plan(table("a"), {}, near + "," + alone).findings ==
        "`file:///w/main/z/metadata/0.json` cannot be read, so its table is unknown");
}
