// The shop project against the manifest dbt-core 1.12.6 with dbt-duckdb 1.11.1 made of it
// (tests/data/shop_manifest.json; tests/peers/dbt_parse compares live).
#include "artifact/artifact.hpp"
#include "floe_test.hpp"
#include "parse/parse.hpp"

#include "base/json/json.hpp"

#include <boost/json.hpp>

#include <algorithm>
#include <fstream>
#include <set>
#include <sstream>

namespace {

namespace json = boost::json;

std::string read(const std::string& path) {
  std::ifstream file(path, std::ios::binary);
  std::stringstream text;
  text << file.rdbuf();
  return text.str();
}

// Lists dbt fills from Python sets.
bool is_unordered(const std::string& path) { return path.ends_with("/tags") || path.ends_with("/sources"); }

void sort_texts(json::array* items) {
  std::sort(items->begin(), items->end(), [](const json::value& left, const json::value& right) {
    return floe::to_canonical_json(left) < floe::to_canonical_json(right);
  });
}

void compare(const std::string& path, json::value ours, json::value theirs, std::vector<std::string>* differences) {
  if (ours.is_object() && theirs.is_object()) {
    std::set<std::string> keys;
    for (const auto& member : ours.as_object())
      keys.emplace(member.key());
    for (const auto& member : theirs.as_object())
      keys.emplace(member.key());
    for (const std::string& key : keys) {
      if (key == "created_at" || key == "root_path") continue;
      const json::value* left = ours.as_object().if_contains(key);
      const json::value* right = theirs.as_object().if_contains(key);
      if (left == nullptr || right == nullptr) {
        differences->push_back(path + "/" + key + (left == nullptr ? " is missing" : " is too much"));
      } else {
        compare(path + "/" + key, *left, *right, differences);
      }
    }
    return;
  }
  if (path.starts_with("/disabled/") && ours.is_array() && theirs.is_array() &&
      ours.as_array().size() == theirs.as_array().size()) {
    for (std::size_t i = 0; i < ours.as_array().size(); ++i)
      compare(path + "/" + std::to_string(i), ours.as_array()[i], theirs.as_array()[i], differences);
    if (path.find('/', 10) == std::string::npos) return;
  }
  if (ours.is_array() && theirs.is_array() && is_unordered(path)) {
    sort_texts(&ours.as_array());
    sort_texts(&theirs.as_array());
  }
  const std::string left = floe::to_canonical_json(ours);
  const std::string right = floe::to_canonical_json(theirs);
  if (left != right) differences->push_back(path + "\n  ours   " + left + "\n  theirs " + right);
}

void drop_builtin(json::object* items) {
  std::vector<std::string> builtin;
  for (const auto& item : *items) {
    const auto package = floe::get_string_or(item.value().as_object(), "package_name", "");
    if (package == "dbt" || package == "dbt_duckdb") builtin.emplace_back(item.key());
  }
  for (const std::string& key : builtin)
    items->erase(key);
}

}  // namespace

TEST_CASE("the shop project's manifest equals dbt-core's") {
  auto files = floe::io::make_disk_file_system();
  auto environment = floe::io::make_process_environment();
  auto clock = floe::io::make_system_clock();
  floe::DiagnosticSink sink;
  floe::dbt::ParseOptions options;
  options.workspace.project_dir = std::string(FLOE_TEST_DATA) + "/shop";
  options.workspace.profiles_dir = options.workspace.project_dir;
  auto session = floe::dbt::parse_project(options, *files, *environment, *clock, nullptr, sink);
  REQUIRE(session != nullptr);
  CHECK(sink.error_count() == 0);

  auto ours = floe::parse_json_object(floe::dbt::write_manifest(*session));
  FLOE_REQUIRE_OK(ours);
  auto theirs = floe::parse_json_object(read(std::string(FLOE_TEST_DATA) + "/shop_manifest.json"));
  FLOE_REQUIRE_OK(theirs);
  drop_builtin(&(*ours)["macros"].as_object());
  drop_builtin(&(*ours)["docs"].as_object());
  std::vector<std::string> differences;
  for (const auto& section : *theirs) {
    compare("/" + std::string(section.key()), (*ours)[section.key()], section.value(), &differences);
  }
  for (const std::string& difference : differences)
    FAIL_CHECK(difference);
  CHECK((*ours)["nodes"].as_object().size() == 40);
}
