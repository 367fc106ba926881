// floe contract ...: data contracts (ODCS) by themselves, and against what a project has.
#include "rules/contract/change.hpp"
#include "rules/contract/contract.hpp"
#include "verbs/verb_table.hpp"

#include "base/fail.hpp"

#include <fmt/format.h>

#include <algorithm>

namespace floe::run {
namespace {

constexpr const char* kDefaultContract = "datacontract.yaml";

std::vector<std::string> contract_files(const json::object& request) {
  std::vector<std::string> out;
  if (const json::array* files = get_array(request, "files")) {
    for (const json::value& file : *files)
      out.emplace_back(file.is_string() ? to_view(file.get_string()) : std::string_view());
  }
  if (out.empty()) out.emplace_back(kDefaultContract);
  return out;
}

Result<config::Document> contract_document(Context& context, const std::string& file, DiagnosticSink& sink) {
  const std::string& directory = context.options().directory;
  const std::string path = io::is_absolute_path(file) ? file : io::join_path(directory, file);
  const auto project = compile::locate_project(directory, context.files());
  auto document = config::read_document(path, project ? project->root : directory, context.files(), sink);
  if (document || document.error().code != ErrorCode::kNotFound) return document;
  return failf(ErrorCode::kNotFound, "there is no data contract `{}`", file);
}

Result<Answer> validate_contracts(Context& context, const json::object& request, DiagnosticSink& sink) {
  json::array contracts;
  bool is_valid = true;
  for (const std::string& file : contract_files(request)) {
    DiagnosticSink own;
    const config::Document document = FLOE_TRY(contract_document(context, file, own));
    const auto contract = contract::read_contract(document, own);
    json::object entry{{"file", document.name}, {"valid", contract.has_value()}, {"errors", own.error_count()}};
    entry["id"] = contract ? json::value(contract->id) : json::value(nullptr);
    entry["version"] = contract ? json::value(contract->version) : json::value(nullptr);
    contracts.push_back(std::move(entry));
    is_valid = is_valid && contract.has_value();
    sink.merge(std::move(own));
  }
  return Answer{to_json(json::object{{"success", is_valid}, {"contracts", std::move(contracts)}}), is_valid ? 0 : 1};
}

Result<Answer> diff_contracts(Context& context, const json::object& request, DiagnosticSink& sink) {
  const std::string old_file = FLOE_TRY(require_string(request, "old"));
  const std::string new_file = FLOE_TRY(require_string(request, "new"));
  const auto old_document = FLOE_TRY(contract_document(context, old_file, sink));
  const auto new_document = FLOE_TRY(contract_document(context, new_file, sink));
  const auto older = contract::read_contract(old_document, sink);
  const auto newer = contract::read_contract(new_document, sink);
  if (!older || !newer) return fail(ErrorCode::kData, "a contract is not valid");
  const std::vector<contract::Change> changes = contract::compare_contracts(*older, *newer);
  contract::check_version_step(*older, *newer, changes, sink);
  json::array listed;
  json::value step = nullptr;
  auto worst = contract::ChangeKind::kPatch;
  for (const contract::Change& change : changes) {
    worst = std::max(worst, change.kind);
    step = contract::version_step(worst);
    listed.push_back(json::object{
        {"kind", contract::change_kind_name(change.kind)}, {"address", change.address}, {"message", change.message}});
  }
  const bool is_fine = !sink.has_errors();
  return Answer{to_json(json::object{{"success", is_fine},
                                     {"id", newer->id},
                                     {"old_version", older->version},
                                     {"new_version", newer->version},
                                     {"step", std::move(step)},
                                     {"changes", std::move(listed)}}),
                is_fine ? 0 : 1};
}

AnswerText contract_validate_text(const json::object& answer, const TextStyle& /*style*/) {
  std::string out;
  if (const json::array* contracts = get_array(answer, "contracts")) {
    for (const json::value& item : *contracts) {
      const json::object& contract = item.as_object();
      const bool is_valid = get_bool_or(contract, "valid", false);
      out += fmt::format("{} {}", is_valid ? "✓" : "✗", get_string_or(contract, "file", ""));
      out += is_valid
                 ? fmt::format(": {} {}\n", get_string_or(contract, "id", ""), get_string_or(contract, "version", ""))
                 : ": not valid\n";
    }
  }
  return {out, ""};
}

AnswerText contract_diff_text(const json::object& answer, const TextStyle& /*style*/) {
  std::string out;
  if (const json::array* changes = get_array(answer, "changes")) {
    for (const json::value& item : *changes) {
      const json::object& change = item.as_object();
      out += fmt::format("{:<9} {}\n", get_string_or(change, "kind", ""), get_string_or(change, "message", ""));
    }
  }
  const std::string step = get_string_or(answer, "step", "");
  out += fmt::format("{} {} -> {}: {}\n", get_string_or(answer, "id", ""), get_string_or(answer, "old_version", ""),
                     get_string_or(answer, "new_version", ""),
                     step.empty() ? "nothing changed" : "demands a " + step + " step");
  return {out, ""};
}

}  // namespace

Verb contract_validate_verb() {
  return {.name = "contract validate",
          .summary = "check contracts against ODCS 3.0 to 3.2",
          .details = R"(Exit code 1 when one is not valid. FLOE_NOT_FOUND when a file is missing.)",
          .request = Arguments().paths("files", "files", "contracts (default datacontract.yaml)"),
          .answer =
              R"({"type": "object", "required": ["success", "contracts"], "properties": {"success": {"type": "boolean"},
  "contracts": {"type": "array", "items": {"type": "object", "properties": {"file": {"type": "string"},
    "valid": {"type": "boolean"}, "errors": {"type": "integer"}, "id": {"type": ["string", "null"]},
    "version": {"type": ["string", "null"]}}}}}})",
          .run = validate_contracts,
          .text = contract_validate_text};
}

Verb contract_diff_verb() {
  return {
      .name = "contract diff",
      .summary = "what changed between two versions, and the version that demands",
      .details =
          R"(Exit code 1 when a contract is not valid or the new version is too low for the changes. FLOE_NOT_FOUND when a file is
missing.)",
      .request = Arguments()
                     .path("old", "old", "the contract as it was", true)
                     .path("new", "new", "the contract as it is", true),
      .answer = R"({"type": "object", "required": ["success", "changes"], "properties": {"success": {"type": "boolean"},
  "id": {"type": "string"}, "old_version": {"type": "string"}, "new_version": {"type": "string"},
  "step": {"enum": ["major", "minor", "patch", null]},
  "changes": {"type": "array", "items": {"type": "object", "properties": {
    "kind": {"enum": ["breaking", "additive", "patch"]}, "address": {"type": "string"},
    "message": {"type": "string"}}}}}})",
      .run = diff_contracts,
      .text = contract_diff_text};
}

}  // namespace floe::run
