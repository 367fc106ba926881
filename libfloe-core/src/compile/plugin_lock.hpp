// floe.lock: which plugins a product was compiled with, so that another machine can tell that it has others.
#pragma once

#include "base/diagnostics/diagnostic.hpp"
#include "base/result.hpp"

#include <map>
#include <string>
#include <string_view>
#include <vector>

namespace floe::compile {

inline constexpr const char* kLockName = "floe.lock";

struct LockedPlugin {
  std::string group;
  std::string name;
  std::string id;
  std::string version;
  std::map<std::string, std::string> sha256;  // of the library, by platform
};

// Sorted, one plugin per line: fit for a version control system.
std::string lock_text(std::vector<LockedPlugin> plugins);

// kData says what is wrong with the text.
Result<std::vector<LockedPlugin>> read_lock(std::string_view text);

// What is installed, with the sums that the lock has of the same plugins for other platforms.
std::vector<LockedPlugin> with_other_platforms(std::vector<LockedPlugin> installed,
                                               const std::vector<LockedPlugin>& locked);

// FLOE-E0433 for each difference on `platform`, naming both sides.
void report_drift(const std::vector<LockedPlugin>& locked, const std::vector<LockedPlugin>& installed,
                  std::string_view platform, DiagnosticSink& sink);

}  // namespace floe::compile
