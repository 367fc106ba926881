// Partitions as keys of maps and sets.
#pragma once

#include "manifest/data_file.hpp"

#include <string>

namespace floe::iceberg {

// Text that tells apart the partitions of all specs of a table.
std::string partition_key(const DataFile& file);

}  // namespace floe::iceberg
