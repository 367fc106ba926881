// What the compiled product may do with tables: its nodes and what each makes, its namespace, and what is not its own.
#pragma once

#include "model/compiled.hpp"
#include "product/registry.hpp"
#include "rules/policy/classification.hpp"
#include "rules/policy/model_graph.hpp"

namespace floe::compile {

// Tables of other products are those that the registry of the platform (products.json) has.
warehouse::Grants make_grants(const Compiled& compiled, const policy::ModelGraph& graph,
                              const product::Registry& registry);

// Adds how the columns were judged. Without, no run asks.
void add_judged_classes(const policy::ColumnClasses& classes, const policy::ModelGraph& graph,
                        warehouse::Grants* grants);

}  // namespace floe::compile
