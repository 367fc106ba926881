// Paths of findings as CI systems look for them.
#pragma once

#include "base/diagnostics/diagnostic.hpp"
#include "base/io/file_system.hpp"

#include <string>
#include <vector>

namespace floe::diagnostics {

// The folder that holds `.git`, `directory` or one above it: annotations and code scanning name files relative to it.
// Without one it is `directory` itself. Absolute, links resolved.
std::string checkout_of(const std::string& directory, io::FileSystem& files);

// `findings`, whose spans are relative to `directory`, with spans relative to its checkout. A file outside of the
// checkout is named by its absolute path.
std::vector<Diagnostic> in_checkout(std::vector<Diagnostic> findings, const std::string& directory,
                                    io::FileSystem& files);

}  // namespace floe::diagnostics
