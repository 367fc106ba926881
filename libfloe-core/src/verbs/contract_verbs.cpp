// floe contract ...: data contracts (ODCS) by themselves, and against what a project has.
#include "rules/contract/change.hpp"
#include "rules/contract/contract.hpp"
#include "verbs/verbs.hpp"

#include "base/fail.hpp"

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

}  // namespace

Result<Answer> contract_validate_verb(Context& context, const json::object& request, DiagnosticSink& sink) {
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

Result<Answer> contract_diff_verb(Context& context, const json::object& request, DiagnosticSink& sink) {
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

}  // namespace floe::run
