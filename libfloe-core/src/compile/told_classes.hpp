// Classes of columns between products: what one tells by its registration, and another one is told of what it reads.
#pragma once

#include "model/compiled.hpp"
#include "product/registry.hpp"
#include "rules/policy/classification.hpp"
#include "rules/policy/model_graph.hpp"

#include "base/result.hpp"

namespace floe::compile {

// The tables that a product writes, and the classes of their columns. A masked column has none for those who read it.
Examined examined_tables(const Compiled& compiled, const policy::ModelGraph& graph,
                         const policy::ColumnClasses& classes);

// Sets `graph->told`: of each source whose table another product of the registry writes, what its registration and the
// contracts of its ports say; of two words the more confidential one.
Status add_told_classes(const Compiled& compiled, const product::Registry& registry, policy::ModelGraph* graph);

}  // namespace floe::compile
