// The file that a compiled artifact is written to: JSON, YAML, or a Kubernetes ConfigMap that carries the JSON.
#pragma once

#include "model/compiled.hpp"

#include "base/io/file_system.hpp"
#include "base/result.hpp"

#include <cstdint>
#include <string>
#include <string_view>

namespace floe::artifact {

// kInvalidArgument names those there are. "" is json.
Result<compile::ArtifactFormat> parse_artifact_format(std::string_view name);

// compiled_artifacts.json, compiled_artifacts.yaml, compiled_artifacts.configmap.yaml
std::string artifact_file_name(compile::ArtifactFormat format);

// `artifact` is the JSON text. kData with FLOE-E0114 when it does not fit into a ConfigMap.
Result<std::string> in_format(const std::string& artifact, compile::ArtifactFormat format,
                              const compile::Compiled& compiled);

// An artifact in another format would be what an earlier compile said.
Status remove_other_formats(const std::string& directory, compile::ArtifactFormat format, io::FileSystem& files);

}  // namespace floe::artifact
