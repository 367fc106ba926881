#include "execute/command.hpp"

#include "macro/render_scope.hpp"

#include "base/fail.hpp"

#include <map>

namespace floe::dbt {
namespace {

Result<ResourceType> parse_type(const std::string& name) {
  for (const ResourceType type :
       {ResourceType::kModel, ResourceType::kSeed, ResourceType::kSnapshot, ResourceType::kTest,
        ResourceType::kAnalysis, ResourceType::kSource, ResourceType::kExposure}) {
    if (resource_type_name(type) == name) return type;
  }
  return failf(ErrorCode::kInvalidArgument,
               "resource type `{}` is none of model, seed, snapshot, test, analysis, source, exposure", name);
}

}  // namespace

json::object empty_answer() {
  return json::object{{"success", true}, {"results", json::array()}, {"lines", json::array()}, {"show", nullptr}};
}

std::vector<std::string> word_list(const json::object& args, std::string_view key) {
  std::vector<std::string> out;
  const json::value* value = args.if_contains(key);
  if (value == nullptr) return out;
  if (value->is_string()) out.emplace_back(to_view(value->get_string()));
  if (!value->is_array()) return out;
  for (const json::value& item : value->get_array()) {
    if (item.is_string()) out.emplace_back(to_view(item.get_string()));
  }
  return out;
}

namespace {

// --selector, or the default of selectors.yml when nothing else is asked for.
Result<const Selection*> selector_of(const CommandInput& input, const SelectionRequest& request) {
  const auto given = get_string(input.args, "selector");
  for (const NamedSelection& each : input.session.selectors.selectors) {
    const bool stands_in = !given && each.is_default && request.select.empty() && request.exclude.empty();
    if (stands_in || given == each.name) return &each.selection;
  }
  if (given) return unknown_selector(*given, &input.session.selectors.selectors);
  return nullptr;
}

Status refuse_unit_tests(const std::vector<std::string>& select) {
  for (const std::string& word : select) {
    if (word.find("test_type:unit") == std::string::npos && word.find("resource_type:unit_test") == std::string::npos) {
      continue;
    }
    return failf(ErrorCode::kUnsupported, "`{}`: unit tests are not run by this version", word);
  }
  return ok();
}

Result<SelectionRequest> selection_of(const CommandInput& input, std::vector<ResourceType> default_types) {
  const json::object& args = input.args;
  SelectionRequest request;
  request.select = word_list(args, "select");
  request.exclude = word_list(args, "exclude");
  FLOE_TRY(refuse_unit_tests(request.select));
  request.named = &input.session.selectors.selectors;
  request.selector = FLOE_TRY(selector_of(input, request));
  if (request.selector != nullptr && !(request.select.empty() && request.exclude.empty())) {
    return fail(ErrorCode::kInvalidArgument,
                "--selector stands for --select and --exclude; to select more, write --select selector:<name>");
  }
  request.indirect = FLOE_TRY(parse_indirect_selection(get_string_or(args, "indirect_selection", "eager")));
  request.types = std::move(default_types);
  const std::vector<std::string> types = word_list(args, "resource_type");
  if (!types.empty() && types != std::vector<std::string>{"all"}) {
    request.types.clear();
    for (const std::string& name : types)
      request.types.push_back(FLOE_TRY(parse_type(name)));
  }
  for (const std::string& name : word_list(args, "exclude_resource_type"))
    std::erase(request.types, FLOE_TRY(parse_type(name)));
  if (request.types.empty()) return fail(ErrorCode::kInvalidArgument, "no resource type is left to select");
  return request;
}

Diagnostic empty_word(const EmptyWord& word) {
  return warning_diagnostic("FLOE-W0634", "empty-selection",
                            fmt::format("the selection criterion `{}` does not match any enabled nodes", word.text))
      .help(word.nearest.empty() ? "`floe dbt ls` lists what can be selected"
                                 : fmt::format("write `{}`", word.nearest));
}

Diagnostic nothing_selected() {
  return warning_diagnostic("FLOE-W0634", "empty-selection", "the selection leaves nothing to do")
      .help("`floe dbt ls` with the same selection lists what it names");
}

void add_warning(Session& session, Diagnostic warning) {
  auto warnings = session.warnings.empty()
                      ? std::vector<Diagnostic>()
                      : diagnostics_from_json(session.warnings).value_or(std::vector<Diagnostic>());
  warnings.push_back(std::move(warning));
  session.warnings = diagnostics_to_json(warnings);
}

}  // namespace

Result<SelectionResult> select_nodes(const CommandInput& input, const std::vector<ResourceType>& default_types) {
  const SelectionRequest request = FLOE_TRY(selection_of(input, default_types));
  auto selected = FLOE_TRY(select_resources(input.session.manifest, request));
  const bool selects_some = !request.select.empty() || !request.exclude.empty() || request.selector != nullptr;
  for (const EmptyWord& word : selected.empty_words)
    add_warning(input.session, empty_word(word));
  if (selects_some && selected.unique_ids.empty() && selected.empty_words.empty())
    add_warning(input.session, nothing_selected());
  return selected;
}

Result<json::object> run_command(const CommandInput& input) {
  using Command = Result<json::object> (*)(const CommandInput&);
  static const std::map<std::string, Command> kCommands = {
      {"ls", list_command},
      {"list", list_command},
      {"compile", compile_command},
      {"seed", execute_command},
      {"snapshot", execute_command},
      {"run", execute_command},
      {"test", execute_command},
      {"build", execute_command},
      {"show", show_command},
      {"run-operation", operation_command},
      {"parse", [](const CommandInput&) -> Result<json::object> { return empty_answer(); }}};
  const auto found = kCommands.find(input.command);
  if (found == kCommands.end()) {
    return failf(
        ErrorCode::kInvalidArgument,
        "dbt command `{}` is none of parse, compile, ls, seed, snapshot, run, test, build, show, run-operation",
        input.command);
  }
  const bool needs_warehouse = input.command != "ls" && input.command != "list" && input.command != "parse";
  if (needs_warehouse && !input.warehouse.has_value()) {
    return failf(ErrorCode::kInvalidState, "`dbt {}` needs a warehouse", input.command);
  }
  return found->second(input);
}

}  // namespace floe::dbt
