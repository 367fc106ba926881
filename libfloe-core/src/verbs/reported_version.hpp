// What verbs that answer from metadata say of a table of which the catalog names an older version.
#pragma once

#include "engine/opened_tables.hpp"
#include "model/relation.hpp"

#include "base/diagnostics/diagnostic.hpp"

namespace floe::run {

// Reports FLOE-E0503 when a version was committed after the one that the catalog names. The verb answers all the same.
Status report_older_version(const OpenedTables& opened, const warehouse::Relation& relation, DiagnosticSink& sink);

}  // namespace floe::run
