// The kit for authors of plugins: the conformance checks and the templates of new plugins. It is a module of its own,
// lib/floe/libfloe-devkit.so, so that a runtime can be installed without it.
#pragma once

#include "base/result.hpp"

#include <cstdint>
#include <functional>
#include <optional>
#include <string>
#include <vector>

namespace floe::devkit {

struct CheckRequest {
  std::string path;               // a plugin's folder, its plugin.json or its library
  std::string config;             // JSON to make instances with; "" = the examples of its schema
  std::string own_plugins;        // the directory of floe's own plugins
  std::optional<int> level;       // 0 to this one
  std::vector<std::string> only;  // ids of checks; empty = all of the level
  std::optional<std::int64_t> timeout_ms;
  std::function<bool()> is_cancelled;
};

struct CheckAnswer {
  std::string report;  // floe.check/1, as JSON
  std::string interface;
  bool has_failed = false;
  std::string unchecked;      // why no instance could be made, so that no method was called; empty = one was made
  std::string wanted_config;  // then: an example of the configuration that the plugin's schema asks for, as JSON; or ""
};

struct NewPlugin {
  std::string name;
  std::string language;   // c, cpp, rust, python
  std::string interface;  // floe.secrets/1
};

struct File {
  std::string path;  // in the plugin's folder
  std::string content;
};

class Devkit {
 public:
  Devkit() = default;
  Devkit(const Devkit&) = delete;
  Devkit& operator=(const Devkit&) = delete;
  virtual ~Devkit() = default;

  // kInvalidArgument for a level, an id of a check or a path that is none.
  virtual Result<CheckAnswer> check(const CheckRequest& request) = 0;

  // kInvalidArgument, with what is accepted, for a name, language or interface that is none.
  virtual Result<std::vector<File>> new_plugin(const NewPlugin& request) = 0;
};

// What the module exports; null when `layout` is another one.
using ModuleFunction = Devkit* (*)(std::uint64_t layout);
constexpr const char* kModuleFunction = "floe_devkit_module";
// Differs when core and the module were not built from the same headers.
constexpr std::uint64_t kModuleLayout =
    (std::uint64_t{1} << 32U) | (sizeof(CheckRequest) << 16U) | (sizeof(CheckAnswer) << 8U) | sizeof(NewPlugin);

constexpr const char* kModuleName = "libfloe-devkit.so";

// The kit of this installation, opened once per process and never closed. FLOE-E0441 when it is not installed, or
// belongs to another version.
Result<Devkit*> open_devkit();

}  // namespace floe::devkit
