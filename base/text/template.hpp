// Texts with places to fill, such as `class @TYPE@ {`, and the files that the build embeds them from.
#pragma once

#include <span>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace floe::text {

// A place without its `@`, and what goes there.
using Places = std::vector<std::pair<std::string_view, std::string>>;

// `pattern` with its places filled; what they are filled with is not looked at again. A line that is nothing but a
// place is left out when there is nothing to put there. A name between `@` that `places` does not have stays.
std::string filled(std::string_view pattern, const Places& places);

// cmake/embed_files.cmake writes these.
struct EmbeddedFile {
  std::string_view path;  // in the folder that is embedded
  std::string_view content;
};

// The content of one of them; a path that is not there is a bug of ours.
std::string_view embedded(std::span<const EmbeddedFile> files, std::string_view path);

}  // namespace floe::text
