#include "floe/plugin.hpp"

#include "local_storage.hpp"

FLOE_PLUGIN("io.floe.storage.local", "0.1.0", "floe", floe::expose<floe::storage::LocalStorage>("local"));
