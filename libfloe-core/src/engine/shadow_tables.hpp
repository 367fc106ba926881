// Shadow tables: empty ones with the columns that are known before anything ran. On them the compiled SQL of each model
// is bound in the order of the graph, which tells where its columns come from: no catalog, no storage, no rows.
#pragma once

#include "model/compiled.hpp"
#include "rules/policy/model_graph.hpp"

#include "base/result.hpp"

#include <string>

namespace floe::run {

class Context;

// The columns of sources are those that the ingestion declares, else those of the dbt project; of seeds those of their
// files. A model that cannot be bound is in the result with its problem. Answers are kept in
// lineage.json in the cache of the user by the SQL and what it reads. `parse_request` is one of floe.dbt/1 parse.
// Where reads are granted, each node is asked about as its run would be. kUnsupported when the compute cannot analyze,
// and, unless it may take what it takes, when dbt compiles elsewhere: in a process of its own, against a database of
// its own, which takes seconds.
Result<policy::TracedSql> trace_sql(Context& context, const compile::Compiled& compiled,
                                    const policy::ModelGraph& graph, const std::string& parse_request,
                                    policy::Tracing tracing);

}  // namespace floe::run
