// The files of devkit/templates, which the build embeds.
#pragma once

#include "base/text/template.hpp"

namespace floe::scaffold {

// c/plugin.c.in ...
std::span<const text::EmbeddedFile> template_files();

// One of them, filled.
inline std::string from_template(std::string_view path, const text::Places& places) {
  return text::filled(text::embedded(template_files(), path), places);
}

}  // namespace floe::scaffold
