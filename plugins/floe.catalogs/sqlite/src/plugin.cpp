#include "floe/plugin.hpp"

#include "sqlite_catalog.hpp"

FLOE_PLUGIN("io.floe.catalog.sqlite", "0.1.0", "floe", floe::expose<floe::sqlite::SqliteCatalog>("sqlite"));
