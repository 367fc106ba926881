#include "plugin/config_schema.hpp"

#include "floe_test.hpp"

namespace floe {
namespace {

constexpr const char* kSchema = R"({"type":"object","required":["uri"],"additionalProperties":false,
"properties":{"uri":{"type":"string"},"columns":{"items":{"properties":{"size":{"type":"integer"}}}}}})";

// What is said about a configuration, with FLOE codes, one line each.
std::string verdict(const std::string& schema, const std::string& config, const std::string& file = "s.json") {
  const auto files = io::make_memory_file_system();
  FLOE_REQUIRE_OK(files->create_directories("/r/g/p"));
  if (!schema.empty()) FLOE_REQUIRE_OK(files->write_atomic("/r/g/p/s.json", schema, io::Durability::kFast));
  PluginEntry entry;
  entry.directory = "/r/g/p";
  entry.manifest.id = "org.example.box";
  entry.manifest.name = "box";
  entry.manifest.config_schema = file;
  const auto problems = check_config_schema(*files, entry, config);
  std::vector<Diagnostic> found;
  if (problems.has_value()) {
    for (const ConfigProblem& problem : *problems)
      found.push_back(config_diagnostic("box", problem));
  } else {
    const std::string* details = problems.error().detail("floe.diagnostics");
    REQUIRE(details != nullptr);
    found = *diagnostics_from_json(*details);
  }
  std::string out;
  for (const Diagnostic& one : found) {
    out += one.code + " " + (one.address.empty() ? "" : "[" + one.address + "] ") + one.message +
           (one.labels.empty() ? "" : " at " + one.labels.front().span.file) + "\n";
  }
  return out;
}

TEST_CASE("a configuration is checked against the schema beside plugin.json") {
  CHECK(verdict(kSchema, R"({"uri":"x"})").empty());
  CHECK(verdict(kSchema, R"({"url":"x","columns":[{"size":"s3cret"}]})") ==
        "FLOE-E0415 configuration of plugin `box`: `uri` is missing\n"
        "FLOE-E0415 [url] configuration of plugin `box`, `url`: unknown key; accepted are `uri` and `columns`; the "
        "nearest is `uri`\n"
        "FLOE-E0415 [columns[0].size] configuration of plugin `box`, `columns[0].size`: must be a whole number, not a "
        "text\n");
  CHECK(verdict("", R"({"any":1})", "").empty());
}

TEST_CASE("a schema lies inside the plugin's root and is a regular file") {
  CHECK(verdict(kSchema, "{}", "../../../etc/passwd").find("cannot be used: ") != std::string::npos);
  CHECK(verdict(kSchema, "{}", ".") ==
        "FLOE-E0430 the configuration schema of plugin `org.example.box` cannot be used: it is not a regular file at "
        "/r/g/p\n");
}

TEST_CASE("a schema that cannot be used is an error at its file") {
  CHECK(
      verdict("{", "{}") ==
      "FLOE-E0430 the configuration schema of plugin `org.example.box` cannot be used: JSON line 1 column 2: the text "
      "ends too early at /r/g/p/s.json\n");
  CHECK(verdict(R"({"$ref":"https://example.org/x"})", "{}") ==
        "FLOE-E0430 the configuration schema of plugin `org.example.box` cannot be used: `/$ref` refers to another "
        "document: `https://example.org/x` at /r/g/p/s.json\n");
  CHECK(verdict("", "{}").find("cannot be used: ") != std::string::npos);
  CHECK(verdict("\"" + std::string(1024 * 1024, 'x') + "\"", "{}") ==
        "FLOE-E0430 the configuration schema of plugin `org.example.box` cannot be used: it is larger than 1 MiB at "
        "/r/g/p/s.json\n");
}

}  // namespace
}  // namespace floe
