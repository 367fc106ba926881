// Each broken plugin is caught by exactly the check it is made for, and the right one by none.
#include "conformance/runner.hpp"
#include "floe_test.hpp"

#include <algorithm>
#include <filesystem>
#include <fstream>
#include <sstream>
#include <stdlib.h>
#include <string>
#include <vector>

namespace floe::conformance {
namespace {

const std::string kSchema = R"({"type": "object", "properties": {"size": {"type": "integer"}},
 "additionalProperties": false, "examples": [{"size": 1}]})";

std::string read_file(const std::string& path) {
  std::ifstream file(path, std::ios::binary);
  std::ostringstream text;
  text << file.rdbuf();
  REQUIRE(file.good());
  return text.str();
}

void replace(std::string& text, const std::string& from, const std::string& to) {
  const std::size_t at = text.find(from);
  REQUIRE(at != std::string::npos);
  text.replace(at, from.size(), to);
}

std::string manifest(const std::string& check, const std::string& interface) {
  std::string text = R"({"manifest_version": 1, "id": "org.example.broken", "version": "1.0.0", "vendor": "Example Ltd",
 "license": "Apache-2.0", "abi": {"major": 1}, "name": "broken",
 "group": "GROUP", "interface": "floe.INTERFACE/1", "capabilities": ["CAPABILITY"], "config_schema": "config.schema.json",
 "library": "broken.so"})";
  replace(text, "GROUP", interface == "secrets" ? "floe.secrets" : "floe." + interface + "s");
  replace(text, "INTERFACE", interface);
  if (interface == "sink") replace(text, "\"CAPABILITY\"", "");
  if (interface != "sink") replace(text, "CAPABILITY", interface == "compute" ? "native_iceberg" : "writes");
  if (interface != "compute") replace(text, "\"config_schema\": \"config.schema.json\",", "");
  if (check == "load.choices") replace(text, "\"native_iceberg\"", "");
  if (check == "static.manifest") replace(text, "\"vendor\": \"Example Ltd\",", "");
  if (check == "static.licence") replace(text, "\"license\": \"Apache-2.0\",", "");
  if (check == "static.checksum") replace(text, "{", "{\"sha256\": \"" + std::string(64, '0') + "\", ");
  return text;
}

class PluginFolder {
 public:
  PluginFolder(const std::string& check, const std::string& interface) {
    std::string pattern = (std::filesystem::temp_directory_path() / "floe-broken-XXXXXX").string();
    path_ = ::mkdtemp(pattern.data());
    std::string name = check.empty() ? interface + "_nothing" : check;
    std::replace(name.begin(), name.end(), '.', '_');
    std::string library = read_file(FLOE_BROKEN_PLUGINS "/broken_" + name + ".so");
    if (check == "static.preflight") library.resize(library.size() / 2);
    if (check == "static.c-library") replace(library, "GLIBC_2.", "GLIBC_9.");
    write("broken.so", library);
    write("plugin.json", manifest(check, interface));
    write("config.schema.json", check == "static.config-schema" ? R"({"type": "objekt"})" : kSchema);
  }

  PluginFolder(const PluginFolder&) = delete;
  PluginFolder& operator=(const PluginFolder&) = delete;

  ~PluginFolder() { std::filesystem::remove_all(path_); }

  [[nodiscard]] const std::string& path() const { return path_; }

 private:
  void write(const std::string& name, const std::string& content) const {
    std::ofstream(path_ + "/" + name, std::ios::binary) << content;
  }

  std::string path_;
};

struct Complaints {
  std::vector<std::string> ids;  // of the checks that found something
  std::string text;              // what each of them found
};

Complaints complaints(const std::string& check, const std::string& interface) {
  const PluginFolder folder(check, interface);
  const auto files = io::make_disk_file_system();
  const auto subject = open_subject(*files, folder.path(), "", "");
  FLOE_REQUIRE_OK(subject);
  const auto results = run_checks(*subject, {});
  FLOE_REQUIRE_OK(results);
  Complaints found;
  for (const CheckResult& result : *results) {
    if (result.verdict != Verdict::kFailed && result.verdict != Verdict::kWarned) continue;
    found.ids.push_back(result.check->id);
    for (const Finding& one : result.findings)
      found.text += result.check->id + ": " + one.method + ": " + one.message + "\n";
  }
  return found;
}

// As in CMakeLists.txt.
std::string interface_of(std::string_view check) {
  if (check == "contract.secret" || check == "contract.works") return "secrets";
  return check == "contract.all-rows" ? "sink" : "compute";
}

TEST_CASE("a right plugin passes every check") {
  for (const char* interface : {"compute", "secrets", "sink"}) {
    CAPTURE(interface);
    CHECK(complaints("", interface).text == "");
  }
}

TEST_CASE("a broken plugin fails exactly the check it is made for") {
  for (const CheckSpec& check : Specification::get().checks()) {
    const Complaints found = complaints(check.id, interface_of(check.id));
    CAPTURE(check.id, found.text);
    CHECK(found.ids == std::vector<std::string>{check.id});
  }
}

TEST_CASE("a secret is looked for in the answers of methods that are asked for none") {
  CHECK(complaints("contract.secret-elsewhere", "secrets").text ==
        "contract.secret: pod_environment: the secret is in a log, a span, an error or a result\n");
}

TEST_CASE("a sink reads the rows that it says are delivered") {
  CHECK(complaints("contract.all-rows-unread", "sink").text ==
        "contract.all-rows: write: answers FLOE_OK before the stream is read to its end\n");
}

TEST_CASE("a check that asks nothing of the plugin is refused when it is asked for by name") {
  const PluginFolder folder("", "secrets");
  const auto files = io::make_disk_file_system();
  const auto subject = open_subject(*files, folder.path(), "", "");
  FLOE_REQUIRE_OK(subject);
  CheckOptions options;
  options.only = {"contract.rows"};
  const auto results = run_checks(*subject, options);
  REQUIRE_FALSE(results.has_value());
  CHECK(results.error().message == "the check `contract.rows` asks nothing of a plugin of `floe.secrets/1`");
}

}  // namespace
}  // namespace floe::conformance
