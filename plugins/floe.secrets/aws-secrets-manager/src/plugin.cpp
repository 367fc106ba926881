#include "floe/plugin.hpp"

#include "aws_secrets.hpp"

FLOE_PLUGIN("io.floe.secrets.aws-secrets-manager", "0.1.0", "floe",
            floe::expose<floe::secrets::AwsSecrets>("aws-secrets-manager"));
