#include "conformance/probe.hpp"

#include "plugin/library.hpp"

#include "base/fail.hpp"
#include "base/text/text.hpp"

#include <array>
#include <cstring>

namespace floe::conformance {
namespace {

constexpr std::array<std::string_view, 18> kNames{"FLOE_OK",
                                                  "FLOE_INVALID_ARGUMENT",
                                                  "FLOE_INVALID_CONFIG",
                                                  "FLOE_INVALID_STATE",
                                                  "FLOE_NOT_FOUND",
                                                  "FLOE_ALREADY_EXISTS",
                                                  "FLOE_CONFLICT",
                                                  "FLOE_UNAUTHENTICATED",
                                                  "FLOE_PERMISSION",
                                                  "FLOE_UNSUPPORTED",
                                                  "FLOE_UNAVAILABLE",
                                                  "FLOE_IO",
                                                  "FLOE_DATA",
                                                  "FLOE_EXHAUSTED",
                                                  "FLOE_TIMEOUT",
                                                  "FLOE_CANCELLED",
                                                  "FLOE_INTERNAL",
                                                  "FLOE_PANIC"};

std::string_view or_empty(const char* text) { return text == nullptr ? std::string_view() : std::string_view(text); }

}  // namespace

floe_plugin_entry_v1_fn open_entry(Trial& trial) {
  const auto entry = load_entry(trial.subject.entry);
  if (entry.has_value()) return *entry;
  const std::string* findings = entry.error().detail("floe.diagnostics");
  const auto parsed = findings == nullptr ? Result<std::vector<Diagnostic>>(std::vector<Diagnostic>())
                                          : diagnostics_from_json(*findings);
  if (!parsed.has_value() || parsed->empty()) trial.give_up(entry.error().to_string());
  const Diagnostic& why = parsed->front();
  std::vector<std::string> words{why.message};
  words.insert(words.end(), why.notes.begin(), why.notes.end());
  trial.give_up(text::join(words, "; "));
}

EntryAnswer enter(floe_plugin_entry_v1_fn entry, const ProbeHost& probe, const floe_host* host) {
  const HostCall call = probe.make_call();
  EntryAnswer answer;
  answer.status = entry(host, call.raw(), &answer.plugin);
  return answer;
}

bool Probe::has(std::size_t slot) const {
  const std::size_t offset = info.slots[slot].offset;
  void (*function)() = nullptr;
  if (offset + sizeof function > header().struct_size) return false;
  std::memcpy(static_cast<void*>(&function), static_cast<const std::byte*>(table) + offset, sizeof function);
  return function != nullptr;
}

Probe load_probe(Trial& trial, const ProbeHost& probe_host, const floe_host* host) {
  const EntryAnswer answer = enter(open_entry(trial), probe_host, host);
  if (answer.status != FLOE_OK || answer.plugin == nullptr) {
    trial.give_up(fmt::format("the entry function answered {}", status_name(answer.status)));
  }
  const PluginManifest& manifest = trial.subject.entry.manifest;
  for (std::uint32_t i = 0; i < answer.plugin->interface_count; ++i) {
    const floe_interface& one = answer.plugin->interfaces[i];
    if (or_empty(one.id) != manifest.interface || or_empty(one.name) != manifest.name) continue;
    if (one.table == nullptr) break;
    return {*trial.subject.interface, *find_interface(manifest.interface), answer.plugin, one.table};
  }
  trial.give_up(fmt::format("the library has no table for `{}` as `{}`", manifest.interface, manifest.name));
}

bool is_known_status(floe_status status) { return status >= 0 && static_cast<std::size_t>(status) < kNames.size(); }

std::string_view status_name(floe_status status) {
  return is_known_status(status) ? kNames[static_cast<std::size_t>(status)] : "an unknown status";
}

}  // namespace floe::conformance
