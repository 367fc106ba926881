// Reads data contracts of the Open Data Contract Standard (ODCS), version 3.0 to 3.2.
#pragma once

#include "config/document.hpp"
#include "model/contract.hpp"

#include "base/diagnostics/diagnostic.hpp"
#include "base/json/json.hpp"

#include <optional>

namespace floe::contract {

// nullopt when the document has errors; findings are in the sink.
std::optional<Contract> read_contract(const config::Document& document, DiagnosticSink& sink);

// JSON Schema (2020-12) of what read_contract accepts, but the rules between places: the names of the objects of a
// contract, and those of the properties of one place, are unique.
json::object contract_schema();

}  // namespace floe::contract
