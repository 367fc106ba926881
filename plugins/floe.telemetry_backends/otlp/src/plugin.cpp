#include "floe/plugin.hpp"

#include "otlp_telemetry.hpp"

FLOE_PLUGIN("io.floe.telemetry.otlp", "0.1.0", "floe", floe::expose<floe::otlp::OtlpTelemetry>("otlp"));
