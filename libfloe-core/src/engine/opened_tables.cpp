#include "engine/opened_tables.hpp"

#include "engine/compiled_project.hpp"
#include "warehouse/arrow_json.hpp"

#include "base/fail.hpp"
#include "base/time/civil.hpp"

#include <algorithm>
#include <charconv>

namespace floe::run {

Result<OpenedTables> open_tables(Context& context, const json::object& request, OpenedPlatformOptions options,
                                 DiagnosticSink& sink) {
  OpenedTables opened;
  opened.compiled = FLOE_TRY(load_project(context, request, sink));
  PluginHost* host = FLOE_TRY(context.plugins());
  opened.platform = FLOE_TRY(OpenedPlatform::open(*host, opened.compiled, context.call_options(), options));
  opened.call = host->make_call(context.call_options());
  return opened;
}

Result<json::array> metadata_rows(const OpenedTables& opened, const std::string& identifier, const char* table,
                                  const std::string& at) {
  ArrowStream rows = FLOE_TRY(opened.platform->tables().metadata(opened.call.raw(), identifier, table, at));
  ArrowArrayStream stream{};
  rows.move_to(&stream);
  std::string text;
  FLOE_TRY(warehouse::append_rows_json(&stream, {}, &text));
  const json::value parsed = FLOE_TRY(parse_json(text));
  return parsed.as_array();
}

Result<std::string> at_payload(const std::string& text) {
  json::object at{{"snapshot_id", nullptr}, {"timestamp_ms", nullptr}, {"ref", nullptr}, {"own_schema", !text.empty()}};
  const bool is_number =
      !text.empty() && std::all_of(text.begin(), text.end(), [](char c) { return c >= '0' && c <= '9'; });
  if (is_number) {
    at["snapshot_id"] = text;
  } else if (!text.empty()) {
    const auto micros = time::parse_timestamp_micros(text);
    const auto days = micros ? std::nullopt : time::parse_date(text);
    if (!micros && !days) {
      return failf(ErrorCode::kInvalidArgument,
                   "`{}` is neither a snapshot id nor a time; write digits, or for example 2026-01-31T12:00:00Z", text);
    }
    constexpr std::int64_t kMillisPerDay = 86'400'000;
    at["timestamp_ms"] = micros ? *micros / 1000 : *days * kMillisPerDay;
  }
  return to_json(at);
}

std::string type_text(const json::value& type) {
  if (type.is_string()) return std::string(to_view(type.get_string()));
  if (!type.is_object()) return to_json(type);
  const json::object& object = type.get_object();
  const std::string kind = get_string_or(object, "type", "");
  const auto member = [&](const char* key) {
    const json::value* value = object.if_contains(key);
    return value == nullptr ? std::string("unknown") : type_text(*value);
  };
  if (kind == "list") return "list<" + member("element") + ">";
  if (kind == "map") return "map<" + member("key") + ", " + member("value") + ">";
  std::string fields;
  if (const json::array* list = get_array(object, "fields")) {
    for (const json::value& field : *list) {
      const json::object& item = field.as_object();
      if (!fields.empty()) fields += ", ";
      fields += get_string_or(item, "name", "") + ": " +
                (item.contains("type") ? type_text(item.at("type")) : std::string("unknown"));
    }
  }
  return kind + "<" + fields + ">";
}

json::value snapshot_number(std::string_view snapshot_id) {
  std::int64_t number = 0;
  const auto end = std::from_chars(snapshot_id.data(), snapshot_id.data() + snapshot_id.size(), number);
  if (snapshot_id.empty() || end.ptr != snapshot_id.data() + snapshot_id.size()) return nullptr;
  return number;
}

}  // namespace floe::run
