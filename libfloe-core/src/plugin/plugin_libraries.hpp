// Where the libraries of plugins lie in memory: whose code an address is of.
#pragma once

#include "plugin/running_call.hpp"

namespace floe {

// The library of a plugin, once it is in the process: for addresses in it.
void remember_library(const CallName& load, const void* inside);

// Calls `take(name, arg)` for each library that was remembered. Async-signal-safe when `take` is.
void each_library(void (*take)(const CallName& load, void* arg), void* arg);

// The plugin whose library holds `address`; nullptr for none. Async-signal-safe.
const CallName* library_at(const void* address);

}  // namespace floe
