// The built-in storage of floe/iceberg.h: files of this machine.
#pragma once

#include "floe/interfaces/storage.h"

namespace floe::iceberg {

// stat, read, put, remove, local_paths and sync; the other slots are empty: this library does not call them.
const floe_storage_v1& local_storage_v1();

}  // namespace floe::iceberg
