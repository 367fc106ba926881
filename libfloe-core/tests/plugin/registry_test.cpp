#include "plugin/registry.hpp"

#include "floe_test.hpp"

#include "base/json/json.hpp"

#include <map>

namespace floe {
namespace {

class FixedEnvironment final : public io::Environment {
 public:
  [[nodiscard]] std::optional<std::string> get(const std::string& name) const override {
    const auto found = values.find(name);
    return found == values.end() ? std::nullopt : std::optional(found->second);
  }

  std::map<std::string, std::string> values;
};

// A disk with plugin roots and nothing else.
class Roots {
 public:
  Roots() {
    options.library_directory = "/opt/floe/lib";
    options.elevated = false;
    FLOE_REQUIRE_OK(files->create_directories("/opt/floe/lib"));
  }

  void add(const std::string& root, const std::string& group, const std::string& name, const std::string& id,
           const std::string& extra = "") {
    add_text(root, group, name,
             R"({"manifest_version": 1, "id": ")" + id + R"(", "version": "1.0.0", "vendor": "v", "abi": {"major": 1},
"group": ")" + group +
                 R"(", "name": ")" + name + R"(", "interface": "floe.catalog/1")" + extra + R"(, "library": "x.so"})");
  }

  void add_text(const std::string& root, const std::string& group, const std::string& name, const std::string& text) {
    const std::string directory = root + "/" + group + "/" + name;
    FLOE_REQUIRE_OK(files->create_directories(directory));
    FLOE_REQUIRE_OK(files->write_atomic(directory + "/plugin.json", text, io::Durability::kFast));
  }

  Registry discover() { return Registry::discover(options, *files, environment); }

