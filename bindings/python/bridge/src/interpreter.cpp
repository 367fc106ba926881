#include "interpreter.hpp"

#include "interpreter_search.hpp"

#include "base/fail.hpp"

#include <clocale>
#include <csignal>
#include <dlfcn.h>
#include <link.h>
#include <mutex>
#include <string_view>
#include <sys/auxv.h>
#include <utility>

namespace floe::python {
namespace {

// The path of a libpython that is loaded, or "".
std::string loaded_libpython() {
  std::string found;
  ::dl_iterate_phdr(
      [](dl_phdr_info* info, std::size_t /*size*/, void* out) {
        const std::string_view path = info->dlpi_name == nullptr ? "" : info->dlpi_name;
        if (path.substr(path.rfind('/') + 1).starts_with("libpython3.")) *static_cast<std::string*>(out) = path;
        return 0;
      },
      &found);
  return found;
}

// The Python of the process, or nullptr. In a program that is a Python its functions are global. In a libpython that
// something has loaded for itself they become so now: extension modules look for them there.
void* python_of_process() {
  if (::dlsym(RTLD_DEFAULT, "Py_IsInitialized") != nullptr) return ::dlopen(nullptr, RTLD_NOW);
  const std::string path = loaded_libpython();
  return path.empty() ? nullptr : ::dlopen(path.c_str(), RTLD_NOW | RTLD_GLOBAL | RTLD_NOLOAD);
}

// Starting Python takes LC_CTYPE from the environment; the locale belongs to the program.
class KeptLocale {
 public:
  KeptLocale() : name_(std::setlocale(LC_CTYPE, nullptr)) {}

  KeptLocale(const KeptLocale&) = delete;
  KeptLocale& operator=(const KeptLocale&) = delete;

  ~KeptLocale() { std::setlocale(LC_CTYPE, name_.c_str()); }

 private:
  std::string name_;
};

volatile std::sig_atomic_t was_interrupted = 0;

// The module `_signal` takes SIGINT when somebody first imports it (subprocess and asyncio do) and nobody has. While
// one of these lives, somebody has: imported now, it leaves the signal to the program for good.
class KeptInterrupt {
 public:
  KeptInterrupt() {
    struct sigaction mine{};
    mine.sa_handler = [](int /*number*/) { was_interrupted = 1; };
    is_kept_ = ::sigaction(SIGINT, &mine, &before_) == 0;
  }

  KeptInterrupt(const KeptInterrupt&) = delete;
  KeptInterrupt& operator=(const KeptInterrupt&) = delete;

  ~KeptInterrupt() {
    if (is_kept_) ::sigaction(SIGINT, &before_, nullptr);
    if (std::exchange(was_interrupted, 0) != 0) static_cast<void>(::raise(SIGINT));
  }

 private:
  struct sigaction before_{};
  bool is_kept_ = false;
};

void start(const Api& api) {
  const KeptLocale locale;
  const std::string version = api.get_version();  // 3.11.2 (main, ...)
  const std::string minor = version.substr(0, version.find('.', version.find('.') + 1));
  Dl_info info{};
  if (api.set_home != nullptr && ::dladdr(reinterpret_cast<void*>(api.is_initialized), &info) != 0) {
    const std::string home = home_of(*io::make_disk_file_system(), info.dli_fname, minor);
    // Never freed: Python keeps the pointer.
    if (!home.empty()) api.set_home(api.decode_locale(home.c_str(), nullptr));
  }
  if (api.utf8_mode != nullptr) *api.utf8_mode = 1;  // open() is UTF-8, whatever the program's locale
  api.initialize(0);
  api.save_thread();  // the GIL is free; every call takes it
  const KeptInterrupt interrupt;
  run_source(api, "import _signal", {}, {});
}

// Opens what can be opened first, for good.
void* open_python(const Search& search, NoPython& why) {
  for (const std::string& library : search.libraries) {
    void* opened = ::dlopen(library.c_str(), RTLD_NOW | RTLD_GLOBAL);
    if (opened != nullptr) return opened;
    // What is there and does not open is worth a word; that a name is unknown to the loader is not.
    if (io::is_absolute_path(library)) why.tried.emplace_back(::dlerror());
  }
  return nullptr;
}

std::string no_python(const Search& search) {
  return search.version.empty() ? "no Python is found"
                                : fmt::format("no libpython of Python {} is found", search.version);
}

const Interpreter* make_interpreter(NoPython& why) {
  static Interpreter made;
  // Python runs what the environment of the user names, PYTHONPATH for one.
  if (::getauxval(AT_SECURE) != 0) {
    why.message = "a program with more rights than its user (set-uid) starts none";
    return nullptr;
  }
  const auto files = io::make_disk_file_system();
  const Search search = find_python(*files, *io::make_process_environment());
  why.tried = search.tried;
  void* library = python_of_process();
  const bool is_there = library != nullptr;
  if (!is_there) library = open_python(search, why);
  if (library == nullptr) {
    why.message = no_python(search);
    return nullptr;
  }
  if (const char* missing = load_api(library, made.api); missing != nullptr) {
    why.message = fmt::format("the Python of this process lacks `{}`", missing);
    return nullptr;
  }
  if (made.api.is_initialized() == 0) {
    start(made.api);
    made.is_own = true;
    made.virtualenv = search.virtualenv;
  }
  return &made;
}

}  // namespace

const Interpreter* the_interpreter(NoPython& why) {
  static std::mutex mutex;
  static const Interpreter* found = nullptr;
  const std::lock_guard lock(mutex);
  if (found == nullptr) found = make_interpreter(why);
  return found;
}

std::string run_source(const Api& api, const char* source,
                       const std::vector<std::pair<const char*, std::string>>& texts,
                       const std::vector<std::pair<const char*, unsigned long long>>& numbers) {
  const int state = api.gil_ensure();
  Object* variables = api.dict_new();
  api.dict_set(variables, "__builtins__", api.builtins());
  const auto set = [&](const char* name, Object* value) {
    api.dict_set(variables, name, value);
    api.decrease(value);
  };
  for (const auto& [name, text] : texts)
    set(name, api.text_new(text.c_str()));
  for (const auto& [name, number] : numbers)
    set(name, api.number_new(number));
  std::string answer;
  if (Object* code = api.compile_string(source, "<floe>", kFileInput); code != nullptr) {
    if (Object* result = api.eval_code(code, variables, variables); result != nullptr) api.decrease(result);
    api.decrease(code);
  }
  if (Object* text = api.dict_get(variables, "answer"); text != nullptr) {
    std::ptrdiff_t length = 0;
    const char* bytes = api.text_bytes(text, &length);
    if (bytes != nullptr) answer.assign(bytes, static_cast<std::size_t>(length));
  }
  api.error_clear();
  api.decrease(variables);
  api.gil_release(state);
  return answer;
}

}  // namespace floe::python
