#include "floe/plugin.hpp"

#include "env_secrets.hpp"

FLOE_PLUGIN("io.floe.secrets.env", "0.1.0", "floe", floe::expose<floe::secrets::EnvSecrets>("env"));
