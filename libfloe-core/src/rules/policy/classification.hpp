// Classes of columns, and how they go from column to column: what derives from a column has its class, unless its model
// masks it (design: configuration.md 3).
#pragma once

#include "rules/policy/model_graph.hpp"

#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace floe::policy {

using model::class_names;
using model::class_rank;

// FLOE-E0745 for each `meta.classification` that is none of them: its column would have no class.
void check_class_words(const ModelGraph& graph, const std::string& project_prefix, DiagnosticSink& sink);

// Of all columns of the models: public, internal, confidential, restricted, sensitive, phi, pii; none when no column
// has one.
std::optional<std::string> highest_classification(const ModelGraph& graph);

// The class that a node's columns declare, or their owner tells, is at least as confidential as `least` for one of
// them.
bool declares_class(const ModelGraph& graph, std::string_view least);

struct ColumnClass {
  std::string name;  // "*": every column that is not listed
  std::string declared;
  std::string classification;     // the higher of what is declared and what comes along lineage; "" = none
  std::vector<std::string> path;  // how the class came here: raw.customers.email, ..., this column
  bool is_masked = false;         // gives its class to no other column
};

using ColumnClasses = std::map<std::string, std::vector<ColumnClass>, std::less<>>;  // by unique id

// Of every node of the graph. A model without lineage has in each column the highest class that it reads.
ColumnClasses classify(const ModelGraph& graph);

// `raw.customers.email -> stg_customers.email -> contact.email`
std::string shown_path(const ColumnClass& column);

}  // namespace floe::policy
