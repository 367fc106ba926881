#include "answer_of.hpp"

#include <vector>

namespace floe::run {
namespace {

TEST_CASE("a verb has a name of its own, schemas, and a summary") {
  std::vector<std::string> names;
  for (const Verb& verb : verbs()) {
    INFO(verb.name);
    CHECK(find_verb(verb.name) == &verb);
    CHECK(!verb.summary.empty());
    const auto answer = parse_json_object(verb.answer);
    REQUIRE(answer.has_value());
    CHECK(get_string_or(*answer, "type", "") == "object");
    std::vector<std::string> keys;
    for (const Argument& argument : verb.request.all()) {
      CHECK(std::find(keys.begin(), keys.end(), argument.key) == keys.end());
      keys.push_back(argument.key);
    }
  }
  CHECK(find_verb("build") == find_verb("run"));
  CHECK(find_verb("dbt list") == find_verb("dbt ls"));
  CHECK(find_verb("list") == nullptr);
}

TEST_CASE("groups that are like another one have its verbs with their scope") {
  const Verb* diff = find_verb("domain diff");
  REQUIRE(diff != nullptr);
  CHECK(to_json(diff->preset) == R"({"scope":"domain"})");
  CHECK(to_json(diff->request.schema()) == to_json(find_verb("platform diff")->request.schema()));
}

TEST_CASE("an unknown verb says which was probably meant") {
  CHECK(unknown_verb("platfrom diff").message == "there is no verb `platfrom diff`; did you mean `platform diff`?");
  CHECK(unknown_verb("zzzzzzzz").message == "there is no verb `zzzzzzzz`");
}

TEST_CASE("tables that cannot be read or compared are marked") {
  CHECK(answer_of("table list",
                  R"({"tables":[{"identifier":"main.a","readable":true,"format_version":2,"current_snapshot_id":7,)"
                  R"("location":"file:///w/main/a"},{"identifier":"main.b","readable":false,"format_version":null,)"
                  R"("current_snapshot_id":null,"location":null}]})") ==
        "table   format  snapshot  location\n"
        "──────  ──────  ────────  ────────────────\n"
        "main.a       2         7  file:///w/main/a\n"
        "main.b                    (cannot be read)\n");
  CHECK(answer_of("table verify",
                  R"({"tables":[{"identifier":"main.a","files":3,"without_digest":2,"bytes":5,"damaged":[{}]}]})") ==
        "table   files  no digest  bytes  damaged\n"
        "──────  ─────  ─────────  ─────  ───────\n"
        "main.a      3          2      5        1\n"
        "2 files of other writers could not be compared: only size and structure are checked (-v names them)\n");
}

TEST_CASE("plugin answers are text for people") {
  CHECK(answer_of("plugin list",
                  R"({"plugins":[{"group":"floe.storage","name":"local","version":"0.1.0",)"
                  R"("interface":"floe.storage/1","state":"shadowed","reason":"by /a","description":"Files"}]})") ==
        "group         name   version  interface       state            description\n"
        "────────────  ─────  ───────  ──────────────  ───────────────  ───────────\n"
        "floe.storage  local  0.1.0    floe.storage/1  shadowed: by /a  Files\n");
  CHECK(answer_of("plugin show",
                  R"({"group":"floe.storage","name":"local","version":"0.1.0","id":"io.x","state":"usable",)"
                  R"("reason":null,"aliases":["file","disk"],"capabilities":[],"description":"Files"})") ==
        "floe.storage/local 0.1.0\n"
        "                Files\n"
        "  id            io.x\n"
        "  state         usable\n"
        "  aliases       file, disk\n");
  CHECK(answer_of("plugin why",
                  R"({"query":"local","roots":[{"path":"/a","kind":"user","exists":false},)"
                  R"({"path":"/b","kind":"beside","exists":true}],"candidates":[{"path":"/b/floe.storage/local",)"
                  R"("state":"usable","reason":null}],"chosen":"/b/floe.storage/local"})") ==
        "Directories, in the order they are looked at:\n"
        "  /a  (user, not there)\n"
        "  /b  (beside)\n"
        "Plugins named `local`:\n"
        "  /b/floe.storage/local  (usable)\n"
        "Chosen: /b/floe.storage/local\n");
  CHECK(answer_of("plugin why", R"({"query":"x","roots":[],"candidates":[],"chosen":null})") ==
        "Directories, in the order they are looked at:\n"
        "No plugin is named `x`; `floe plugin list` shows those there are.\n");
}

TEST_CASE("what was asked for is no summary: -q prints it") {
  constexpr const char* kLines = R"({"lines":["a","b"],"success":true})";

  struct Row {
    const char* verb;
    const char* json;
    bool is_answer;
  };

  const std::vector<Row> rows = {
      {"dbt ls", kLines, true},
      {"dbt compile", kLines, true},
      {"dbt parse", R"({"manifest_path":"m.json"})", false},
      {"dbt show", R"({"columns":[{"name":"c","type":"int"}],"rows":[{"c":1}],"truncated":false})", true},
      {"show", R"({"columns":[{"name":"c","type":"int"}],"rows":[{"c":1}],"truncated":false})", true},
      {"schema", R"({"type":"object"})", true},
      {"run", R"({"run_id":"r","results":[],"success":true})", false},
      {"test", R"({"run_id":"r","results":[],"success":true})", false},
      {"ingest", R"({"run_id":"r","results":[],"success":true})", false},
      {"init", R"({"files":["floe.yaml"],"directory":"/x"})", false},
      {"plugin new", R"({"files":["plugin.json"],"directory":"/x"})", false},
      {"docs build", R"({"path":"index.html"})", false},
      {"product register", R"({"product":"shop","success":true})", false},
  };
  for (const Row& row : rows) {
    INFO(row.verb);
    CHECK(answer_of(row.verb, row.json).empty() != row.is_answer);
    CHECK(summary_of(row.verb, row.json).empty() == row.is_answer);
  }
}

TEST_CASE("no text of an answer reaches a terminal as it is") {
  CHECK(answer_of("show", R"({"columns":[{"name":"i\u001bd","type":"string"}],"rows":[{"i\u001bd":"\u001b[2J"}]})") ==
        "i\u241bd\n────\n\u241b[2J\n(1 row)\n");
  CHECK(answer_of("dbt ls", R"({"lines":["shop.\u001b]0;x\u0007","select 1\n\tfrom a"]})") ==
        "shop.\u241b]0;x\u2407\nselect 1\n\tfrom a\n");
  // JSON as the answer stays what it is.
  CHECK(answer_of("plugin call", R"({"a":"\u001b"})") == "{\n  \"a\": \"\\u001b\"\n}\n");
}

}  // namespace
}  // namespace floe::run
