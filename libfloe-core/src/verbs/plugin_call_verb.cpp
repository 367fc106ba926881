// floe_plugin_call: any method of any installed plugin, its values as JSON and Arrow rows.
#include "engine/owned_rows.hpp"
#include "plugin/json_call.hpp"
#include "verbs/row_verbs.hpp"
#include "verbs/verb_table.hpp"
#include "warehouse/arrow_json.hpp"

#include "base/fail.hpp"
#include "base/text/text.hpp"

namespace floe::run {
namespace {

// What the rows of a method read from; the call goes before the instance.
struct CallState {
  std::shared_ptr<Context> context;
  Instance plugin;
  HostCall call;
};

json::object object_or_empty(const json::object& request, std::string_view key) {
  const json::object* given = get_object(request, key);
  return given == nullptr ? json::object() : *given;
}

Result<json::value> rows_as_json(ArrowStream rows) {
  ArrowArrayStream stream{};
  rows.move_to(&stream);
  std::string text;
  FLOE_TRY(warehouse::append_rows_json(&stream, {}, &text));
  return parse_json(text);
}

// For answers that people read: what the interface says is secret is not in them.
void mask_secrets(const std::string& interface_id, const std::string& method, json::object& results) {
  for (const JsonMethod& one : json_methods(interface_id)) {
    if (one.name != method) continue;
    for (const std::string& name : text::split_words(one.secrets)) {
      if (results.contains(name)) results[name] = "***";
    }
  }
}

Result<Answer> call_method(Context& context, const PluginEntry& plugin, const json::object& request, JsonCall& io,
                           const json::object& arguments, ArrowStream* rows_out) {
  const std::string config = to_json(object_or_empty(request, "config"));
  const std::string method = FLOE_TRY(require_string(request, "method"));
  PluginHost* host = FLOE_TRY(context.plugins());
  if (method == "validate_config") {
    const std::string problems = FLOE_TRY(host->validate_config(plugin.manifest.group, plugin.manifest.name, config));
    return Answer{"{\"problems\":" + problems + "}"};
  }
  if (method == "destroy") {
    context.drop_called_instance(plugin, config);
    return Answer{};
  }
  auto state = std::make_shared<CallState>();
  state->context = context.shared_from_this();
  state->plugin = FLOE_TRY(context.called_instance(plugin, config));
  state->call = host->make_call(context.call_options());
  FLOE_TRY(call_by_json(state->plugin, state->call.raw(), method, io, arguments));
  if (io.rows_out().has_value() && rows_out != nullptr) {
    *rows_out = own_rows(std::move(state), std::move(io.rows_out()));
  } else if (io.rows_out().has_value()) {
    io.results()[io.rows_name()] = FLOE_TRY(rows_as_json(std::move(io.rows_out())));
  }
  const bool shows_secrets = get_bool_or(request, "show_secrets", false);
  if (!shows_secrets) mask_secrets(plugin.manifest.interface, method, io.results());
  return Answer{to_json(io.results()), 0, shows_secrets};
}

}  // namespace

Result<Answer> call_plugin(Context& context, const json::object& request, ArrowStream rows_in, ArrowStream* rows_out) {
  PluginHost* host = FLOE_TRY(context.plugins());
  const std::string name = FLOE_TRY(require_string(request, "plugin"));
  const PluginEntry* plugin = FLOE_TRY(host->registry().find_anywhere(name));
  const json::object arguments = object_or_empty(request, "arguments");
  JsonCall io(get_string_or(request, "method", ""), arguments, std::move(rows_in));
  return call_method(context, *plugin, request, io, arguments, rows_out);
}

Verb plugin_call_verb() {
  return {
      .name = "plugin call",
      .summary = "one method of a plugin, with JSON for its values",
      .details =
          R"(Any method of an installed plugin, with its values named as in docs/reference/interfaces: JSON values are JSON,
texts and numbers likewise, bytes base64. `health`, `describe` and `validate_config` ({"problems"}) are methods too. The
context keeps the instance of a plugin with its config, so that handles stay good from call to call, until method
`destroy` or its own end. FLOE_NOT_FOUND when there is no such plugin, FLOE_INVALID_CONFIG when it refuses `config`,
FLOE_UNSUPPORTED when it lacks the method, else what the method answers.)",
      .request =
          Arguments()
              .text("plugin", "plugin", "name or id", true)
              .text("method", "method", "as its interface names it; health, describe and validate_config too", true)
              .mapping("arguments", "arguments", "its arguments by name, as YAML or JSON; bytes in base64")
              .mapping("--config", "config", "configuration to make the instance with, as YAML or JSON")
              .flag("--show-secrets", "show_secrets", "print values that are secret, which are *** without it"),
      .answer = R"({"type": "object"})",
      .run = [](Context& context, const json::object& request, DiagnosticSink& /*sink*/) {
        return call_plugin(context, request, ArrowStream(), nullptr);
      }};
}

}  // namespace floe::run
