#include "floe/plugin.hpp"

#include "kubernetes_secrets.hpp"

FLOE_PLUGIN("io.floe.secrets.kubernetes", "0.1.0", "floe",
            floe::expose<floe::secrets::KubernetesSecrets>("kubernetes"));
