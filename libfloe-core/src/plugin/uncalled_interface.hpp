// What people have to know of interfaces whose plugins floe does not call.
#pragma once

#include "plugin/interface_info.hpp"

#include "base/diagnostics/diagnostic.hpp"

#include <optional>
#include <string_view>

namespace floe {

// FLOE-W1406: nothing but `floe plugin call`, or nothing at all, calls a plugin of `interface`. nullopt for an
// interface that floe calls.
std::optional<Diagnostic> uncalled_warning(const InterfaceInfo& interface);

// The same for an id such as `floe.quality/1`; nothing for one that this floe does not know.
void warn_when_uncalled(std::string_view interface_id, DiagnosticSink& sink);

}  // namespace floe