  std::unique_ptr<io::FileSystem> files = io::make_memory_file_system();
  FixedEnvironment environment;
  RegistryOptions options;
};

std::string listing(const Registry& registry) {
  std::string out;
  for (const PluginEntry& entry : registry.entries()) {
    out += entry.directory + " " + std::string(plugin_state_name(entry.state)) +
           (entry.reason.empty() ? "" : ": " + entry.reason) + "\n";
  }
  return out;
}

std::string finding(const Error& error) {
  const std::string* text = error.detail("floe.diagnostics");
  REQUIRE(text != nullptr);
  const auto all = diagnostics_from_json(*text);
  FLOE_REQUIRE_OK(all);
  std::string out;
  for (const Diagnostic& one : *all) {
    out += one.code + " " + one.message + "\n";
    for (const std::string& note : one.notes)
      out += "  note: " + note + "\n";
    for (const std::string& help : one.helps)
      out += "  help: " + help + "\n";
  }
  return out;
}

std::string found(const Registry& registry, const std::string& group, const std::string& name) {
  const auto entry = registry.find(group, name);
  return entry.has_value() ? (*entry)->directory : finding(entry.error());
}

TEST_CASE("roots in order, first wins, sorted, and never the current directory") {
  Roots roots;
  roots.options.roots = {"/given", "relative/dir"};
  roots.environment.values = {{"FLOE_PLUGIN_PATH", "/path/one:.::/path/two:/given"},
                              {"VIRTUAL_ENV", "/venv"},
                              {"CONDA_PREFIX", "/conda"},
                              {"HOME", "/home/ann"}};
  std::string order;
  const Registry registry = roots.discover();
  for (const PluginRoot& root : registry.roots()) {
    order += std::string(plugin_root_kind_name(root.kind)) + " " + root.path + "\n";
  }
  CHECK(order ==
        "option /given\n"
        "environment /path/one\n"
        "environment /path/two\n"
        "prefix /venv/lib/floe/plugins\n"
        "prefix /conda/lib/floe/plugins\n"
        "user /home/ann/.local/share/floe/plugins\n"
        "local /usr/local/lib/floe/plugins\n"
        "beside /opt/floe/lib/floe/plugins\n");
  roots.environment.values["XDG_DATA_HOME"] = "/data";
  CHECK(roots.discover().roots()[5].path == "/data/floe/plugins");
}

TEST_CASE("an elevated process skips what its user controls, safe mode leaves only our own") {
  Roots roots;
  roots.options.roots = {"/given"};
  roots.environment.values = {{"FLOE_PLUGIN_PATH", "/path"}, {"VIRTUAL_ENV", "/venv"}, {"HOME", "/home/ann"}};
  roots.options.elevated = true;
  const Registry elevated = roots.discover();
  REQUIRE(elevated.roots().size() == 2);
  CHECK(elevated.roots()[0].path == "/usr/local/lib/floe/plugins");
  CHECK(elevated.roots()[1].path == "/opt/floe/lib/floe/plugins");
  roots.options.elevated = false;
  roots.environment.values["FLOE_SAFE_MODE"] = "1";
  const Registry safe = roots.discover();
  REQUIRE(safe.roots().size() == 1);
  CHECK(safe.roots()[0].path == "/opt/floe/lib/floe/plugins");
}

TEST_CASE("shadowed, denied and broken plugins are listed with their reason") {
  Roots roots;
  roots.options.roots = {"/one", "/two"};
  roots.add("/one", "floe.catalogs", "rest", "org.example.rest");
  roots.add("/two", "floe.catalogs", "rest", "org.other.rest");
  roots.add("/two", "floe.catalogs", "glue", "org.example.glue");
  roots.add_text("/one", "floe.catalogs", "hive", "{");
  roots.add("/two", "floe.catalogs", "hive", "org.example.hive");
  roots.add("/one", "org.example.games", "chess", "org.example.chess");
  FLOE_REQUIRE_OK(roots.files->create_directories("/one/floe.catalogs/empty"));
  FLOE_REQUIRE_OK(roots.files->create_directories("/one/third-party/x"));
  roots.environment.values = {{"FLOE_PLUGINS_DENY", "*glue, nothing"}};
  const Registry registry = roots.discover();
  CHECK(listing(registry) ==
        "/two/floe.catalogs/glue denied: denied by FLOE_PLUGINS_DENY (`*glue`)\n"
        "/one/floe.catalogs/hive broken: " +
            registry.entries()[1].reason +
            "\n"
            "/two/floe.catalogs/hive shadowed: shadowed by /one/floe.catalogs/hive\n"
            "/one/floe.catalogs/rest usable\n"
            "/two/floe.catalogs/rest shadowed: shadowed by /one/floe.catalogs/rest\n"
            "/one/org.example.games/chess usable\n");
  CHECK(found(registry, "floe.catalogs", "rest") == "/one/floe.catalogs/rest");
  CHECK(found(registry, "floe.catalogs", "rest@org.other.rest") == "/two/floe.catalogs/rest");
  CHECK(found(registry, "floe.catalogs", "rest@org.third") ==
        "FLOE-E0419 plugin `rest@org.third` of `floe.catalogs` is pinned to `org.third`, but the one found is "
        "`org.example.rest`\n");
  CHECK(found(registry, "floe.catalogs", "glue") ==
        "FLOE-E0404 plugin `glue` of `floe.catalogs` is denied by FLOE_PLUGINS_DENY (`*glue`)\n");
  CHECK(found(registry, "floe.catalogs", "hive").starts_with("FLOE-E0402 "));
  CHECK(found(registry, "floe.catalogs", "rset") ==
        "FLOE-E0401 plugin `rset` of `floe.catalogs` is not installed\n"
        "  note: installed are `rest`\n"
        "  note: looked in /one/floe.catalogs\n"
        "  note: looked in /two/floe.catalogs\n"
        "  note: looked in /usr/local/lib/floe/plugins/floe.catalogs (no such directory)\n"
        "  note: looked in /opt/floe/lib/floe/plugins/floe.catalogs (no such directory)\n"
        "  help: a plugin with a similar name is installed: `rest`\n");
  roots.environment.values = {{"FLOE_PLUGINS_ALLOW", "org.other.*"}};
  CHECK(found(roots.discover(), "org.example.games", "chess") ==
        "FLOE-E0404 plugin `chess` of `org.example.games` is not in FLOE_PLUGINS_ALLOW\n");
}

TEST_CASE("an id of floe's own plugins is a warning, except of these") {
  Roots roots;
  roots.options.roots = {"/one"};
  const std::string own = "/opt/floe/lib/floe/plugins";
  roots.add(own, "floe.catalogs", "rest", "io.floe.rest");
  roots.add("/one", "floe.catalogs", "glue", "io.floe.glue");
  roots.add("/one", "floe.catalogs", "hive", "io.floetta.hive");
  const Registry registry = roots.discover();
  CHECK(listing(registry) ==
        "/one/floe.catalogs/glue usable: `io.floe.glue` is an id of floe's own plugins, and this plugin is none of "
        "them\n"
        "/one/floe.catalogs/hive usable\n" +
            own + "/floe.catalogs/rest usable\n");
  CHECK(registry.entries()[0].diagnostics.front().code == "FLOE-W1405");
}

TEST_CASE("aliases resolve in their group, names before aliases") {
  Roots roots;
  roots.options.roots = {"/one"};
  roots.add("/one", "floe.catalogs", "rest", "org.example.rest", R"(, "aliases": ["http", "polaris"])");
  roots.add("/one", "floe.catalogs", "polaris", "org.example.polaris");
  const Registry registry = roots.discover();
  CHECK(registry.canonical_name("floe.catalogs", "http") == "rest");
  CHECK(registry.canonical_name("floe.catalogs", "polaris") == "polaris");
  CHECK(registry.canonical_name("floe.storage", "http") == "http");
  CHECK(found(registry, "floe.catalogs", "http@org.example.rest") == "/one/floe.catalogs/rest");
  CHECK(registry.names("floe.catalogs") == std::vector<std::string>{"polaris", "rest"});
}

TEST_CASE("every mistake of a manifest is told in one pass") {
  Roots roots;
  roots.options.roots = {"/one"};
  roots.add_text("/one", "floe.catalogs", "rest",
                 R"({"manifest_version": 1, "id": "Rest!", "version": "1", "vendor": "", "abi": {"major": "x"},
"group": "floe.storage", "name": "other", "interface": "catalog", "capabilities": "views", "isolation": "jail",
"library": {"linux-x86_64": "/abs/x.so"}, "colour": "red"})");
  const auto entry = roots.discover().find("floe.catalogs", "rest");
  REQUIRE_FALSE(entry.has_value());
  CHECK(finding(entry.error()) ==
        "FLOE-E0402 `abi.major` must be an integer from 0 to 65535\n"
        "FLOE-E0402 `capabilities` must be a list of texts\n"
        "FLOE-E0402 `group` is `floe.storage`, but the directory is in `floe.catalogs`\n"
        "FLOE-E0402 `id` is `Rest!`; accepted are up to 100 of a-z, 0-9, `.`, `-` and `_`\n"
        "FLOE-E0402 `interface` is `catalog`; accepted is a name, `/` and a number\n"
        "FLOE-E0402 `isolation` is `jail`; accepted are `in-process`, `worker`\n"
        "FLOE-E0402 `library` is the absolute path `/abs/x.so`; it must be relative to the directory of plugin.json\n"
        "FLOE-E0402 `name` is `other`, but the directory is `rest`\n"
        "FLOE-E0402 `vendor` must be a text that is not empty\n"
        "FLOE-E0402 `version` is `1`; accepted is MAJOR.MINOR.PATCH\n");

