#include "plugin/kept_process.hpp"

#include "plugin/host_core.hpp"

#include "base/fail.hpp"
#include "base/text/text.hpp"

namespace floe {
namespace {

bool is_own(const HostCore& core, const floe_host_ctx& context) {
  return context.entry == nullptr || core.registry.roots()[context.entry->root].kind == PluginRootKind::kBeside;
}

std::string described(const CallName& name, const ProcessChanges& changes) {
  std::string text = fmt::format("`{}` of plugin `{}` changed the process: ", name.method, name.plugin);
  if (!changes.put_back.empty()) text += fmt::format("{} (put back)", text::join(changes.put_back, ", "));
  if (!changes.put_back.empty() && !changes.lasting.empty()) text += ", ";
  if (!changes.lasting.empty()) text += fmt::format("{} (cannot be put back)", text::join(changes.lasting, ", "));
  return text;
}

}  // namespace

KeptProcess::KeptProcess(const HostCore& core, const floe_host_ctx& context) : core_(core), context_(context) {
  if (!is_own(core, context)) before_ = std::make_unique<ProcessState>(ProcessState::take());
}

void KeptProcess::check(const CallName& name) noexcept {
  if (before_ == nullptr) return;
  try {
    ProcessState now = ProcessState::take();
    ProcessChanges changes = before_->put_back(now);
    if (name.changed_floating_point.exchange(false)) changes.put_back.emplace_back("the floating-point mode");
    if (changes.is_empty()) {
      *before_ = std::move(now);
      return;
    }
    core_.log(context_, nullptr, FLOE_LOG_WARN, "core.plugin", described(name, changes));
    *before_ = ProcessState::take();  // what lasts is told once
  } catch (...) {
    return;
  }
}

}  // namespace floe
