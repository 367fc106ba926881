// The files of libfloe-core/spec, as the build embeds them (embed_specification.cmake).
#pragma once

#include <span>
#include <string_view>

namespace floe::conformance {

struct SpecificationFile {
  std::string_view path;  // schemas/shared/health.schema.json
  std::string_view content;
};

// `conformance.json` is docs/reference/conformance.json: which check applies to which method.
std::span<const SpecificationFile> specification_files();

}  // namespace floe::conformance
