#include "floe/plugin.hpp"

#include "file_secrets.hpp"

FLOE_PLUGIN("io.floe.secrets.file", "0.1.0", "floe", floe::expose<floe::secrets::FileSecrets>("file"));
