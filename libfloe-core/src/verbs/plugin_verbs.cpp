// floe plugin list|show|why: what the manifests of the plugin directories say; no library is opened.
#include "verbs/verbs.hpp"

namespace floe::run {

Result<Answer> plugin_list_verb(Context& context, const json::object& request, DiagnosticSink& /*sink*/) {
  PluginHost* host = FLOE_TRY(context.plugins());
  json::object listed = FLOE_TRY(parse_json_object(host->registry().list_json(&context.files())));
  const auto interface_id = get_string(request, "interface");
  const auto group = get_string(request, "group");
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

Result<Answer> plugin_show_verb(Context& context, const json::object& request, DiagnosticSink& sink) {
  PluginHost* host = FLOE_TRY(context.plugins());
  const std::string name = FLOE_TRY(require_string(request, "name"));
  const PluginEntry* entry = FLOE_TRY(host->registry().find_anywhere(name));
  for (const Diagnostic& warning : entry->diagnostics)
    sink.report(warning);
  return Answer{FLOE_TRY(host->registry().show_json(name, &context.files())), 0};
}

Result<Answer> plugin_why_verb(Context& context, const json::object& request, DiagnosticSink& /*sink*/) {
  PluginHost* host = FLOE_TRY(context.plugins());
  const std::string name = FLOE_TRY(require_string(request, "name"));
  return Answer{host->registry().why_json(name, &context.files()), 0};
}

}  // namespace floe::run
