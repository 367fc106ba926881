// Output ports against the dbt graph: their models and columns are there, and of the type that is promised.
#pragma once

#include "config/port.hpp"
#include "rules/contract/contract.hpp"
#include "rules/policy/model_graph.hpp"

#include "base/diagnostics/diagnostic.hpp"

namespace floe::contract {

// FLOE-E0377 when there is no such model, and what check_port_columns finds.
void check_ports(const config::Ports& ports, const policy::ModelGraph& graph, DiagnosticSink& sink);

// FLOE-E0378 for columns that the model does not declare, FLOE-E0379 for those it declares as another type.
void check_port_columns(const config::OutputPort& port, const policy::Model& model, DiagnosticSink& sink);

// The same for a table of a written contract.
void check_written_columns(const config::OutputPort& port, const Object& written, const policy::Model& model,
                           DiagnosticSink& sink);

}  // namespace floe::contract
