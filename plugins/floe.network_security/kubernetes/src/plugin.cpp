#include "floe/plugin.hpp"

#include "kubernetes_network_security.hpp"

FLOE_PLUGIN("io.floe.network_security.kubernetes", "0.1.0", "floe",
            floe::expose<floe::kubernetes::KubernetesNetworkSecurity>("kubernetes"));
