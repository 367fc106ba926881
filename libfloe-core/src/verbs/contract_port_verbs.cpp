// floe contract generate, drift, check: the contracts of the product's output ports, against its tables and its runs.
#include "engine/compiled_project.hpp"
#include "engine/compiler_host.hpp"
#include "engine/opened_tables.hpp"
#include "model/relation.hpp"
#include "rules/contract/drift.hpp"
#include "verbs/service_check.hpp"
#include "verbs/verb_table.hpp"

#include "base/fail.hpp"
#include "base/text/text.hpp"

#include <algorithm>
#include <map>

namespace floe::run {
namespace {

using contract::PortContract;

// The contracts of all ports, or of the one that the request names. Made anew: a cached compile does not keep them.
struct Made {
  compile::Compiled compiled;
  std::vector<PortContract> contracts;
};

Result<Made> make_contracts(Context& context, const json::object& request, DiagnosticSink& sink) {
  compile::CompileRequest compile = compile_request(context, request);
  compile.use_cache = false;
  Made out{FLOE_TRY(compile_project(context, compile, sink)), {}};
  const std::string wanted = get_string_or(request, "port", "");
  std::vector<std::string> known;
  for (const PortContract& each : out.compiled.examined->contracts) {
    known.push_back(each.port);
    if (wanted.empty() || each.port == wanted) out.contracts.push_back(each);
  }
  if (!out.contracts.empty()) return out;
  if (wanted.empty()) return fail(ErrorCode::kNotFound, "the product has no output ports, so there is no contract");
  const auto near = text::nearest(wanted, known);
  return failf(ErrorCode::kNotFound, "there is no output port `{}`; {}", wanted,
               near ? "did you mean `" + *near + "`?"
                    : (known.empty() ? "the product has none" : "there are " + text::join(known, ", ")));
}

// ---- the table of a contract ----

constexpr const char* kNow = R"({"snapshot_id":null,"timestamp_ms":null,"ref":null})";

const contract::Object* object_of(const PortContract& made) {
  for (const contract::Object& object : made.contract.objects) {
    if (text::equals_ignore_case_ascii(object.physical_name, made.table)) return &object;
  }
  return made.contract.objects.empty() ? nullptr : &made.contract.objects.front();
}

// Rows without a value by field id, over all live files; a column is left out when one file did not count.
std::map<std::int64_t, std::int64_t> null_counts(const json::array& files) {
  std::map<std::int64_t, std::int64_t> counts;
  std::map<std::int64_t, std::size_t> counted;
  for (const json::value& file : files) {
    const json::array* pairs = get_array(file.as_object(), "null_value_counts");
    if (pairs == nullptr) continue;
    for (const json::value& pair : *pairs) {
      const json::array& item = pair.as_array();
      const std::int64_t field = item.at(0).as_int64();
      counts[field] += item.at(1).as_int64();
      ++counted[field];
    }
  }
  std::erase_if(counts, [&](const auto& entry) { return counted[entry.first] != files.size(); });
  return counts;
}

std::vector<contract::TableColumn> columns_of(const json::object& table, const json::array& files) {
  std::vector<contract::TableColumn> out;
  const auto nulls = null_counts(files);
  const json::array* columns = get_array(table, "columns");
  if (columns == nullptr) return out;
  for (const json::value& item : *columns) {
    const json::object& column = item.as_object();
    contract::TableColumn made{get_string_or(column, "name", ""), "", get_bool_or(column, "required", false), {}};
    if (const json::value* type = column.if_contains("type")) made.type = type_text(*type);
    const auto found = nulls.find(get_int(column, "id").value_or(-1));
    if (found != nulls.end()) made.nulls = found->second;
    if (files.empty()) made.nulls = 0;
    out.push_back(std::move(made));
  }
  return out;
}

// People hear of a broken promise once, until the channel forgets it.
compile::Alert alert_of(const PortContract& made, const std::string& what, std::string title, std::string message) {
  return {"contract_violation", "error",    std::move(title),
          std::move(message),   made.table, made.contract.id + "/" + what};
}

void send(Context& context, const compile::Compiled& compiled, const std::vector<compile::Alert>& alerts,
          DiagnosticSink& sink) {
  if (alerts.empty() || !compiled.plugin_lists.contains("alert_channels")) return;
  ContextCompilerHost(context).send_alerts(compiled, alerts, sink);
}

// What breaks readers, as a finding and for people.
void report_drift(const PortContract& made, const std::vector<contract::Drift>& drifts,
                  std::vector<compile::Alert>* alerts, DiagnosticSink& sink) {
  std::vector<std::string> broken;
  for (const contract::Drift& drift : drifts) {
    if (drift.is_breaking) broken.push_back(drift.message);
  }
  if (broken.empty()) return;
  auto diagnostic =
      error_diagnostic("FLOE-E0384", "contract-drift",
                       fmt::format("table `{}` does not keep contract `{}`", made.table, made.contract.id))
          .at(made.span, "promised by this port")
          .help("mend the model, or change the contract with a version that says so")
          .addressed("output_ports." + made.port);
  alerts->push_back(alert_of(made, "schema_drift", diagnostic.message, text::join(broken, "\n")));
  diagnostic.notes = std::move(broken);
  sink.report(std::move(diagnostic));
}

json::array drifts_json(const std::vector<contract::Drift>& drifts) {
  json::array out;
  for (const contract::Drift& drift : drifts) {
    out.push_back(
        json::object{{"kind", contract::drift_kind_name(drift.kind)},
                     {"breaking", drift.is_breaking},
                     {"column", drift.column},
                     {"contract", drift.promised.empty() ? json::value(nullptr) : json::value(drift.promised)},
                     {"table", drift.found.empty() ? json::value(nullptr) : json::value(drift.found)},
                     {"message", drift.message}});
  }
  return out;
}

void report_missing_table(const PortContract& made, DiagnosticSink& sink) {
  sink.report(error_diagnostic(
                  "FLOE-E0385", "table-of-contract-missing",
                  fmt::format("there is no table `{}`, which contract `{}` is about", made.table, made.contract.id))
                  .at(made.span, "promised by this port")
                  .help(fmt::format("build it: floe run --select {}", made.model))
                  .addressed("output_ports." + made.port));
}

Result<std::string> identifier_of_table(const std::string& table) {
  const warehouse::Relation relation = FLOE_TRY(warehouse::relation_from_text(table));
  return to_json(relation.to_identifier());
}

Result<Answer> generate_contracts(Context& context, const json::object& request, DiagnosticSink& sink) {
  const Made made = FLOE_TRY(make_contracts(context, request, sink));
  const std::string out = get_string_or(request, "out", "");
  json::array contracts;
  for (const PortContract& each : made.contracts) {
    json::value path = nullptr;
    if (!out.empty()) {
      const std::string directory = io::normalize_path(io::join_path(context.options().directory, out));
      FLOE_TRY(context.files().create_directories(directory));
      const std::string file = io::join_path(directory, each.port + ".yaml");
      FLOE_TRY(context.files().write_atomic(file, each.document, io::Durability::kFast));
      path = file;
    }
    contracts.push_back(json::object{{"port", each.port},
                                     {"id", each.contract.id},
                                     {"version", each.contract.version},
                                     {"path", std::move(path)},
                                     {"document", each.document}});
  }
  return Answer{to_json(json::object{{"success", true}, {"contracts", std::move(contracts)}}), 0};
}

Result<Answer> find_drift(Context& context, const json::object& request, DiagnosticSink& sink) {
  const Made made = FLOE_TRY(make_contracts(context, request, sink));
  const OpenedTables opened = FLOE_TRY(open_tables(context, request, {}, sink));
  const TableFormatClient tables = opened.platform->tables();
  std::vector<compile::Alert> alerts;
  json::array contracts;
  for (const PortContract& each : made.contracts) {
    const std::string identifier = FLOE_TRY(identifier_of_table(each.table));
    json::object entry{{"port", each.port},   {"id", each.contract.id}, {"version", each.contract.version},
                       {"table", each.table}, {"exists", false},        {"differences", json::array()}};
    const auto loaded = tables.load(opened.call.raw(), identifier, kNow);
    if (!loaded && loaded.error().code != ErrorCode::kNotFound) return loaded.error();
    const contract::Object* object = object_of(each);
    if (!loaded) {
      report_missing_table(each, sink);
    } else if (object != nullptr) {
      const json::object table = FLOE_TRY(parse_json_object(*loaded));
      const json::array files = FLOE_TRY(metadata_rows(opened, identifier, "files", kNow));
      const auto drifts = contract::compare_with_table(*object, columns_of(table, files));
      report_drift(each, drifts, &alerts, sink);
      entry["exists"] = true;
      entry["differences"] = drifts_json(drifts);
    }
    contracts.push_back(std::move(entry));
  }
  send(context, made.compiled, alerts, sink);
  const bool is_fine = !sink.has_errors();
  return Answer{to_json(json::object{{"success", is_fine}, {"contracts", std::move(contracts)}}), is_fine ? 0 : 1};
}

Result<Answer> check_service_levels(Context& context, const json::object& request, DiagnosticSink& sink) {
  const Made made = FLOE_TRY(make_contracts(context, request, sink));
  const OpenedTables opened = FLOE_TRY(open_tables(context, request, {}, sink));
  const ServiceCheck check(context, opened);
  std::vector<compile::Alert> alerts;
  json::array contracts;
  for (const PortContract& each : made.contracts) {
    json::array levels;
    for (const Measured& measured : FLOE_TRY(check.run(each))) {
      measured.report(each, sink);
      if (measured.kept == Kept::kNo)
        alerts.push_back(alert_of(each, measured.level.property, measured.text(each), measured.reason));
      levels.push_back(measured.to_json());
    }
    contracts.push_back(json::object{{"port", each.port},
                                     {"id", each.contract.id},
                                     {"version", each.contract.version},
                                     {"table", each.table},
                                     {"service_levels", std::move(levels)}});
  }
  send(context, made.compiled, alerts, sink);
  const bool is_fine = !sink.has_errors();
  return Answer{to_json(json::object{{"success", is_fine}, {"contracts", std::move(contracts)}}), is_fine ? 0 : 1};
}

// One document after the other, as YAML has it; with files, only their names.
AnswerText contract_generate_text(const json::object& answer, const TextStyle& /*style*/) {
  std::string out;
  const json::array* contracts = get_array(answer, "contracts");
  if (contracts == nullptr) return {};
  for (const json::value& item : *contracts) {
    const json::object& contract = item.as_object();
    const std::string path = get_string_or(contract, "path", "");
    if (!path.empty()) {
      out += path + "\n";
      continue;
    }
    out += (contracts->size() > 1 ? "---\n" : "") + get_string_or(contract, "document", "");
  }
  return {out, ""};
}

// A line per contract, and below it one per finding.
template <class Line>
std::string port_findings_text(const json::object& answer, std::string_view list, Line line) {
  std::string out;
  const json::array* contracts = get_array(answer, "contracts");
  if (contracts == nullptr) return out;
  for (const json::value& item : *contracts) {
    const json::object& contract = item.as_object();
    out += fmt::format("{} {}: {}\n", get_string_or(contract, "id", ""), get_string_or(contract, "version", ""),
                       get_string_or(contract, "table", ""));
    const json::array* findings = get_array(contract, list);
    if (findings == nullptr || findings->empty()) {
      out += get_bool_or(contract, "exists", true) ? "  ✓ nothing to tell\n" : "  ✗ there is no such table\n";
      continue;
    }
    for (const json::value& finding : *findings)
      out += line(finding.as_object());
  }
  return out;
}

std::string drift_line(const json::object& drift) {
  return fmt::format("  {} {:<11} {}\n", get_bool_or(drift, "breaking", false) ? "✗" : "⚠",
                     get_string_or(drift, "kind", ""), get_string_or(drift, "message", ""));
}

std::string level_line(const json::object& level) {
  const std::string status = get_string_or(level, "status", "");
  const char* mark = status == "kept" ? "✓" : (status == "broken" ? "✗" : "?");
  return fmt::format("  {} {:<12} {:>6} promised, {} found: {}\n", mark, get_string_or(level, "property", ""),
                     get_string_or(level, "promised", ""), get_string_or(level, "found", "nothing"),
                     get_string_or(level, "reason", ""));
}

AnswerText contract_drift_text(const json::object& answer, const TextStyle& /*style*/) {
  return {port_findings_text(answer, "differences", drift_line), ""};
}

AnswerText contract_check_text(const json::object& answer, const TextStyle& /*style*/) {
  return {port_findings_text(answer, "service_levels", level_line), ""};
}

}  // namespace

Verb contract_generate_verb() {
  return {.name = "contract generate",
          .summary = "the contracts of the output ports",
          .details = R"(The documents are YAML. Compiles first. FLOE_NOT_FOUND when there is no such port.)",
          .request = Arguments()
                         .text("--port", "port", "only of this port")
                         .path("--out", "out", "folder to write them to, instead of stdout"),
          .answer =
              R"({"type": "object", "required": ["success", "contracts"], "properties": {"success": {"type": "boolean"},
  "contracts": {"type": "array", "items": {"type": "object", "properties": {"port": {"type": "string"}, "id": {"type": "string"}, "version": {"type": "string"},
    "path": {"type": ["string", "null"]}, "document": {"type": "string"}}}}}})",
          .run = generate_contracts,
          .text = contract_generate_text};
}

