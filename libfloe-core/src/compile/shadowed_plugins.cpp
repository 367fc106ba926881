#include "compile/shadowed_plugins.hpp"

#include <fmt/format.h>

#include <set>
#include <string>
#include <utility>

namespace floe::compile {
namespace {

class ShadowCheck {
 public:
  ShadowCheck(bool is_in_force, CompilerHost& host, DiagnosticSink& sink)
      : is_in_force_(is_in_force), host_(host), sink_(sink) {}

  void check(const std::string& category, const PluginChoice& choice) {
    if (!seen_.emplace(category, choice.type).second) return;
    const auto found = host_.installed_plugin(category, choice.type);
    if (!found || found->is_own) return;
    const auto at = choice.type.find('@');
    const auto own = host_.own_plugin(category, choice.type.substr(0, at));
    if (!own || (at != std::string::npos && found->manifest.id != own->manifest.id)) return;
    report(category, choice, *found, *own);
  }

  [[nodiscard]] bool has_refused() const { return has_refused_; }

 private:
  void report(const std::string& category, const PluginChoice& choice, const InstalledPlugin& found,
              const InstalledPlugin& own) {
    const std::string message =
        fmt::format("{} plugin `{}` is not the one that came with floe", category, own.manifest.name);
    auto diagnostic = is_in_force_ ? error_diagnostic("FLOE-E0448", "own-plugin-shadowed", message)
                                   : warning_diagnostic("FLOE-W0449", "own-plugin-replaced", message);
    if (choice.span.valid()) diagnostic.labels.push_back({choice.span, "chosen here", true});
    diagnostic.notes.push_back(fmt::format("found     `{}` in `{}`", found.manifest.id, found.directory));
    diagnostic.notes.push_back(fmt::format("in place of `{}` in `{}`", own.manifest.id, own.directory));
    diagnostic.address = "plugins." + category;
    diagnostic.helps.push_back(
        found.manifest.id == own.manifest.id
            ? "remove it, or give it a name and an id of its vendor"
            : fmt::format("remove it, or have the platform choose it: `{}@{}`", own.manifest.name, found.manifest.id));
    sink_.report(std::move(diagnostic));
    has_refused_ = has_refused_ || is_in_force_;
  }

  bool is_in_force_;
  CompilerHost& host_;
  DiagnosticSink& sink_;
  std::set<std::pair<std::string, std::string>> seen_;
  bool has_refused_ = false;
};

}  // namespace

bool check_shadowed_plugins(const Compiled& compiled, bool is_in_force, CompilerHost& host, DiagnosticSink& sink) {
  ShadowCheck check(is_in_force, host, sink);
  for (const auto& [category, choice] : compiled.plugins)
    check.check(category, choice);
  for (const auto& [category, choices] : compiled.plugin_lists) {
    for (const PluginChoice& choice : choices)
      check.check(category, choice);
  }
  for (const Destination& destination : compiled.destinations)
    check.check("sinks", destination.sink);
  return !check.has_refused();
}

}  // namespace floe::compile
