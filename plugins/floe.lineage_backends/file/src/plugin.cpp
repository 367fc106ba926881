#include "floe/plugin.hpp"

#include "file_lineage.hpp"

FLOE_PLUGIN("io.floe.lineage.file", "0.1.0", "floe", floe::expose<floe::lineage_file::FileLineage>("file"));
