#include "floe/plugin.hpp"

#include "http_lineage.hpp"

FLOE_PLUGIN("io.floe.lineage.http", "0.1.0", "floe", floe::expose<floe::lineage_http::HttpLineage>("http"));
