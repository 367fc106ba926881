// The shape of each resource in manifest.json.
#pragma once

#include "artifact/emitter.hpp"
#include "parse/node.hpp"

namespace floe::dbt {

void emit_node(Emitter& out, const Node& node, bool omit_none_in_config = false);
void emit_source(Emitter& out, const Source& source);
void emit_exposure(Emitter& out, const Exposure& exposure);
void emit_group(Emitter& out, const Group& group);
void emit_macro(Emitter& out, const Macro& macro);
void emit_doc(Emitter& out, const Documentation& doc);

}  // namespace floe::dbt
