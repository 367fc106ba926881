// The files of libfloe-core/templates/product, which the build embeds.
#pragma once

#include "base/text/template.hpp"

namespace floe::run {

// floe.yaml.in ...
std::span<const text::EmbeddedFile> product_files();

}  // namespace floe::run
