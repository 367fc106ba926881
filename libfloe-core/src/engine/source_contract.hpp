// What a source's `keys` and `schema_contract` ask of the rows of its files, and what is said when they do not keep it.
#pragma once

#include "model/compiled.hpp"

#include "base/diagnostics/diagnostic.hpp"
#include "base/json/json.hpp"

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace floe::run {

// `fit` of a read request of floe.compute/1 that gives columns the types that the table has, where their values allow
// it.
json::object fit_of_types(const compile::IngestionSource& source, const json::array& table);

// `fit` of a read request of floe.compute/1; nothing when any rows will do. `table` has the columns of the table as the
// table format gives them, and is nothing when there is no table.
std::optional<json::object> fit_request(const compile::IngestionSource& source,
                                        const std::optional<json::array>& table);

// `columns` of the same request. Under freeze and discard a file is read as it is, so that it can be compared.
json::value columns_request(const compile::IngestionSource& source);

// Whether every value of `from` is one of `to`, both types of Iceberg; ids and docs do not count.
bool is_type_within(const json::value& from, const json::value& to);

// The column or field of that name, in any case, of a list of them; nullptr when there is none.
const json::object* find_named(const json::array& list, std::string_view name);

// What the compute said of one file, or of all of them when there was no reason to look at each.
struct FileFit {
  std::string path;  // as people know it
  json::object fit;
  json::array columns;
};

// Findings, one for each thing that is wrong. `changed` are the columns whose type the table cannot take, under evolve.
void report_fit(const compile::IngestionSource& source, const std::vector<FileFit>& files,
                const std::vector<std::string>& changed, DiagnosticSink& sink);

// Values that the types of `columns` would change, under evolve: `misfits` of each file.
void report_inexact(const compile::IngestionSource& source, const std::vector<FileFit>& files, DiagnosticSink& sink);

// Malformed rows, which are in the table of rejects.
Diagnostic rejected_rows(const compile::IngestionSource& source, std::int64_t rows);

// There is no table, and `columns` do not say what it would be.
Diagnostic frozen_table(const compile::IngestionSource& source);
Diagnostic discarded_table(const compile::IngestionSource& source, std::int64_t rows);

}  // namespace floe::run