Verb contract_drift_verb() {
  return {.name = "contract drift",
          .summary = "the contracts of the output ports against their tables",
          .details = R"(Exit code 1 when a difference breaks readers of the contract or the table is not there.)",
          .request = Arguments().text("--port", "port", "only of this port"),
          .answer =
              R"({"type": "object", "required": ["success", "contracts"], "properties": {"success": {"type": "boolean"},
  "contracts": {"type": "array", "items": {"type": "object", "properties": {"port": {"type": "string"}, "id": {"type": "string"}, "version": {"type": "string"},
    "table": {"type": "string"}, "exists": {"type": "boolean"},
    "differences": {"type": "array", "items": {"type": "object", "properties": {
      "kind": {"enum": ["missing", "extra", "type", "nullability"]}, "breaking": {"type": "boolean"},
      "column": {"type": "string"}, "contract": {"type": ["string", "null"]}, "table": {"type": ["string", "null"]},
      "message": {"type": "string"}}}}}}}}})",
          .run = find_drift,
          .text = contract_drift_text};
}

Verb contract_check_verb() {
  return {
      .name = "contract check",
      .summary = "whether the tables keep the service levels of their contracts",
      .details =
          R"(Exit code 1 when one is broken. Remembers in .floe/contracts/checks.jsonl whether the table could be read.)",
      .request = Arguments().text("--port", "port", "only of this port"),
      .answer =
          R"({"type": "object", "required": ["success", "contracts"], "properties": {"success": {"type": "boolean"},
  "contracts": {"type": "array", "items": {"type": "object", "properties": {"port": {"type": "string"}, "id": {"type": "string"}, "version": {"type": "string"},
    "table": {"type": "string"},
    "service_levels": {"type": "array", "items": {"type": "object", "properties": {
      "property": {"type": "string"}, "promised": {"type": "string"}, "found": {"type": ["string", "null"]},
      "status": {"enum": ["kept", "broken", "unknown"]}, "reason": {"type": "string"}}}}}}}}})",
      .run = check_service_levels,
      .text = contract_check_text};
}

}  // namespace floe::run
