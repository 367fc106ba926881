#include "floe/plugin.hpp"

#include "dbt_core.hpp"

FLOE_PLUGIN("io.floe.dbt.core", "0.1.0", "floe", floe::expose<floe::dbt_core::DbtCore>("core"));
