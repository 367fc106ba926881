#include "plugin/plugin_rows.hpp"

#include <fmt/format.h>

namespace floe {
namespace {

void release_as(const void* name, int (*body)(void* arg), void* arg) noexcept {
  const RunningCall running(*static_cast<const CallName*>(name));
  arrow::ForeignCaller().end(body, arg);
}

}  // namespace

int PluginRows::run(int (*body)(void* arg), void* arg, std::string* error) {
  const RunningCall running(name_);
  return ForeignCaller::run(body, arg, error);
}

void PluginRows::end(int (*body)(void* arg), void* arg) noexcept { release_as(&name_, body, arg); }

std::string PluginRows::source() const {
  return fmt::format("rows of `{}` of plugin `{}`: ", name_.method, name_.plugin);
}

arrow::ForeignCaller::Release PluginRows::release() const { return {release_as, &name_}; }

}  // namespace floe
