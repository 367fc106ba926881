// The shape of each resource in manifest.json.
#pragma once

#include "model/emitter.hpp"
#include "model/node.hpp"

namespace floe::dbt {

void emit_node(Emitter& out, const Node& node, bool omit_none_in_config = false);
void emit_source(Emitter& out, const Source& source);
void emit_exposure(Emitter& out, const Exposure& exposure);
void emit_group(Emitter& out, const Group& group);
void emit_macro(Emitter& out, const Macro& macro);
void emit_doc(Emitter& out, const Documentation& doc);

// One node as manifest.json shows it (also `graph.nodes[...]` and `model`).
// `omit_none`: as `model` shows it, without entries that are None.
Value node_value(const Node& node, bool omit_none = false);
Value source_value(const Source& source);
Value exposure_value(const Exposure& exposure);
Value group_value(const Group& group);

}  // namespace floe::dbt
