// What `floe table register --scan` does with the tables that a warehouse holds (table_format/found_tables).
#pragma once

#include "base/diagnostics/diagnostic.hpp"
#include "base/json/json.hpp"
#include "base/result.hpp"

#include <string>
#include <vector>

namespace floe::run {

struct ScanChoices {
  std::vector<std::string> only;    // patterns of names (`main.*`); empty = all
  std::vector<std::string> chosen;  // URIs of metadata files, each of a table that has several to choose from
};

struct RegisterPlan {
  json::array tables;      // `tables` of table_format/register_request
  bool replaces = false;   // one of them is in the catalog, in an older version
  json::array registered;  // of the answer: what `tables` names
  json::array skipped;     // of the answer: what needs nothing, or cannot be registered
  json::array undecided;   // of the answer: what a person has to decide; each is a finding too
};

// Registers all or nothing: a catalog that was rebuilt in part is not empty, so a run would start the rest from
// nothing. kInvalidArgument when a choice is no version that was found.
Result<RegisterPlan> plan_registration(const json::object& found, const ScanChoices& choices, DiagnosticSink& sink);

}  // namespace floe::run
