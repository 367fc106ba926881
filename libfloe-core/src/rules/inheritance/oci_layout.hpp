// An OCI image layout on disk (OCI image-spec 1.1, image-layout.md), as far as a platform artifact needs it.
#pragma once

#include "base/io/file_system.hpp"
#include "base/result.hpp"

#include <string>

namespace floe::inheritance {

struct OciFile {
  std::string path;  // of the blob, absolute
  std::string text;
  std::string manifest_digest;  // `sha256:...` of the image manifest that lists it
  std::string tag;              // the name it was found under; "" = found by digest, or the only one there
};

bool is_oci_layout(const std::string& directory, io::FileSystem& files);

// The layer titled `title` of the image `tag`, or of the image with `digest` (`sha256:...`), or with neither of the
// only image of the layout. Every blob on the way is checked against its digest. kNotFound names the tags there are;
// kData says what is damaged.
Result<OciFile> read_oci_file(const std::string& directory, const std::string& tag, const std::string& digest,
                              const std::string& title, io::FileSystem& files);

}  // namespace floe::inheritance
