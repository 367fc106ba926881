// floe plugin list|show|why: what the manifests of the plugin directories say; no library is opened.
#include "plugin/interface_info.hpp"
#include "plugin/uncalled_interface.hpp"
#include "verbs/text_table.hpp"
#include "verbs/verb_table.hpp"

#include "base/fail.hpp"
#include "base/text/printable.hpp"
#include "base/text/text.hpp"

#include <fmt/format.h>

namespace floe::run {
namespace {

Result<Answer> list_plugins(Context& context, const json::object& request, DiagnosticSink& /*sink*/) {
  PluginHost* host = FLOE_TRY(context.plugins());
  json::object listed = FLOE_TRY(parse_json_object(host->registry().list_json(&context.files())));
  const auto interface_id = get_string(request, "interface");
  const auto group = get_string(request, "group");
  if (interface_id && find_interface(*interface_id) == nullptr)
    return failf(ErrorCode::kInvalidArgument, "floe has no interface `{}`", *interface_id);
  if (group && find_interface_of_group(*group) == nullptr)
    return failf(ErrorCode::kInvalidArgument, "floe has no group `{}`", *group);
  json::array kept;
  for (const json::value& item : *FLOE_TRY(require_array(listed, "plugins"))) {
    const json::object& plugin = item.as_object();
    if (interface_id && get_string_or(plugin, "interface", "") != *interface_id) continue;
    if (group && get_string_or(plugin, "group", "") != *group) continue;
    kept.push_back(item);
  }
  listed["plugins"] = std::move(kept);
  return Answer{to_json(listed), 0};
}

Result<Answer> show_plugin(Context& context, const json::object& request, DiagnosticSink& sink) {
  PluginHost* host = FLOE_TRY(context.plugins());
  const std::string name = FLOE_TRY(require_string(request, "name"));
  const PluginEntry* entry = FLOE_TRY(host->registry().find_anywhere(name));
  for (const Diagnostic& warning : entry->diagnostics)
    sink.report(warning);
  warn_when_uncalled(entry->manifest.interface, sink);
  return Answer{FLOE_TRY(host->registry().show_json(name, &context.files())), 0};
}

Result<Answer> explain_choice(Context& context, const json::object& request, DiagnosticSink& /*sink*/) {
  PluginHost* host = FLOE_TRY(context.plugins());
  const std::string name = FLOE_TRY(require_string(request, "name"));
  return Answer{host->registry().why_json(name, &context.files()), 0};
}

std::string joined(const json::object& object, std::string_view key) {
  std::string text;
  if (const json::array* items = get_array(object, key)) {
    for (const json::value& item : *items)
      text += (text.empty() ? "" : ", ") + std::string(to_view(item.as_string()));
  }
  return text;
}

// Of a plugin that works and that floe does not call: what it is good for.
std::string use_of(const json::object& plugin) {
  const std::string status = get_string_or(plugin, "interface_status", "");
  if (status == "by_hand") return ", only by `floe plugin call`";
  return status == "specification" ? ", and nothing calls it" : "";
}

// `usable`, or `shadowed: by ...`.
std::string state_of(const json::object& plugin) {
  const std::string state = get_string_or(plugin, "state", "");
  const std::string reason = get_string_or(plugin, "reason", "");
  return state + (state == "usable" ? use_of(plugin) : "") + (reason.empty() ? "" : ": " + reason);
}

AnswerText plugin_list_text(const json::object& answer, const TextStyle& style) {
  const std::vector<TextColumn> columns = {{"group"}, {"name"}, {"version"}, {"interface"}, {"state"}, {"description"}};
  std::vector<std::vector<std::string>> rows;
  if (const json::array* plugins = get_array(answer, "plugins")) {
    for (const json::value& item : *plugins) {
      const json::object& plugin = item.as_object();
      rows.push_back({get_string_or(plugin, "group", ""), get_string_or(plugin, "name", ""),
                      get_string_or(plugin, "version", ""), get_string_or(plugin, "interface", ""), state_of(plugin),
                      get_string_or(plugin, "description", "")});
    }
  }
  return {format_text_table(columns, rows, style), ""};
}

AnswerText plugin_show_text(const json::object& answer, const TextStyle& /*style*/) {
  std::string text = fmt::format("{}/{} {}\n", get_string_or(answer, "group", ""), get_string_or(answer, "name", ""),
                                 get_string_or(answer, "version", ""));
  const auto line = [&](std::string_view title, const std::string& value) {
    if (!value.empty()) text += fmt::format("  {:<13} {}\n", title, text::printable(value));
  };
  line("", get_string_or(answer, "description", ""));
  line("id", get_string_or(answer, "id", ""));
  line("vendor", get_string_or(answer, "vendor", ""));
  line("license", get_string_or(answer, "license", ""));
  line("homepage", get_string_or(answer, "homepage", ""));
  line("interface", get_string_or(answer, "interface", ""));
  line("state", state_of(answer));
  line("aliases", joined(answer, "aliases"));
  line("capabilities", joined(answer, "capabilities"));
  line("requires", joined(answer, "requires"));
  line("services", joined(answer, "services"));
  line("runtime", get_string_or(answer, "runtime", ""));
  line("isolation", get_string_or(answer, "isolation", ""));
  line("library", get_string_or(answer, "library", ""));
  line("configuration", get_string_or(answer, "config_schema", ""));
  return {text, ""};
}

AnswerText plugin_why_text(const json::object& answer, const TextStyle& /*style*/) {
  std::string text = "Directories, in the order they are looked at:\n";
  if (const json::array* roots = get_array(answer, "roots")) {
    for (const json::value& item : *roots) {
      const json::object& root = item.as_object();
      text += fmt::format("  {}  ({}{})\n", get_string_or(root, "path", ""), get_string_or(root, "kind", ""),
                          get_bool_or(root, "exists", false) ? "" : ", not there");
    }
  }
  const std::string query = get_string_or(answer, "query", "");
  const json::array* candidates = get_array(answer, "candidates");
  if (candidates == nullptr || candidates->empty()) {
    return {text + fmt::format("No plugin is named `{}`; `floe plugin list` shows those there are.\n", query), ""};
  }
  text += fmt::format("Plugins named `{}`:\n", query);
  for (const json::value& item : *candidates) {
    const json::object& plugin = item.as_object();
    text += text::printable(fmt::format("  {}  ({})", get_string_or(plugin, "path", ""), state_of(plugin))) + "\n";
  }
  const std::string chosen = get_string_or(answer, "chosen", "");
  return {text + (chosen.empty() ? "None can be used.\n" : fmt::format("Chosen: {}\n", chosen)), ""};
}

}  // namespace

Verb plugin_list_verb() {
  return {.name = "plugin list",
          .summary = "plugins found in the plugin directories",
          .details = R"(No library is opened, as with `plugin show` and `plugin why`.)",
          .request = Arguments()
                         .text("--interface", "interface", "only this one: floe.compute/1")
                         .text("--group", "group", "only this one: floe.computes"),
          .answer = R"({"type": "object", "required": ["roots", "plugins"], "properties": {"roots": {"type": "array"},
  "plugins": {"type": "array", "items": {"type": "object", "additionalProperties": true, "properties": {
    "group": {"type": "string"}, "name": {"type": "string"}, "id": {"type": "string"}, "version": {"type": "string"},
    "interface": {"type": "string"}, "state": {"type": "string"}, "reason": {"type": ["string", "null"]}}}}}})",
          .run = list_plugins,
          .text = plugin_list_text};
}

Verb plugin_show_verb() {
  return {.name = "plugin show",
          .summary = "everything plugin.json says",
          .details = R"(All of its plugin.json. FLOE_NOT_FOUND when it is missing.)",
          .request = Arguments().text("name", "name", "name or id", true),
          .answer = R"({"type": "object", "required": ["id", "state"], "additionalProperties": true, "properties": {
    "group": {"type": "string"}, "name": {"type": "string"}, "id": {"type": "string"}, "version": {"type": "string"},
    "interface": {"type": "string"}, "state": {"type": "string"}, "reason": {"type": ["string", "null"]}}})",
          .run = show_plugin,
          .text = plugin_show_text};
}

Verb plugin_why_verb() {
  return {.name = "plugin why",
          .summary = "every directory looked at and what was decided",
          .request = Arguments().text("name", "name", "name or id", true),
          .answer = R"({"type": "object", "required": ["query", "roots", "candidates", "chosen"], "properties": {
  "query": {"type": "string"}, "roots": {"type": "array"}, "candidates": {"type": "array"},
  "chosen": {"type": ["string", "null"]}}})",
          .run = explain_choice,
          .text = plugin_why_text};
}

}  // namespace floe::run
