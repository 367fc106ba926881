// floe_python_bridge, the one exported function: opens a plugin that is written in Python. The Python side is
// bindings/python/floe/bridge.py, which lies in lib/floe/python of the installation.
#include "interpreter.hpp"

#include "base/bridge/python_bridge.hpp"
#include "base/fail.hpp"
#include "base/io/file_system.hpp"
#include "base/json/json.hpp"
#include "base/json/schema.hpp"

#include <dlfcn.h>
#include <utility>

namespace floe::python {
namespace {

// A program in Python that uses floe has the package already; else it is the one that came with this library.
constexpr const char* kSource = R"(
try:
    import sys
    if "floe" not in sys.modules and package not in sys.path:
        sys.path.insert(0, package)
    if virtualenv:
        import site
        before = list(sys.path)
        site.addsitedir("%s/lib/python%d.%d/site-packages" % (virtualenv, *sys.version_info[:2]))
        sys.path[1:] = [path for path in sys.path if path not in before] + before[1:]
    import floe.bridge
    if source:
        answer = floe.bridge.check_source(source)
    else:
        answer = floe.bridge.open_plugin(manifest, check_config, confirm, bool(is_own))
except BaseException as error:
    answer = "%s: %s" % (type(error).__name__, error)
)";

// Is in this library, wherever it lies.
const int kAnchor = 0;

std::string package_folder() {
  Dl_info info{};
  if (::dladdr(&kAnchor, &info) == 0) return {};
  return io::join_path(io::parent_path(info.dli_fname), "python");
}

// [{"path", "message"}]: what a configuration has against its schema. NULL when the schema is none. The text is good
// until the thread's next call.
const char* check_config(const char* schema, const char* config) noexcept {
  thread_local std::string answer;
  try {
    const auto parsed = JsonSchema::parse(schema);
    const auto document = parse_json(config);
    if (!parsed.has_value() || !document.has_value()) return nullptr;
    json::array problems;
    for (const SchemaProblem& problem : parsed->problems(*document))
      problems.push_back(json::object{{"path", dotted_path(problem.path)}, {"message", problem.message}});
    answer = to_json(problems);
    return answer.c_str();
  } catch (...) {
    return nullptr;
  }
}

void read_answer(const std::string& text, OpenAnswer& answer) {
  const auto document = parse_json_object(text);
  if (!document.has_value()) {
    answer.message = text.empty() ? "Python gave no answer" : text;
    return;
  }
  answer.entry = static_cast<std::uintptr_t>(get_int(*document, "entry").value_or(0));
  answer.message = get_string_or(*document, "error", "");
  answer.file = get_string_or(*document, "file", "");
  answer.line = static_cast<std::int32_t>(get_int(*document, "line").value_or(0));
}

void open(const OpenRequest& request, OpenAnswer& answer) {
  if (request.layout != kBridgeLayout) {
    answer.has_python = true;
    answer.message =
        fmt::format("`{}` belongs to another version of floe; install both from one build", kBridgeLibrary);
    return;
  }
  NoPython why;
  const Interpreter* python = the_interpreter(why);
  if (python == nullptr) {
    answer.message = why.message;
    for (std::string& one : why.tried)
      answer.notes.push_back("tried " + std::move(one));
    answer.help =
        "install Python as a shared library (Debian: `apt-get install libpython3.11`), or set FLOE_PYTHON to a "
        "libpython3.*.so, an interpreter or its folder";
    return;
  }
  answer.has_python = true;
  const std::string text = run_source(python->api, kSource,
                                      {{"package", package_folder()},
                                       {"manifest", request.manifest_path},
                                       {"virtualenv", python->virtualenv},
                                       {"source", request.source_path}},
                                      {{"check_config", reinterpret_cast<std::uintptr_t>(&check_config)},
                                       {"confirm", reinterpret_cast<std::uintptr_t>(request.confirm)},
                                       {"is_own", python->is_own ? 1 : 0}});
  read_answer(text, answer);
}

}  // namespace
}  // namespace floe::python

extern "C" __attribute__((visibility("default"))) void floe_python_bridge(const floe::python::OpenRequest& request,
                                                                          floe::python::OpenAnswer& answer) noexcept {
  try {
    floe::python::open(request, answer);
  } catch (const std::exception& error) {
    answer.message = error.what();
  }
}
