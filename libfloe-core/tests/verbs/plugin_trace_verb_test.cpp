#include "floe_test.hpp"
#include "verbs/verb_table.hpp"

#include <cstdlib>
#include <filesystem>

namespace floe::run {
namespace {

std::string explained(const std::string& trace) {
  std::string pattern = (std::filesystem::temp_directory_path() / "floe-trace-XXXXXX").string();
  const std::string directory = ::mkdtemp(pattern.data());
  ContextOptions options;
  options.directory = directory;
  Context context(options);
  FLOE_REQUIRE_OK(context.files().write_atomic(directory + "/t.json", trace, io::Durability::kFast));
  DiagnosticSink sink;
  const auto answer = find_verb("plugin trace")->run(context, json::object{{"file", "t.json"}}, sink);
  std::filesystem::remove_all(directory);
  return answer.has_value() ? answer->json : answer.error().to_string();
}

std::string event(const std::string& method, int thread, int begin, int duration, const std::string& status = "ok") {
  return to_json(json::object{{"name", method},
                              {"cat", "p"},
                              {"ph", "X"},
                              {"ts", begin},
                              {"dur", duration},
                              {"pid", 1},
                              {"tid", thread},
                              {"args", json::object{{"status", status}}}});
}

TEST_CASE("own time is what a call does not spend in calls inside it, on its thread") {
  const std::string text = R"({"traceEvents":[{"ph":"M","name":"process_name"},)" + event("dbt.invoke", 1, 0, 10000) +
                           "," + event("compute.query", 1, 1000, 3000) + "," + event("storage.read", 1, 2000, 500) +
                           "," + event("compute.query", 1, 5000, 1000, "io") + "," +
                           event("compute.query", 2, 0, 2000) + "]}";
  CHECK(
      explained(text) ==
      R"({"file":"t.json","calls":5,"methods":[)"
      R"({"plugin":"p","method":"dbt.invoke","calls":1,"failures":0,"total_ms":10.0,"own_ms":6.0,"longest_ms":10.0},)"
      R"({"plugin":"p","method":"compute.query","calls":3,"failures":1,"total_ms":6.0,"own_ms":5.5,"longest_ms":3.0},)"
      R"({"plugin":"p","method":"storage.read","calls":1,"failures":0,"total_ms":0.5,"own_ms":0.5,"longest_ms":0.5}]})");
}

TEST_CASE("a file that is no trace is refused by name") {
  CHECK(explained("[]").starts_with("`t.json` is no trace of plugin calls: "));
  CHECK(explained("{}") == "`t.json` is no trace of plugin calls: key `traceEvents` is missing");
  CHECK(explained(R"({"traceEvents":[]})") == R"({"file":"t.json","calls":0,"methods":[]})");
}

}  // namespace
}  // namespace floe::run