  struct Case {
    const char* text;
    const char* finding;
  };

  for (const Case& one :
       {Case{R"({"manifest_version": 2})",
             "FLOE-E0402 the manifest has version 2; this floe reads version 1: a newer floe is needed\n"},
        Case{"{}", "FLOE-E0402 `manifest_version` must be 1\n"},
        Case{R"({"manifest_version": 1, "id": "a", "version": "1.0.0", "vendor": "v", "abi": {"major": 2, "major": 1},
"group": "floe.catalogs", "name": "rest", "interface": "floe.catalog/1", "library": "x.so", "library": "y.so"})",
             "FLOE-E0402 duplicate key `library`\n"
             "FLOE-E0402 duplicate key `major`\n"}}) {
    roots.add_text("/one", "floe.catalogs", "rest", one.text);
    CHECK(found(roots.discover(), "floe.catalogs", "rest") == one.finding);
  }
}

TEST_CASE("services that no floe has are warnings") {
  Roots roots;
  roots.options.roots = {"/one"};
  roots.add("/one", "floe.catalogs", "rest", "org.example.rest",
            R"(, "services": ["floe.host.http/1", "floe.host.kv/1", "floe.host.secrets/1",
"floe.host.tmpdir/1", "floe.host.trace/1", "floe.host.warehouse/1", "floe.host.htpp/1", "x"])");
  const auto registry = roots.discover();
  std::string said;
  for (const Diagnostic& one : registry.entries().front().diagnostics) {
    said += one.code + " " + one.message + (one.helps.empty() ? "" : "; " + one.helps.front()) + "\n";
  }
  CHECK(said ==
        "FLOE-W1404 this floe has no host service `floe.host.htpp/1`; write `floe.host.http/1`\n"
        "FLOE-W1404 this floe has no host service `x`\n");
}

