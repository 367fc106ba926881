#include "scaffold/plugin_files.hpp"

#include "floe_test.hpp"

#include "base/text/text.hpp"

#include <algorithm>

namespace floe::scaffold {
namespace {

// `@NAME@` and its like.
bool has_place(const std::string& text) {
  const auto parts = text::split(text, '@');
  return std::any_of(parts.begin(), parts.end(), [](std::string_view part) {
    return !part.empty() && part.find_first_not_of("ABCDEFGHIJKLMNOPQRSTUVWXYZ_") == std::string_view::npos;
  });
}

std::string paths(const std::vector<File>& files) {
  std::string all;
  for (const File& file : files)
    all += file.path + " ";
  return all;
}

TEST_CASE("every place of a template is filled, in every language and for every interface") {
  CHECK(has_place("a @NAME@ b"));
  for (const conformance::InterfaceSpec& interface : conformance::Specification::get().interfaces()) {
    for (const Language language : {Language::kC, Language::kCpp, Language::kRust, Language::kPython}) {
      for (const File& file : make_files({language, &interface, "my-plugin"})) {
        CAPTURE(interface.id, file.path);
        CHECK_FALSE(has_place(file.content));
      }
    }
  }
}

TEST_CASE("what a language's plugin consists of") {
  const auto* secrets = conformance::Specification::get().find_interface("floe.secrets/1");
  const auto of = [&](Language language) { return paths(make_files({language, secrets, "vault"})); };
  CHECK(of(Language::kC) == "plugin.json config.schema.json Makefile plugin.c ");
  CHECK(of(Language::kCpp) == "plugin.json config.schema.json Makefile plugin.cpp ");
  CHECK(of(Language::kRust) == "plugin.json config.schema.json Makefile Cargo.toml src/lib.rs src/json.rs ");
  CHECK(of(Language::kPython) == "plugin.json config.schema.json Makefile plugin.py README.md ");
}

TEST_CASE("a class of Python is no word of the language") {
  const auto* secrets = conformance::Specification::get().find_interface("floe.secrets/1");
  for (const char* name : {"none", "true", "false"}) {
    const std::vector<File> files = make_files({Language::kPython, secrets, name});
    const auto plugin =
        std::find_if(files.begin(), files.end(), [](const File& file) { return file.path == "plugin.py"; });
    REQUIRE(plugin != files.end());
    CHECK(plugin->content.find("Plugin(SecretsPlugin)") != std::string::npos);
  }
}

}  // namespace
}  // namespace floe::scaffold
