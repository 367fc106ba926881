// Tables and views of which the catalog names an older version than the one that was committed last. Their rows are not
// read: a run would compute from them as if the later ones had never been written.
#pragma once

#include "model/relation.hpp"

#include "base/diagnostics/diagnostic.hpp"
#include "base/json/json.hpp"

#include <optional>

namespace floe::warehouse {

// FLOE-E0503 when `loaded` has a `later_metadata_location`: what the table format says of a table or view that it loads
// or verifies.
std::optional<Diagnostic> find_older_version(const Relation& relation, const json::object& loaded);

// The same as an Error.
Status check_not_older(const Relation& relation, const json::object& loaded);

}  // namespace floe::warehouse
