#include "compile/plugin_lock.hpp"

#include "floe_test.hpp"

namespace floe::compile {
namespace {

LockedPlugin plugin(const std::string& name, const std::string& version, const std::string& sum,
                    const std::string& platform = "linux-x86_64") {
  return {"floe.catalogs", name, "org.example." + name, version, {{platform, sum}}};
}

std::string drift(const std::vector<LockedPlugin>& locked, const std::vector<LockedPlugin>& installed) {
  DiagnosticSink sink;
  report_drift(locked, installed, "linux-x86_64", sink);
  std::string out;
  for (const Diagnostic& one : sink.sorted())
    out += one.code + " " + one.message + "\n";
  return out;
}

TEST_CASE("a lock is text with one plugin per line, and reads back") {
  const std::vector<LockedPlugin> plugins{plugin("b", "2.0.0", "bb"), plugin("a", "1.0.0", "aa")};
  const std::string text = lock_text(plugins);
  CHECK(text == R"({
  "version": 1,
  "plugins": [
    {"group":"floe.catalogs","name":"a","id":"org.example.a","version":"1.0.0","sha256":{"linux-x86_64":"aa"}},
    {"group":"floe.catalogs","name":"b","id":"org.example.b","version":"2.0.0","sha256":{"linux-x86_64":"bb"}}
  ]
}
)");
  const auto read = read_lock(text);
  FLOE_REQUIRE_OK(read);
  CHECK(lock_text(*read) == text);
  CHECK(lock_text({}) == "{\n  \"version\": 1,\n  \"plugins\": []\n}\n");
}

TEST_CASE("what is no lock is refused") {
  CHECK(read_lock("[]").error().message.find("object") != std::string::npos);
  CHECK(read_lock(R"({"version":2,"plugins":[]})").error().message == "`version` must be 1; a newer floe wrote it");
  CHECK(read_lock(R"({"version":1,"plugins":[1]})").error().message == "an item of `plugins` is no object");
  CHECK(read_lock(R"({"version":1,"plugins":[{"group":"g"}]})").error().message == "key `name` is missing");
}

TEST_CASE("a drift names both sides") {
  CHECK(drift({plugin("a", "1.0.0", "aa")}, {plugin("a", "1.0.0", "aa")}).empty());
  CHECK(
      drift({plugin("a", "1.0.0", "aa"), plugin("gone", "1.0.0", "11")},
            {plugin("a", "1.0.0", "ab"), plugin("new", "3.0.0", "33")}) ==
      "FLOE-E0433 plugin `floe.catalogs/a`: floe.lock has `org.example.a` 1.0.0 (sha256 aa), in use is `org.example.a` "
      "1.0.0 (sha256 ab)\n"
      "FLOE-E0433 plugin `floe.catalogs/gone`: floe.lock has `org.example.gone` 1.0.0 (sha256 11), in use is none\n"
      "FLOE-E0433 plugin `floe.catalogs/new`: floe.lock has none, in use is `org.example.new` 3.0.0 (sha256 33)\n");
  CHECK_FALSE(drift({plugin("a", "1.0.0", "aa")}, {plugin("a", "1.0.1", "aa")}).empty());
}

TEST_CASE("a lock keeps the sums of other platforms for the same version, and compares only this one") {
  const std::vector<LockedPlugin> locked{plugin("a", "1.0.0", "arm", "linux-aarch64")};
  CHECK(drift(locked, {plugin("a", "1.0.0", "aa")}).empty());
  const auto both = with_other_platforms({plugin("a", "1.0.0", "aa")}, locked);
  CHECK(both[0].sha256 == std::map<std::string, std::string>{{"linux-aarch64", "arm"}, {"linux-x86_64", "aa"}});
  const auto newer = with_other_platforms({plugin("a", "1.1.0", "aa")}, locked);
  CHECK(newer[0].sha256 == std::map<std::string, std::string>{{"linux-x86_64", "aa"}});
}

}  // namespace
}  // namespace floe::compile
