#include "compile/requirements.hpp"

#include "floe_test.hpp"

namespace floe::compile {
namespace {

PluginManifest plugin(const std::string& id, const std::string& interface, std::vector<std::string> needs = {},
                      std::vector<std::string> capabilities = {}) {
  PluginManifest out;
  out.id = id;
  out.interface = interface;
  out.required_interfaces = std::move(needs);
  out.capabilities = std::move(capabilities);
  return out;
}

// Every chosen plugin is on a line of its own; those in `missing` are not installed.
std::string verdict(const std::map<std::string, PluginManifest>& plugins, const std::string& missing = "") {
  std::map<std::string, PluginChoice> choices;
  std::map<std::string, PluginManifest> installed;
  std::int32_t line = 0;
  for (const auto& [category, manifest] : plugins) {
    ++line;
    choices[category] = {manifest.id, "{}", Span{"manifest.yaml", line, 1, line, 2}};
    if (category != missing) installed[category] = manifest;
  }
  DiagnosticSink sink;
  check_requirements(choices, installed, sink);
  std::string out;
  for (const Diagnostic& one : sink.sorted()) {
    out += one.code + " " + one.message;
    for (const Label& label : one.labels)
      out += " " + std::to_string(label.span.line) + (label.primary ? "!" : "");
    out += "\n";
  }
  return out;
}

TEST_CASE("what a plugin requires is there, or the diagnostic names both sides") {
  const auto compute = [](const std::string& need) { return plugin("duck", "floe.compute/1", {need}); };
  const PluginManifest storage = plugin("s3", "floe.storage/1", {}, {"conditional_put", "local_files"});
  CHECK(verdict({{"compute", compute("floe.storage/1")}, {"storage", storage}}).empty());
  CHECK(verdict({{"compute", compute("floe.storage/1#conditional_put")}, {"storage", storage}}).empty());
  CHECK(verdict({{"compute", compute("floe.storage/1")}}) ==
        "FLOE-E0434 compute plugin `duck` needs `floe.storage/1`, and the platform chooses no plugin that has it 1!\n");
  CHECK(verdict({{"compute", compute("org.example.cache/1")}, {"storage", storage}}) ==
        "FLOE-E0434 compute plugin `duck` needs `org.example.cache/1`, and the platform chooses no plugin that has it "
        "1!\n");
  CHECK(verdict({{"compute", compute("floe.storage/2")}, {"storage", storage}}) ==
        "FLOE-E0434 compute plugin `duck` needs `floe.storage/2`, but storage plugin `s3` is `floe.storage/1` 1! 2\n");
  CHECK(verdict({{"compute", compute("floe.storage/1#list_versions")}, {"storage", storage}}) ==
        "FLOE-E0434 compute plugin `duck` needs a storage plugin with the capability `list_versions`, which `s3` does "
        "not "
        "have 1! 2\n");
}

TEST_CASE("a storage plugin has files of this machine, whatever the others need") {
  CHECK(verdict({{"storage", plugin("s3", "floe.storage/1", {}, {"conditional_put"})}}) ==
        "FLOE-E0434 floe reads and writes tables as files of this machine, and storage plugin `s3` has none: it lacks "
        "the capability `local_files` 1!\n");
  CHECK(verdict({{"storage", plugin("disk", "floe.storage/1", {}, {"local_files"})}}).empty());
}

TEST_CASE("about a plugin that is not installed nothing is known") {
  CHECK(verdict({{"compute", plugin("duck", "floe.compute/1", {"floe.storage/9"})},
                 {"storage", plugin("s3", "floe.storage/1")}},
                "storage")
            .empty());
}

TEST_CASE("plugins that need each other in a circle are told once") {
  CHECK(verdict({{"catalog", plugin("cat", "floe.catalog/1", {"floe.storage/1"})},
                 {"compute", plugin("duck", "floe.compute/1", {"floe.catalog/1"})},
                 {"storage", plugin("s3", "floe.storage/1", {"floe.compute/1"}, {"local_files"})}}) ==
        "FLOE-E0434 plugins need each other in a circle: `cat` needs `s3` needs `duck` needs `cat` 1! 2\n");
}

}  // namespace
}  // namespace floe::compile
