// What the compiled product may do with tables: its nodes and what each makes, its namespace, and what is not its own.
#pragma once

#include "model/compiled.hpp"
#include "rules/policy/model_graph.hpp"

#include "base/diagnostics/diagnostic.hpp"
#include "base/io/file_system.hpp"
#include "base/result.hpp"

namespace floe::compile {

// Tables of other products are those that the registry of the platform (products.json) has.
Result<warehouse::Grants> make_grants(const Compiled& compiled, const policy::ModelGraph& graph, io::FileSystem& files);

}  // namespace floe::compile
