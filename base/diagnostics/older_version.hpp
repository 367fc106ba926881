// FLOE-E0503: the catalog names an older version of a table or view than the one that was committed last, as after an
// older copy of the catalog was restored.
#pragma once

#include "base/diagnostics/diagnostic.hpp"

#include <string_view>

namespace floe {

// `table` is the dotted name; `current` the metadata file that the catalog names, `later` the one that was committed
// after it.
Diagnostic older_version_finding(std::string_view table, std::string_view current, std::string_view later);

}  // namespace floe
