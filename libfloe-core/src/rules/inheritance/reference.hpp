// What `platform.ref`, `parent_manifest` and `parent_domain` may name, and the manifest that is there
// (design: configuration.md 1.3): a file, a folder with manifest.yaml, a compiled platform, an OCI image layout, or
// oci://host/repository:tag, which is looked up in the layouts below FLOE_OCI_MIRROR.
#pragma once

#include "base/diagnostics/diagnostic.hpp"
#include "base/io/environment.hpp"
#include "base/io/file_system.hpp"
#include "base/result.hpp"

#include <string>

namespace floe::inheritance {

struct ManifestText {
  std::string path;    // absolute, of the file the text came from; a blob of an OCI layout keeps its own
  std::string name;    // for messages: the path as a person in the project would type it, or the reference
  std::string text;    // YAML, or the manifest.json of a compiled platform
  std::string digest;  // `sha256:...` of the text, or of the OCI manifest that holds it
  std::string tag;     // of an OCI reference: `v1.2.3`; "" = none
  std::string pin;     // `sha256:...` that the reference demands, which load_chain compares; "" = not pinned
};

struct ReferenceContext {
  io::FileSystem& files;
  const io::Environment& environment;
  std::string project_root;      // absolute; names in messages are relative to it
  std::string confined_to = {};  // absolute; files outside of this folder are not read. "" = all are
};

// `reference` as written in a file of `directory` (absolute), at `span`, under `address`. Fails with a diagnostic that
// lists what was tried: FLOE-E0301 of kNotFound when nothing is there, FLOE-E0325 of kIo when an OCI layout is damaged.
Result<ManifestText> fetch_manifest(const std::string& reference, const std::string& directory, const Span& span,
                                    const std::string& address, const ReferenceContext& context);

}  // namespace floe::inheritance
