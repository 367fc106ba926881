// Between libfloe-core and libfloe-python.so, which are built together: C++ values behind one exported C function.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

namespace floe::python {

struct OpenRequest {
  std::uint64_t layout = 0;  // kBridgeLayout of the caller
  std::string manifest_path;
  // What a method in Python calls last: gives 0 (FLOE_OK), which counts only when this ran on its thread since it
  // began.
  std::int32_t (*confirm)() noexcept = nullptr;
  std::string source_path = {};  // when not "": nothing is opened or run, this file is only parsed
};

struct OpenAnswer {
  std::uintptr_t entry = 0;  // a floe_plugin_entry_v1_fn; 0: the rest says why. Of a file that was parsed: 1
  bool has_python = false;   // false: there is no Python to open it with
  std::string message;
  std::string file;  // of the plugin, or ""
  std::int32_t line = 0;
  std::vector<std::string> notes;
  std::string help;
};

// Differs when the two were not built from the same headers; the bridge then answers that.
constexpr std::uint64_t kBridgeLayout = (std::uint64_t{1} << 32U) | (sizeof(OpenRequest) << 16U) | sizeof(OpenAnswer);

constexpr const char* kBridgeLibrary = "libfloe-python.so";
constexpr const char* kBridgeFunction = "floe_python_bridge";

// Opens the plugin whose plugin.json is named; a second time gives the same entry. Or parses one file. Any thread.
using BridgeFunction = void (*)(const OpenRequest& request, OpenAnswer& answer);

}  // namespace floe::python
