#include "plugin/plugin_files.hpp"

#include "floe_test.hpp"

#include "base/text/text.hpp"

namespace floe {
namespace {

std::unique_ptr<io::FileSystem> folder(const std::vector<std::pair<std::string, std::string>>& content) {
  auto files = io::make_memory_file_system();
  for (const auto& [path, text] : content) {
    FLOE_REQUIRE_OK(files->create_directories(io::parent_path("/plugin/" + path)));
    FLOE_REQUIRE_OK(files->write_new("/plugin/" + path, text, io::Durability::kFast));
  }
  return files;
}

std::string sum_of(io::FileSystem& files, const std::string& runtime = "python") {
  PluginManifest manifest;
  manifest.runtime = runtime;
  const auto sum = plugin_sum(files, manifest, "/plugin", "/plugin/plugin.py");
  return sum.has_value() ? *sum : sum.error().to_string();
}

}  // namespace

TEST_CASE("the sum of a plugin in Python is that of what sha256sum prints for its files") {
  const auto files =
      folder({{"plugin.py", "import a\n"}, {"a/__init__.py", ""}, {"a.txt", "x"}, {"plugin.json", "{}"}});
  const std::string list = text::sha256_hex("x") + "  a.txt\n" + text::sha256_hex("") + "  a/__init__.py\n" +
                           text::sha256_hex("import a\n") + "  plugin.py\n";
  CHECK(sum_of(*files) == text::sha256_hex(list));
  CHECK(sum_of(*files, "native") == text::sha256_hex("import a\n"));
}

TEST_CASE("what changes the sum of a plugin in Python") {
  const std::vector<std::pair<std::string, std::string>> plain = {{"plugin.py", "a"}, {"sub/data.csv", "b"}};
  const std::string before = sum_of(*folder(plain));

  struct Case {
    std::string path;
    bool changes;
  };

  const auto [path, changes] = GENERATE(values<Case>({{"other.py", true},
                                                      {"sub/other.csv", true},
                                                      {".hidden", true},
                                                      {"other.pyc", true},
                                                      {"sub/plugin.json", true},
                                                      {"plugin.json", false},
                                                      {"__pycache__/plugin.cpython-311.pyc", false},
                                                      {"sub/__pycache__/x.pyc", false}}));
  auto content = plain;
  content.emplace_back(path, "c");
  CAPTURE(path);
  CHECK((sum_of(*folder(content)) != before) == changes);
}

TEST_CASE("names that a list of sums cannot hold are refused") {
  CHECK(sum_of(*folder({{"plugin.py", "a"}, {"b\nc", "d"}})) ==
        "the name of the file `b\nc` has a line break or a backslash in it");
}

}  // namespace floe
