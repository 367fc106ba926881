// A catalog without tables over a warehouse that holds some: it was lost, or another one is configured by mistake. A
// run would start from nothing, beside the tables that are there.
#pragma once

#include "model/compiled.hpp"

#include "base/result.hpp"
#include "floe/client/catalog.hpp"
#include "floe/client/storage.hpp"

namespace floe::run {

// FLOE-E0501 when the catalog says that it is empty and a metadata file lies below the warehouse. Catalogs that do not
// say whether they are empty, and storages that cannot list, pass.
Status check_catalog_not_lost(const compile::Compiled& compiled, const CatalogClient& catalog,
                              const StorageClient& storage, floe_call* call);

}  // namespace floe::run