TEST_CASE("a plugin without a library for this machine says which it has") {
  Roots roots;
  roots.options.roots = {"/one"};
  roots.add_text("/one", "floe.catalogs", "rest",
                 R"({"manifest_version": 1, "id": "a.b", "version": "1.0.0", "vendor": "v", "abi": {"major": 1},
"group": "floe.catalogs", "name": "rest", "interface": "floe.catalog/1", "library": {"plan9-mips": "x.so"}})");
  CHECK(found(roots.discover(), "floe.catalogs", "rest") ==
        "FLOE-E0406 the plugin has no library for `" + std::string(plugin_platform()) + "`, only for `plan9-mips`\n");
}

TEST_CASE("list, show and why as JSON") {
  Roots roots;
  roots.options.roots = {"/one", "/two"};
  roots.add("/one", "floe.catalogs", "rest", "org.example.rest",
            R"(, "description": "REST", "services": ["floe.host.http/1"])");
  roots.add("/two", "floe.catalogs", "rest", "org.other.rest");
  const Registry registry = roots.discover();
  const auto list = parse_json_object(registry.list_json());
  FLOE_REQUIRE_OK(list);
  CHECK(list->at("roots").as_array().size() == 4);
  CHECK(
      to_json(list->at("plugins").as_array().at(0)) ==
      R"({"group":"floe.catalogs","name":"rest","id":"org.example.rest","version":"1.0.0","vendor":"v",)"
      R"("interface":"floe.catalog/1","interface_status":"called","aliases":[],"capabilities":[],"description":"REST","state":"usable",)"
      R"("reason":null,"path":"/one/floe.catalogs/rest","root":"/one"})");
  const auto show = registry.show_json("rest");
  FLOE_REQUIRE_OK(show);
  const auto shown = parse_json_object(*show);
  CHECK(to_json(shown->at("services")) == R"(["floe.host.http/1"])");
  CHECK(to_json(shown->at("library")) == R"("/one/floe.catalogs/rest/x.so")");
  CHECK(to_json(shown->at("abi")) == R"({"major":1,"min_host_minor":0})");
  CHECK(finding(registry.show_json("nothing").error()).starts_with("FLOE-E0401 plugin `nothing` is not installed\n"));
  CHECK(registry.show_json("org.example.rest").value_or("") == *show);
  const auto why_id = parse_json_object(registry.why_json("org.example.rest"));
  CHECK(to_json(why_id->at("chosen")) == R"("/one/floe.catalogs/rest")");
  CHECK(why_id->at("candidates").as_array().size() == 1);
  const auto why = parse_json_object(registry.why_json("floe.catalogs/rest"));
  CHECK(to_json(why->at("chosen")) == R"("/one/floe.catalogs/rest")");
  CHECK(why->at("candidates").as_array().size() == 2);
  const auto pinned = parse_json_object(registry.why_json("rest@org.other.rest"));
  CHECK(to_json(pinned->at("chosen")) == R"("/two/floe.catalogs/rest")");
}

