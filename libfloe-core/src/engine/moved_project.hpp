// A project whose state directory was moved or copied: table locations are absolute, so they point to where it was.
#pragma once

#include "model/compiled.hpp"

#include "base/io/file_system.hpp"
#include "base/result.hpp"

#include <string>
#include <vector>

namespace floe::run {

// Compares the place of the local warehouse with the one noted in it, FLOE-E0305 when they differ, and notes it when
// nothing is noted yet and `may_write`. Nothing to check for warehouses outside of the state directory.
Status check_not_moved(const compile::Compiled& compiled, io::FileSystem& files, bool may_write);

// Other URIs of the same warehouse, which the metadata of its tables may name: of the place where it was made, when a
// symbolic link leads from there to here.
std::vector<std::string> warehouse_aliases(const compile::Compiled& compiled, io::FileSystem& files);

}  // namespace floe::run
