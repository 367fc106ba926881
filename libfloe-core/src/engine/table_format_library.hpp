// libfloe-iceberg, opened from the directory of libfloe-core at the first use; core never links it.
#pragma once

#include "base/result.hpp"
#include "floe/interfaces/table_format.h"

#include <string>

namespace floe::run {

// The table lives as long as the process. kNotFound names the file that was looked for and the linker's reason.
Result<const floe_table_format_v1*> load_table_format();

}  // namespace floe::run
