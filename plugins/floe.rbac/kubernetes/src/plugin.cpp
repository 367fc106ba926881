#include "floe/plugin.hpp"

#include "kubernetes_rbac.hpp"

FLOE_PLUGIN("io.floe.rbac.kubernetes", "0.1.0", "floe", floe::expose<floe::kubernetes::KubernetesRbac>("kubernetes"));
