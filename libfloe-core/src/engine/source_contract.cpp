#include "engine/source_contract.hpp"

#include "base/text/text.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <set>

namespace floe::run {
namespace {

using compile::IngestionSource;
using compile::SchemaContract;

std::string table_name(const IngestionSource& source) { return text::join(source.table, "."); }

const Span& contract_place(const IngestionSource& source) {
  return source.contract_span.valid() ? source.contract_span : source.span;
}

json::array objects_of(const json::object& fit, std::string_view key) {
  const json::array* list = get_array(fit, key);
  return list == nullptr ? json::array() : *list;
}

// `coupon`, `note`: each once, in the order of the files.
std::string unknown_columns(const std::vector<FileFit>& files) {
  std::vector<std::string> names;
  std::set<std::string> seen;
  for (const FileFit& file : files) {
    for (const json::value& name : objects_of(file.fit, "unknown")) {
      const std::string text(to_view(name.as_string()));
      if (seen.insert(text::to_lower_ascii(text)).second) names.push_back(text);
    }
  }
  return text::quoted_list(names);
}

std::string unknown_note(const FileFit& file) {
  std::vector<std::string> names;
  for (const json::value& name : objects_of(file.fit, "unknown"))
    names.emplace_back(to_view(name.as_string()));
  return names.empty() ? "" : fmt::format("`{}` has {}", file.path, text::quoted_list(names));
}

// `data/orders.csv`: 2 rows do not fit `amount` (INTEGER): 'abc' in row 2, '1.5' in row 4
std::string misfit_note(const FileFit& file, const json::object& misfit) {
  const std::int64_t rows = get_int(misfit, "rows").value_or(0);
  std::string text =
      fmt::format("`{}`: {} {} not fit `{}` ({}): ", file.path, text::counted(rows, "row"), rows == 1 ? "does" : "do",
                  get_string_or(misfit, "column", ""), get_string_or(misfit, "table_type", ""));
  std::vector<std::string> examples;
  for (const json::value& item : objects_of(misfit, "examples")) {
    const json::object& example = item.as_object();
    examples.push_back(
        fmt::format("'{}' in row {}", get_string_or(example, "value", ""), get_int(example, "row").value_or(0)));
  }
  if (rows > std::ssize(examples)) examples.emplace_back("...");
  return text + text::join(examples, ", ");
}

// Of the columns that `wanted` names; of all when it names none.
std::vector<std::string> misfit_notes(const std::vector<FileFit>& files, const std::vector<std::string>& wanted) {
  std::vector<std::string> notes;
  for (const FileFit& file : files) {
    for (const json::value& item : objects_of(file.fit, "misfits")) {
      const std::string column = get_string_or(item.as_object(), "column", "");
      const bool is_wanted = wanted.empty() || std::find(wanted.begin(), wanted.end(), column) != wanted.end();
      if (is_wanted) notes.push_back(misfit_note(file, item.as_object()));
    }
  }
  return notes;
}

void report_unknown(const IngestionSource& source, const std::vector<FileFit>& files, DiagnosticSink& sink) {
  const std::string names = unknown_columns(files);
  if (names.empty()) return;
  const bool fails = source.contract == SchemaContract::kFreeze;
  Diagnostic found =
      fails
          ? error_diagnostic("FLOE-E0354", "frozen-columns",
                             fmt::format("source `{}` has columns that table `{}` does not have: {}", source.name,
                                         table_name(source), names))
                .at(contract_place(source), "the table keeps its columns")
                .help(
                    "take the columns out of the file, add them with one run of `schema_contract: evolve`, or load "
                    "without them with `discard`")
          : warning_diagnostic("FLOE-W1310", "discarded-columns",
                               fmt::format("columns of source `{}` were left out, table `{}` does not have them: {}",
                                           source.name, table_name(source), names))
                .at(contract_place(source))
                .help("add them to the table with one run of `schema_contract: evolve`, or take them out of the file");
  for (const FileFit& file : files) {
    if (const std::string note = unknown_note(file); !note.empty()) found.notes.push_back(note);
  }
  sink.report(std::move(found));
}

void report_misfits(const IngestionSource& source, const std::vector<FileFit>& files, DiagnosticSink& sink) {
  const std::vector<std::string> notes = misfit_notes(files, {});
  if (notes.empty()) return;
  std::int64_t dropped = 0;
  for (const FileFit& file : files)
    dropped += get_int(file.fit, "dropped_rows").value_or(0);
  const bool fails = source.contract == SchemaContract::kFreeze;
  Diagnostic found =
      fails ? error_diagnostic(
                  "FLOE-E0355", "frozen-types",
                  fmt::format("{} of source `{}` {} not fit the types of table `{}`", text::counted(dropped, "row"),
                              source.name, dropped == 1 ? "does" : "do", table_name(source)))
                  .at(contract_place(source), "the columns keep their types")
                  .help("correct the rows, or load without them with `schema_contract: discard`")
            : warning_diagnostic("FLOE-W1311", "discarded-rows",
                                 fmt::format("{} of source `{}` {} left out for not fitting the types of table `{}`",
                                             text::counted(dropped, "row"), source.name, dropped == 1 ? "was" : "were",
                                             table_name(source)))
                  .at(contract_place(source))
                  .help("correct the rows and load the file again");
  for (const std::string& note : notes)
    found.notes.push_back(note);
  sink.report(std::move(found));
}

void report_changed(const IngestionSource& source, const std::vector<FileFit>& files,
                    const std::vector<std::string>& changed, DiagnosticSink& sink) {
  if (changed.empty()) return;
  Diagnostic found =
      error_diagnostic("FLOE-E0356", "type-changed",
                       fmt::format("source `{}` changes the type of {} in table `{}`", source.name,
                                   text::quoted_list(changed), table_name(source)))
          .at(contract_place(source))
          .help(
              "correct the rows, load without them with `schema_contract: discard`, or make the table anew with "
              "`write_mode: replace`");
  for (const std::string& note : misfit_notes(files, changed))
    found.notes.push_back(note);
  sink.report(
      std::move(found).note("a table widens INTEGER to BIGINT, FLOAT to DOUBLE and a DECIMAL to more digits; "
                            "other changes would change what its rows say"));
}

void report_keys(const IngestionSource& source, const std::vector<FileFit>& files, DiagnosticSink& sink) {
  std::vector<std::string> notes;
  for (const FileFit& file : files) {
    for (const std::string& key : source.keys) {
      if (find_named(file.columns, key) == nullptr)
        notes.push_back(fmt::format("`{}` has no column `{}`", file.path, key));
    }
    const json::object* keyless = get_object(file.fit, "keyless");
    if (keyless == nullptr) continue;
    std::vector<std::string> rows;
    for (const json::value& row : objects_of(*keyless, "examples"))
      rows.push_back(std::to_string(row.to_number<std::int64_t>()));
    const std::int64_t count = get_int(*keyless, "rows").value_or(0);
    if (count > static_cast<std::int64_t>(rows.size())) rows.emplace_back("...");
    notes.push_back(
        fmt::format("`{}`: {} without a key: row {}", file.path, text::counted(count, "row"), text::join(rows, ", ")));
  }
  if (notes.empty()) return;
  Diagnostic found = error_diagnostic("FLOE-E0358", "row-without-key",
                                      fmt::format("source `{}` has rows without its key {}", source.name,
                                                  text::quoted_list(source.keys)))
                         .at(source.keys_span, "rows are found by it")
                         .help("give every row a value in each key, or name other `keys`");
  for (const std::string& note : notes)
    found.notes.push_back(note);
  sink.report(std::move(found));
}

// `only_names`: all as text.
json::array declared_columns(const IngestionSource& source, bool only_names = false) {
  json::array columns;
  for (const compile::IngestionColumn& column : source.columns)
    columns.push_back(json::object{{"name", column.name}, {"sql_type", only_names ? "VARCHAR" : column.sql_type}});
  return columns;
}

bool is_struct_within(const json::object& from, const json::object& to) {
  const json::array fields = objects_of(from, "fields");
  const json::array others = objects_of(to, "fields");
  return std::all_of(fields.begin(), fields.end(), [&](const json::value& item) {
    const json::object& field = item.as_object();
    const json::object* match = find_named(others, get_string_or(field, "name", ""));
    return match != nullptr && is_type_within(field.at("type"), match->at("type"));
  });
}

}  // namespace

const json::object* find_named(const json::array& list, std::string_view name) {
  const auto found = std::find_if(list.begin(), list.end(), [&](const json::value& item) {
    return text::equals_ignore_case_ascii(get_string_or(item.as_object(), "name", ""), name);
  });
  return found == list.end() ? nullptr : &found->as_object();
}

bool is_type_within(const json::value& from, const json::value& to) {
  if (!from.is_object() || !to.is_object()) return from == to;
  const std::string kind = get_string_or(from.get_object(), "type", "");
  if (kind != get_string_or(to.get_object(), "type", "")) return false;
  if (kind == "struct") return is_struct_within(from.get_object(), to.get_object());
  const auto is_part_within = [&](const char* part) {
    return is_type_within(from.get_object().at(part), to.get_object().at(part));
  };
  return kind == "list" ? is_part_within("element") : is_part_within("key") && is_part_within("value");
}

json::object fit_of_types(const IngestionSource& source, const json::array& table) {
  json::object fit{{"columns", table}};
  if (!source.keys.empty()) fit["keys"] = json::array(source.keys.begin(), source.keys.end());
  return fit;
}

std::optional<json::object> fit_request(const IngestionSource& source, const std::optional<json::array>& table) {
  const bool evolves = source.contract == SchemaContract::kEvolve;
  if (evolves && table && source.write_mode != compile::WriteMode::kReplace) return fit_of_types(source, *table);
  json::object fit;
  if (!evolves) {
    fit["columns"] = table ? *table : declared_columns(source);
    fit[table ? "exact" : "complete"] = true;
  }
  if (!source.keys.empty()) fit["keys"] = json::array(source.keys.begin(), source.keys.end());
  if (fit.empty()) return std::nullopt;
  return fit;
}

json::value columns_request(const IngestionSource& source) {
  if (source.columns.empty()) return nullptr;
  if (source.contract == SchemaContract::kEvolve) return declared_columns(source);
  // A CSV file without a header has names only from here.
  const auto options = parse_json_object(source.options.empty() ? "{}" : source.options);
  if (source.format != "csv" || !options || get_bool_or(*options, "header", true)) return nullptr;
  return declared_columns(source, true);
}

void report_fit(const IngestionSource& source, const std::vector<FileFit>& files,
                const std::vector<std::string>& changed, DiagnosticSink& sink) {
  if (source.contract == SchemaContract::kEvolve) {
    report_changed(source, files, changed, sink);
  } else {
    report_unknown(source, files, sink);
    report_misfits(source, files, sink);
  }
  report_keys(source, files, sink);
}

void report_inexact(const IngestionSource& source, const std::vector<FileFit>& files, DiagnosticSink& sink) {
  const std::vector<std::string> notes = misfit_notes(files, {});
  if (notes.empty()) return;
  Diagnostic found =
      error_diagnostic(
          "FLOE-E0355", "frozen-types",
          fmt::format("the `columns` of source `{}` have types that would change values of its files", source.name))
          .at(source.span)
          .help(
              "correct the rows, declare a type that has these values, or load without the rows with "
              "`schema_contract: discard`");
  for (const std::string& note : notes)
    found.notes.push_back(note);
  sink.report(std::move(found));
}

Diagnostic frozen_table(const IngestionSource& source) {
  return error_diagnostic("FLOE-E0357", "frozen-table",
                          fmt::format("source `{}` would create table `{}`", source.name, table_name(source)))
      .at(contract_place(source), "no new tables")
      .help("list the `columns` of the table, or load it once with `schema_contract: evolve`");
}

Diagnostic rejected_rows(const IngestionSource& source, std::int64_t rows) {
  return warning_diagnostic("FLOE-W1314", "rejected-rows",
                            fmt::format("{} of source `{}` {} not loaded into table `{}`", text::counted(rows, "row"),
                                        source.name, rows == 1 ? "is" : "are", table_name(source)))
      .at(source.bad_rows_span)
      .help(fmt::format("see them, and why, with `floe show {}_rejects`; correct the rows and load the file again",
                        table_name(source)));
}

Diagnostic discarded_table(const IngestionSource& source, std::int64_t rows) {
  return warning_diagnostic(
             "FLOE-W1312", "discarded-table",
             fmt::format("{} of source `{}` {} left out, there is no table `{}`", text::counted(rows, "row"),
                         source.name, rows == 1 ? "was" : "were", table_name(source)))
      .at(contract_place(source))
      .help("list the `columns` of the table, or load it once with `schema_contract: evolve`");
}

}  // namespace floe::run
