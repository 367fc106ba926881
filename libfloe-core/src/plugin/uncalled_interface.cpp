#include "plugin/uncalled_interface.hpp"

#include <fmt/format.h>

namespace floe {

std::string_view interface_status_name(InterfaceStatus status) {
  switch (status) {
    case InterfaceStatus::kCalled:
      return "called";
    case InterfaceStatus::kByHand:
      return "by_hand";
    case InterfaceStatus::kSpecification:
      return "specification";
  }
  return "";
}

std::optional<Diagnostic> uncalled_warning(const InterfaceInfo& interface) {
  if (interface.status == InterfaceStatus::kCalled) return std::nullopt;
  const bool is_by_hand = interface.status == InterfaceStatus::kByHand;
  auto warning = warning_diagnostic(
      "FLOE-W1406", "plugin-not-called",
      fmt::format("{} a plugin of `{}`",
                  is_by_hand ? "no command of floe but `floe plugin call` calls" : "nothing in floe calls",
                  interface.id));
  return std::move(warning).note(is_by_hand
                                     ? "a manifest that chooses one changes nothing"
                                     : "the interface is a specification: plugins can be written and checked, and "
                                       "a manifest that chooses one changes nothing");
}

void warn_when_uncalled(std::string_view interface_id, DiagnosticSink& sink) {
  const InterfaceInfo* info = find_interface(interface_id);
  if (info == nullptr) return;
  if (auto warning = uncalled_warning(*info)) sink.report(*std::move(warning));
}

}  // namespace floe
