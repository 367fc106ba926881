#include "interpreter_search.hpp"

#include "floe_test.hpp"

#include <map>

namespace floe::python {
namespace {

class FixedEnvironment final : public io::Environment {
 public:
  explicit FixedEnvironment(std::map<std::string, std::string> values) : values_(std::move(values)) {}

  [[nodiscard]] std::optional<std::string> get(const std::string& name) const override {
    const auto found = values_.find(name);
    return found == values_.end() ? std::nullopt : std::optional(found->second);
  }

 private:
  std::map<std::string, std::string> values_;
};

const std::vector<std::pair<std::string, std::string>> kFiles{
    {"/usr/bin/python3", ""},
    {"/usr/bin/python3.11", ""},
    {"/usr/lib/x86_64-linux-gnu/libpython3.11.so.1.0", ""},
    {"/usr/lib/aarch64-linux-gnu/libpython3.11.so.1.0", ""},
    {"/usr/lib/python3.11/os.py", ""},
    {"/opt/py/bin/python3.13", ""},
    {"/opt/py/lib/libpython3.13.so.1.0", ""},
    {"/opt/py/lib/libpython3.so", ""},
    {"/opt/py/lib/python3.13/os.py", ""},
    {"/venv/pyvenv.cfg", "home = /opt/py/bin\nversion = 3.13.0\n"},
    {"/venv/bin/python", ""},
    {"/uv/pyvenv.cfg", "home = /static/bin\nimplementation = CPython\nversion_info = 3.12.4.final.0\n"},
};

struct Case {
  std::map<std::string, std::string> variables;
  std::vector<std::string> libraries;
  std::string virtualenv;
  std::string tried;
};

#if defined(__aarch64__)
const std::string kSystem = "/usr/lib/aarch64-linux-gnu/libpython3.11.so.1.0";
#else
const std::string kSystem = "/usr/lib/x86_64-linux-gnu/libpython3.11.so.1.0";
#endif
const std::string kOther = "/opt/py/lib/libpython3.13.so.1.0";
const std::vector<std::string> kByName{"libpython3.14.so.1.0", "libpython3.13.so.1.0", "libpython3.12.so.1.0",
                                       "libpython3.11.so.1.0", "libpython3.10.so.1.0", "libpython3.9.so.1.0"};

TEST_CASE("where Python is looked for") {
  const auto files = io::make_memory_file_system();
  for (const auto& [path, text] : kFiles) {
    FLOE_REQUIRE_OK(files->create_directories(io::parent_path(path)));
    FLOE_REQUIRE_OK(files->write_new(path, text, io::Durability::kFast));
  }
  const std::vector<Case> cases{
      {{}, kByName, "", "the system's loader: `libpython3.14.so.1.0` to `libpython3.9.so.1.0`"},
      {{{"FLOE_PYTHON", "/usr"}, {"VIRTUAL_ENV", "/venv"}}, {kSystem}, "", "FLOE_PYTHON: `/usr`"},
      {{{"FLOE_PYTHON", "/opt/py/bin/python3.13"}}, {kOther}, "", "FLOE_PYTHON: `/opt/py`"},
      {{{"FLOE_PYTHON", "/venv/bin/python"}},
       {kOther, "libpython3.13.so.1.0"},
       "/venv",
       "FLOE_PYTHON: `/venv`, a virtualenv of Python 3.13 in `/opt/py`"},
      {{{"FLOE_PYTHON", "/x/libpython3.12.so.1.0"}},
       {"/x/libpython3.12.so.1.0"},
       "",
       "FLOE_PYTHON: `/x/libpython3.12.so.1.0`"},
      {{{"FLOE_PYTHON", "/nowhere"}}, {}, "", "FLOE_PYTHON: `/nowhere`, which does not exist"},
      {{{"VIRTUAL_ENV", "/venv"}},
       {kOther, "libpython3.13.so.1.0"},
       "/venv",
       "VIRTUAL_ENV: `/venv`, a virtualenv of Python 3.13 in `/opt/py`"},
      {{{"VIRTUAL_ENV", "/uv"}},
       {"libpython3.12.so.1.0"},
       "/uv",
       "VIRTUAL_ENV: `/uv`, a virtualenv of Python 3.12 in `/static`"},
      {{{"CONDA_PREFIX", "/opt/py"}}, {kOther}, "", "CONDA_PREFIX: `/opt/py`"},
      // A shim without a version in its name says nothing.
      {{{"PATH", "/usr/bin"}}, kByName, "", "the system's loader: `libpython3.14.so.1.0` to `libpython3.9.so.1.0`"},
  };
  for (const Case& one : cases) {
    const Search found = find_python(*files, FixedEnvironment(one.variables));
    INFO(one.tried);
    CHECK(found.libraries == one.libraries);
    CHECK(found.virtualenv == one.virtualenv);
    REQUIRE(!found.tried.empty());
    CHECK(found.tried.front() == one.tried);
  }
}

TEST_CASE("the home of a library is above it, where the standard library of its version is") {
  const auto files = io::make_memory_file_system();
  for (const auto& [path, text] : kFiles) {
    FLOE_REQUIRE_OK(files->create_directories(io::parent_path(path)));
    FLOE_REQUIRE_OK(files->write_new(path, text, io::Durability::kFast));
  }
  CHECK(home_of(*files, kSystem, "3.11") == "/usr");
  CHECK(home_of(*files, kOther, "3.13") == "/opt/py");
  CHECK(home_of(*files, kOther, "3.12").empty());
}

}  // namespace
}  // namespace floe::python
