// What the plugin does wrong, and where: HOSTILE="STAGE:ACTION[=ARGUMENT]|...", for example "emit:segv|health:hang".
#pragma once

#include "floe/plugin.h"

#include <optional>
#include <string>

namespace hostile {

// The argument of the first `stage:action=argument`, "" for one without; nullopt when there is none.
std::optional<std::string> wanted(const std::string& stage, const std::string& action);

// Whether HOSTILE names anything for this stage.
bool is_stage(const std::string& stage);

// The host table of the plugin; NULL before the entry function ran.
extern const floe_host* host;

// Does what HOSTILE wants of this stage. The status to return when that is a part of it; FLOE_OK else.
floe_status act(const std::string& stage, floe_call* call = nullptr, floe_sink* sink = nullptr);

}  // namespace hostile
