// What the compiled product may do with tables: its nodes and what each makes, its namespace, and what is not its own.
#pragma once

#include "config/platform_manifest.hpp"
#include "model/compiled.hpp"
#include "rules/policy/model_graph.hpp"

#include "base/diagnostics/diagnostic.hpp"
#include "base/io/file_system.hpp"
#include "base/result.hpp"

namespace floe::compile {

// Tables of other products are those that the registry of the platform (products.json) has.
Result<warehouse::Grants> make_grants(const Compiled& compiled, const policy::ModelGraph& graph, io::FileSystem& files);

// Adds how the columns were judged, when the platform limits where a class may go. Without, no run asks.
void add_judged_classes(const config::PlatformManifest& manifest, const policy::ModelGraph& graph,
                        warehouse::Grants* grants);

}  // namespace floe::compile
