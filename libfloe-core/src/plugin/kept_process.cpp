#include "plugin/kept_process.hpp"

#include "plugin/host_core.hpp"

#include "base/fail.hpp"
#include "base/text/text.hpp"

namespace floe {
namespace {

bool is_own(const HostCore& core, const floe_host_ctx& context) {
  return context.entry == nullptr || core.registry.roots()[context.entry->root].kind == PluginRootKind::kBeside;
}

std::string names(const std::vector<ProcessChange>& changes, bool are_back) {
  std::vector<std::string> found;
  for (const ProcessChange& change : changes) {
    if (change.is_back == are_back) found.push_back(change.what);
  }
  return text::join(found, ", ");
}

std::string described(const CallName& name, const std::vector<ProcessChange>& changes) {
  const std::string back = names(changes, true);
  const std::string lasting = names(changes, false);
  std::string text = fmt::format("`{}` of plugin `{}` changed the process: ", name.method, name.plugin);
  if (!back.empty()) text += fmt::format("{} (put back)", back);
  if (!back.empty() && !lasting.empty()) text += ", ";
  if (!lasting.empty()) text += fmt::format("{} (cannot be put back)", lasting);
  return text;
}

}  // namespace

KeptProcess::KeptProcess(const HostCore& core, const floe_host_ctx& context) : core_(core), context_(context) {
  if (!is_own(core, context)) before_ = std::make_unique<ProcessState>(ProcessState::take());
}

void KeptProcess::check(const CallName& name) noexcept {
  if (before_ == nullptr) return;
  try {
    std::vector<ProcessChange> changes = before_->put_back();
    if (name.changed_floating_point.exchange(false)) changes.push_back({"the floating-point mode", "", true});
    if (changes.empty()) return;
    core_.log(context_, nullptr, FLOE_LOG_WARN, "core.plugin", described(name, changes));
    *before_ = ProcessState::take();  // what lasts is reported once
  } catch (...) {
    return;
  }
}

}  // namespace floe
