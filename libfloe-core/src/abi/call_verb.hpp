// A verb as one guarded call, for the exported functions of floe.h.
#pragma once

#include "verbs/verbs.hpp"

#include "floe/floe.h"

#include <cstddef>

namespace floe::abi {

// `command` is its name in records and messages. Always makes a result, as floe.h says.
floe_status call_verb(floe_context* context, const char* command, const char* request, size_t length,
                      floe_result** result, run::Verb verb) noexcept;

}  // namespace floe::abi
