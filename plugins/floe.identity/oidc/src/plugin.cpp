#include "floe/plugin.hpp"

#include "oidc_identity.hpp"

FLOE_PLUGIN("io.floe.identity.oidc", "0.1.0", "floe", floe::expose<floe::oidc::OidcIdentity>("oidc"));
