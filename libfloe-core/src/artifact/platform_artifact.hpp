// The compiled platform (design: configuration.md 5): what a chain of manifests comes to, as files that a product, a
// registry or an auditor reads without the manifests.
#pragma once

#include "config/platform_manifest.hpp"
#include "rules/inheritance/chain.hpp"

#include "base/io/file_system.hpp"
#include "base/result.hpp"

#include <string>
#include <vector>

namespace floe::artifact {

struct PlatformFile {
  std::string path;        // relative: policies/quality-gates.json
  std::string media_type;  // of its layer in an OCI image
  std::string content;     // deterministic JSON
};

// manifest.json, policies/, catalog/ and architecture/, in the order of their paths. `manifest` is that of the chain.
std::vector<PlatformFile> platform_files(const inheritance::Chain& chain, const config::PlatformManifest& manifest);

// Adds the files to the OCI image layout at `directory` (made when it is missing) as an image tagged `tag`, and returns
// its digest (`sha256:...`). The same files are the same image. kAlreadyExists when the tag holds another one: a
// version that is out is never changed.
Result<std::string> write_oci_layout(const std::vector<PlatformFile>& platform, const std::string& tag,
                                     const std::string& directory, io::FileSystem& files);

}  // namespace floe::artifact
