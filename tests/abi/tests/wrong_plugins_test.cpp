#include "plugin_box.hpp"

#include <sys/stat.h>

namespace floe::abi_test {
namespace {

struct WrongPlugin {
  const char* probe;
  std::map<std::string, std::string> manifest_changes;
  const char* finding;  // DIR stands for the plugin's directory
  bool at_manifest = false;
};

const std::vector<WrongPlugin> kWrongPlugins{
    {"missing_slot", {}, "FLOE-E0414 `DIR/plugin.so` lacks `describe`, `runtime` of `floe.dbt/1`"},
    {"short_table", {}, "FLOE-E0414 `DIR/plugin.so` lacks `parse`, `runtime` of `floe.dbt/1`"},
    {"wrong_major", {}, "FLOE-E0412 `DIR/plugin.so` is built for ABI major 2; this floe has 1"},
    {"short_descriptor",
     {},
     "FLOE-E0412 the floe_plugin of `DIR/plugin.so` says that it has 8 bytes, fewer than the 48 of its first version"},
    {"newer_draft",
     {},
     "FLOE-E0412 `DIR/plugin.so` is built for ABI 1.1, and `floe.dbt/1` is a draft, which needs exactly 1.0"},
    {"other_id",
     {},
     "FLOE-E0413 the id of the library `DIR/plugin.so` is `org.example.impostor`, but plugin.json says "
     "`org.example.probe`",
     true},
    {"other_version",
     {},
     "FLOE-E0413 the version of the library `DIR/plugin.so` is `9.9.9`, but plugin.json says `1.2.3`",
     true},
    {"good",
     {{"Example Ltd", "Somebody"}},
     "FLOE-E0413 the vendor of the library `DIR/plugin.so` is `Example Ltd`, but plugin.json says `Somebody`",
     true},
    {"other_interface",
     {},
     "FLOE-E0413 the interface of the library `DIR/plugin.so` is ``floe.compute/1` as `probe``, but plugin.json says "
     "`floe.dbt/1 as probe`",
     true},
    {"no_interfaces",
     {},
     "FLOE-E0413 the interface of the library `DIR/plugin.so` is `none`, but plugin.json says `floe.dbt/1 as probe`",
     true},
    {"no_capability",
     {},
     "FLOE-E0413 the list of capabilities of the library `DIR/plugin.so` is ``, but plugin.json says `warehouse`",
     true},
    {"good",
     {{"[\"warehouse\"]", "[\"warehouse\", \"lint\"]"}},
     "FLOE-E0413 the list of capabilities of the library `DIR/plugin.so` is `warehouse`, but plugin.json says `lint, "
     "warehouse`",
     true},
    {"claims_lint",
     {{"[\"warehouse\"]", "[\"warehouse\", \"lint\"]"}},
     "FLOE-E0414 `DIR/plugin.so` claims the capability `lint` of `floe.dbt/1`, but lacks its method `lint`"},
    {"unknown_threads", {}, "FLOE-E0412 `DIR/plugin.so` declares the unknown thread class 7"},
    {"no_entry", {}, "FLOE-E0409 `DIR/plugin.so` does not export `floe_plugin_entry_v1`, so it is no floe plugin"},
    {"entry_fails", {}, "FLOE-E0411 the entry of `DIR/plugin.so` failed: no licence found"},
    {"good",
     {{"\"major\": 1", "\"major\": 2"}},
     "FLOE-E0412 plugin `org.example.probe` is made for ABI 2.0; this floe has 1.0",
     true},
    {"good",
     {{"\"min_host_minor\": 0", "\"min_host_minor\": 7"}},
     "FLOE-E0412 plugin `org.example.probe` is made for ABI 1.7; this floe has 1.0",
     true},
    {"good",
     {{"floe.dbt/1", "floe.dbt/9"}},
     "FLOE-E0413 the interface of the library `DIR/plugin.so` is ``floe.dbt/1` as `probe``, but plugin.json says "
     "`floe.dbt/9 as probe`",
     true},
    {"good",
     {{"\"library\"", "\"isolation\": \"worker\", \"library\""}},
     "FLOE-E0420 plugin `org.example.probe` needs isolation `worker`; this floe runs plugins in process only",
     true},
    {"good",
     {{"\"library\"", "\"sha256\": {\"linux-x86_64\": \"00\", \"linux-aarch64\": \"00\"}, \"library\""}},
     "FLOE-E0418 the sha256 of `DIR/plugin.so` is HASH, but plugin.json says 00"},
};

TEST_CASE("each way of being wrong is one diagnostic with path and reason, and the host lives on") {
  PluginBox sound;
  sound.install_probe("good");
  const auto sound_host = sound.host();
  for (const WrongPlugin& wrong : kWrongPlugins) {
    INFO(wrong.probe << ": " << wrong.finding);
    PluginBox box;
    box.install_probe(wrong.probe, wrong.manifest_changes);
    const auto host = box.host();
    const auto opened = host->open_instance("floe.dbt", "probe", "{}");
    REQUIRE_FALSE(opened.has_value());
    std::string found = replaced(findings(opened.error()), box.directory("probe"), "DIR");
    if (const std::size_t at = found.find(" is ", found.find("sha256")); found.find("sha256") != std::string::npos) {
      found.replace(at + 4, 64, "HASH");
    }
    CHECK(found == wrong.finding);
    CHECK(replaced(place(opened.error()), box.directory("probe"), "DIR") ==
          (wrong.at_manifest ? "DIR/plugin.json" : "DIR/plugin.so"));
    // Again, now that the library is in the process.
    CHECK(findings(host->load("floe.dbt", "probe")) == findings(opened.error()));
    FLOE_CHECK_OK(sound_host->open_instance("floe.dbt", "probe", "{}"));
  }
}

TEST_CASE("a plugin that leaves open what an interface asks it to choose is refused") {
  struct Case {
    const char* group;
    const char* interface;
    const char* capabilities;
    const char* finding;
  };

  for (const Case& one :
       {Case{"floe.quality", "floe.quality/1", "[]",
             "has none of the capabilities `sql`, `external`, of which `floe.quality/1` needs at least one"},
        Case{"floe.catalogs", "floe.catalog/1", R"(["commits_updates", "swaps_pointer"])",
             "has several of the capabilities `commits_updates`, `swaps_pointer`, of which `floe.catalog/1` needs "
             "exactly one"}}) {
    PluginBox box;
    box.install(read_file(probe_path("undecided")),
                PluginBox::manifest("probe", {{"floe.dbt\"", std::string(one.group) + "\""},
                                              {"floe.dbt/1", one.interface},
                                              {"[\"warehouse\"]", one.capabilities}}),
                "probe", one.group);
    CHECK(findings(box.host()->load(one.group, "probe")) ==
          "FLOE-E0414 `" + box.library("probe", one.group) + "` " + one.finding);
  }
}

TEST_CASE("a plugin of two names shares one library, and each keeps its own manifest") {
  PluginBox box;
  box.install_probe("good");
  std::filesystem::create_directories(box.root() + "/lib");
  std::filesystem::rename(box.library("probe"), box.root() + "/lib/probe.so");
  write_file(box.directory("probe") + "/plugin.json",
             PluginBox::manifest(
                 "probe", {{"\"linux-x86_64\": \"plugin.so\", \"linux-aarch64\": \"plugin.so\"",
                            "\"linux-x86_64\": \"../../lib/probe.so\", \"linux-aarch64\": \"../../lib/probe.so\""}}));
  FLOE_CHECK_OK(box.host()->open_instance("floe.dbt", "probe", "{}"));
}

TEST_CASE("a library that anybody may write, or one of its directories, is refused with the command that helps") {
  struct Case {
    const char* path;
    mode_t mode;
    const char* kind;
  };

  for (const Case& one :
       {Case{"", 0777, "directory"}, Case{"/floe.dbt", 0777, "directory"}, Case{"/floe.dbt/probe", 01777, "directory"},
        Case{"/floe.dbt/probe/plugin.so", 0666, "library"}, Case{"/floe.dbt/probe/plugin.json", 0666, "manifest"}}) {
    PluginBox box;
    box.install_probe("good");
    const std::string path = box.root() + one.path;
    INFO(path);
    REQUIRE(::chmod(path.c_str(), one.mode) == 0);
    const auto opened = box.host()->open_instance("floe.dbt", "probe", "{}");
    REQUIRE_FALSE(opened.has_value());
    CHECK(findings(opened.error()) == "FLOE-E0405 the " + std::string(one.kind) + " `" + path +
                                          "` can be written by everybody, so anybody could replace the plugin");
    CHECK(opened.error().code == ErrorCode::kPermission);
    CHECK(place(opened.error()) == path);
    REQUIRE(::chmod(path.c_str(), one.mode & 0755) == 0);
    FLOE_CHECK_OK(box.host()->open_instance("floe.dbt", "probe", "{}"));
  }
}

TEST_CASE("a link that leads out of the plugin root is refused") {
  PluginBox box;
  PluginBox elsewhere;
  box.install_probe("good");
  elsewhere.install_probe("good");
  std::filesystem::remove(box.library("probe"));
  std::filesystem::create_symlink(elsewhere.library("probe"), box.library("probe"));
  const auto opened = box.host()->open_instance("floe.dbt", "probe", "{}");
  CHECK(findings(opened) == "FLOE-E0405 the library `" + elsewhere.library("probe") +
                                "` lies outside its plugin root `" + box.root() + "`");
}

TEST_CASE("a library that is missing, a directory or a pipe is named") {
  PluginBox box;
  box.install_probe("good");
  std::filesystem::remove(box.library("probe"));
  CHECK(findings(box.host()->load("floe.dbt", "probe")) ==
        "FLOE-E0406 the library `" + box.library("probe") + "` does not exist");
  std::filesystem::create_directories(box.library("probe"));
  CHECK(findings(box.host()->load("floe.dbt", "probe")) ==
        "FLOE-E0406 the library `" + box.library("probe") + "` is not a regular file");
  std::filesystem::remove(box.library("probe"));
  REQUIRE(::mkfifo(box.library("probe").c_str(), 0600) == 0);
  CHECK(findings(box.host()->load("floe.dbt", "probe")) ==
        "FLOE-E0406 the library `" + box.library("probe") + "` is not a regular file");
}

TEST_CASE("an undefined symbol is the loader's sentence with our path") {
  PluginBox box;
  box.install_probe("good");
  // The name of a needed function, changed to one that no library has.
  std::string bytes = read_file(box.library("probe"));
  const std::string name("\0pthread_cond_broadcast\0", 24);
  const std::size_t at = bytes.find(name);
  REQUIRE(at != std::string::npos);
  bytes.replace(at + 1, 7, "pthreaX");
  write_file(box.library("probe"), bytes);
  const std::string found = findings(box.host()->load("floe.dbt", "probe"));
  INFO(found);
  CHECK(found.starts_with("FLOE-E0410 the library `" + box.library("probe") + "` cannot be loaded: "));
  CHECK(found.find("pthreaX_cond_broadcast") != std::string::npos);
}

TEST_CASE("a configuration that the schema refuses is told before the library is opened") {
  PluginBox box;
  const std::string schema = R"({"properties":{"size":{"type":"integer"}},"additionalProperties":false})";
  box.install("no library at all",
              PluginBox::manifest("probe", {{"\"library\"", R"("config_schema": "schema.json", "library")"}}));
  write_file(box.directory("probe") + "/schema.json", schema);
  const auto refusal = [&](const std::string& config) {
    return findings(box.host()->open_instance("floe.dbt", "probe", config));
  };
  CHECK(refusal(R"({"size":"big","colour":1})") ==
        "FLOE-E0415 configuration of plugin `probe`, `colour`: unknown key; accepted are `size`\n"
        "FLOE-E0415 configuration of plugin `probe`, `size`: must be a whole number, not a text");
  CHECK(refusal(R"({"size":1})") == "FLOE-E0407 `" + box.library("probe") + "` is damaged: it has only 17 bytes");
  write_file(box.directory("probe") + "/schema.json", "[]");
  CHECK(
      refusal("{}") ==
      "FLOE-E0430 the configuration schema of plugin `org.example.probe` cannot be used: the document is no schema: an "
      "object, true or false");
}

}  // namespace
}  // namespace floe::abi_test
