// The field table of compiled_artifacts.json, for `floe schema artifacts`: what readers may rely on.
#pragma once

#include "schema/shape.hpp"

namespace floe::artifact {

extern const config::Shape kArtifactShape;

}  // namespace floe::artifact
