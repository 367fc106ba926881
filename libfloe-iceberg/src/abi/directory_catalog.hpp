// The built-in catalog of floe/iceberg.h: table pointers in a directory.
#pragma once

#include "floe/interfaces/catalog.h"

namespace floe::iceberg {

const floe_catalog_v1& directory_catalog_v1();

}  // namespace floe::iceberg