TEST_CASE("two plugins of one id are both refused; several interfaces of one plugin are not") {
  struct Case {
    std::string group, name, version, library;
    bool is_refused;
  };

  const std::vector<Case> cases{{"floe.catalogs", "b", "1.0.0", "bytes", false},
                                {"floe.catalogs", "b", "1.0.0", "others", true},
                                {"floe.storage", "a", "1.0.0", "bytes", false},
                                {"floe.storage", "a", "2.0.0", "bytes", true},
                                {"floe.storage", "b", "1.0.0", "others", true}};
  for (const Case& one : cases) {
    Roots roots;
    roots.options.roots = {"/r"};
    roots.add("/r", "floe.catalogs", "a", "org.a");
    roots.add_text("/r", one.group, one.name,
                   R"({"manifest_version": 1, "id": "org.a", "version": ")" + one.version +
                       R"(", "vendor": "v", "abi": {"major": 1}, "group": ")" + one.group + R"(", "name": ")" +
                       one.name + R"(", "interface": "floe.catalog/1", "library": "x.so"})");
    const std::string other = "/r/" + one.group + "/" + one.name;
    FLOE_REQUIRE_OK(roots.files->write_atomic("/r/floe.catalogs/a/x.so", "bytes", io::Durability::kFast));
    FLOE_REQUIRE_OK(roots.files->write_atomic(other + "/x.so", one.library, io::Durability::kFast));
    const std::string end = one.is_refused
                                ? " broken: two plugins have the id `org.a`: `/r/floe.catalogs/a` and `" + other + "`\n"
                                : " usable\n";
    CHECK(listing(roots.discover()) == "/r/floe.catalogs/a" + end + other + end);
    roots.environment.values["FLOE_PLUGINS_DENY"] = one.group + "/" + one.name;
    CHECK(roots.discover().find("floe.catalogs", "a").has_value());
  }
}

TEST_CASE("reading plugin.json is bounded, and only regular files are read") {
  Roots roots;
  roots.options.roots = {"/r"};
  roots.add_text("/r", "floe.catalogs", "large", std::string(65 * 1024, ' '));
  FLOE_REQUIRE_OK(roots.files->create_directories("/r/floe.catalogs/folder/plugin.json"));
  CHECK(listing(roots.discover()) ==
        "/r/floe.catalogs/folder broken: plugin.json cannot be read: it is not a regular file\n"
        "/r/floe.catalogs/large broken: plugin.json cannot be read: it is larger than 64 KiB\n");
}

TEST_CASE("names of plugins follow the rule of ids") {
  for (const std::string name : {"\x1b[31mred", "-flag", "a b", "a@b", "\xd0\xb5nv", "Upper"}) {
    Roots roots;
    roots.options.roots = {"/r"};
    roots.add("/r", "floe.catalogs", name, "org.a", R"(, "description": "d")");
    const auto entries = roots.discover().entries();
    REQUIRE(entries.size() == 1);
    CHECK(entries[0].state == PluginState::kBroken);
  }
}

}  // namespace
}  // namespace floe
