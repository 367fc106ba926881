// The shape of each document, and of the parts that several of them have.
#pragma once

#include "schema/shape.hpp"

namespace floe::config {

extern const Shape kManifestShape;             // manifest.yaml, of every scope
extern const Shape kPlatformEnvironmentShape;  // platform.yaml
extern const Shape kMachinePolicyShape;        // /etc/floe/policy.yaml
extern const Shape kProductShape;              // floe.yaml
extern const Shape kFloeSpecShape;             // floe.yaml in the spelling `kind: FloeSpec`
extern const Shape kDestinationsShape;
extern const Shape kInputPortsShape;
extern const Shape kOutputPortsShape;
extern const Shape kServiceLevelsShape;
extern const Shape kClassificationShape;
extern const Shape kSensorsShape;

}  // namespace floe::config
