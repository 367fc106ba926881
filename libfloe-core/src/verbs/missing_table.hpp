// A table that somebody named and that is not there.
#pragma once

#include "engine/opened_tables.hpp"
#include "model/relation.hpp"

#include "base/error.hpp"

namespace floe::run {

// kNotFound: what has a name near to it, or how the names are listed.
Error missing_table(const OpenedTables& opened, const warehouse::Relation& relation);

// `error` of asking for something of the table; that of missing_table when the catalog has no table or view of that
// name, and another that says so when it is a view, which has neither snapshots nor files.
Error with_missing_table(const OpenedTables& opened, const warehouse::Relation& relation, Error error);

}  // namespace floe::run
