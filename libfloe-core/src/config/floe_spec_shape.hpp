#pragma once

#include "config/shape.hpp"

namespace floe::config {

extern const Shape kFloeSpecShape;

}  // namespace floe::config
