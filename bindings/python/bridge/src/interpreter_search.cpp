#include "interpreter_search.hpp"

#include "base/fail.hpp"
#include "base/text/text.hpp"

#include <algorithm>
#include <array>

namespace floe::python {
namespace {

constexpr int kOldestMinor = 9;   // what bindings/python/floe needs
constexpr int kNewestMinor = 14;  // looked for by name; others are found by path
#if defined(__aarch64__)
constexpr const char* kMultiarch = "lib/aarch64-linux-gnu";
#else
constexpr const char* kMultiarch = "lib/x86_64-linux-gnu";
#endif

std::string library_name(const std::string& version) { return "libpython" + version + ".so.1.0"; }

bool is_file(io::FileSystem& files, const std::string& path) {
  const auto info = files.stat(path);
  return info.has_value() && info->kind == io::FileKind::kRegular;
}

bool is_directory(io::FileSystem& files, const std::string& path) {
  const auto info = files.stat(path);
  return info.has_value() && info->kind == io::FileKind::kDirectory;
}

// The value of `key = value` in pyvenv.cfg.
std::string setting(const std::string& text, std::string_view key) {
  for (const std::string_view line : text::split(text, '\n')) {
    const std::size_t equals = line.find('=');
    if (equals == std::string_view::npos || text::trim(line.substr(0, equals)) != key) continue;
    return std::string(text::trim(line.substr(equals + 1)));
  }
  return {};
}

// 3.11.2.final.0 -> 3.11
std::string minor_version(const std::string& version) {
  const std::size_t first = version.find('.');
  if (first == std::string::npos) return {};
  return version.substr(0, version.find('.', first + 1));
}

// The libpythons of an installation; of one version, or of any when it is not known.
std::vector<std::string> libraries_in(io::FileSystem& files, const std::string& prefix, const std::string& version) {
  std::vector<std::string> found;
  for (const char* folder : {"lib", kMultiarch, "lib64"}) {
    const std::string directory = io::join_path(prefix, folder);
    const auto entries = files.list(directory);
    if (!entries.has_value()) continue;
    for (const io::DirectoryEntry& entry : *entries) {
      const bool is_one = version.empty() ? entry.name.starts_with("libpython3.") && entry.name.ends_with(".so.1.0")
                                          : entry.name == library_name(version);
      if (is_one && entry.kind == io::FileKind::kRegular) found.push_back(io::join_path(directory, entry.name));
    }
  }
  return found;
}

// The Python of a prefix: of a virtualenv that of its base installation, with the packages of the virtualenv.
void add_prefix(io::FileSystem& files, const std::string& prefix, const std::string& why, Search& search) {
  const auto config = files.read(io::join_path(prefix, "pyvenv.cfg"));
  std::string base = prefix;
  std::string version;
  if (config.has_value()) {
    search.virtualenv = prefix;
    base = io::parent_path(setting(*config, "home"));
    version = setting(*config, "version_info");
    version = minor_version(version.empty() ? setting(*config, "version") : version);
    search.version = version;
  }
  for (std::string& library : libraries_in(files, base, version))
    search.libraries.push_back(std::move(library));
  // A static Python has none; that of the system, of the same version, can do with its packages.
  if (!version.empty()) search.libraries.push_back(library_name(version));
  search.tried.push_back(fmt::format(
      "{}: `{}`{}", why, prefix,
      config.has_value() ? fmt::format(", a virtualenv of Python {} in `{}`", version, base) : std::string()));
}

void add_given(io::FileSystem& files, const std::string& given, Search& search) {
  const std::string why = "FLOE_PYTHON";
  if (is_directory(files, given)) return add_prefix(files, given, why, search);
  if (io::file_name(given).starts_with("libpython")) {
    search.libraries.push_back(given);
    search.tried.push_back(fmt::format("{}: `{}`", why, given));
    return;
  }
  if (is_file(files, given)) return add_prefix(files, io::parent_path(io::parent_path(given)), why, search);
  search.tried.push_back(fmt::format("{}: `{}`, which does not exist", why, given));
}

// An interpreter says by its real name which Python it is: /usr/bin/python3 -> /usr/bin/python3.11.
void add_path(io::FileSystem& files, const std::string& path, Search& search) {
  for (const std::string_view directory : text::split(path, ':')) {
    const std::string program = io::join_path(directory, "python3");
    if (directory.empty() || !is_file(files, program)) continue;
    const auto real = files.canonical(program);
    const std::string name = real.has_value() ? io::file_name(*real) : std::string();
    if (!name.starts_with("python3.")) continue;
    const std::string version = name.substr(6);
    for (std::string& library : libraries_in(files, io::parent_path(io::parent_path(*real)), version))
      search.libraries.push_back(std::move(library));
    search.libraries.push_back(library_name(version));
    search.tried.push_back(fmt::format("PATH: `{}`, Python {}", program, version));
    return;
  }
}

}  // namespace

Search find_python(io::FileSystem& files, const io::Environment& environment) {
  Search search;
  if (const auto given = environment.get("FLOE_PYTHON"); given && !given->empty()) {
    add_given(files, *given, search);
    return search;
  }
  for (const char* name : {"VIRTUAL_ENV", "CONDA_PREFIX"}) {
    const auto prefix = environment.get(name);
    if (!prefix || prefix->empty()) continue;
    add_prefix(files, *prefix, name, search);
    return search;  // its packages are those of its version and of no other
  }
  add_path(files, environment.get("PATH").value_or(""), search);
  for (int minor = kNewestMinor; minor >= kOldestMinor; --minor)
    search.libraries.push_back(library_name(fmt::format("3.{}", minor)));
  search.tried.push_back(fmt::format("the system's loader: `{}` to `{}`",
                                     library_name(fmt::format("3.{}", kNewestMinor)),
                                     library_name(fmt::format("3.{}", kOldestMinor))));
  return search;
}

std::string home_of(io::FileSystem& files, const std::string& library, const std::string& version) {
  const auto real = files.canonical(library);
  for (std::string at = io::parent_path(real.has_value() ? *real : library); at.size() > 1; at = io::parent_path(at)) {
    if (is_file(files, io::join_path(at, "lib/python" + version + "/os.py"))) return at;
  }
  return {};
}

}  // namespace floe::python
