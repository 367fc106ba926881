// What a node writes keeps the classes that its columns were judged to have (decision 0046): SQL that a template makes
// anew for the run may put other columns into them.
#pragma once

#include "model/grants.hpp"

#include "base/result.hpp"

#include <string_view>

namespace floe::warehouse {

// Whether what `node` writes may take a class from what it reads; else there is nothing to check.
bool reads_classes(const Grants& grants, std::string_view node);

// `analysis` of the SQL that `node` writes (compute/analysis); "" when the compute found none, and then every column
// may hold whatever the node reads. kPermission with FLOE-E0784 for a column whose class is above the judged one.
Status check_classes(const Grants& grants, std::string_view node, std::string_view analysis);

}  // namespace floe::warehouse
