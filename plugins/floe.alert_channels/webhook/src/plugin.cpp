#include "floe/plugin.hpp"

#include "webhook_channel.hpp"

FLOE_PLUGIN("io.floe.alert.webhook", "0.1.0", "floe", floe::expose<floe::webhook::WebhookChannel>("webhook"));
