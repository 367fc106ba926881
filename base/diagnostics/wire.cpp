// The JSON form of diagnostics.
#include "base/diagnostics/diagnostic.hpp"
#include "base/fail.hpp"
#include "base/json/json.hpp"

#include <limits>
#include <utility>

namespace floe {

namespace {

std::string_view safety_name(FixSafety safety) {
  switch (safety) {
    case FixSafety::kSafe:
      return "safe";
    case FixSafety::kUnsafe:
      return "unsafe";
    case FixSafety::kManual:
      return "manual";
  }
  return "manual";
}

json::value span_to_json(const Span& span) {
  const auto number = [](std::int32_t value) { return value > 0 ? json::value(value) : json::value(nullptr); };
  return json::object{{"file", span.file},
                      {"line", number(span.line)},
                      {"column", number(span.column)},
                      {"end_line", number(span.end_line)},
                      {"end_column", number(span.end_column)}};
}

json::array texts_to_json(const std::vector<std::string>& texts) {
  json::array array;
  for (const std::string& text : texts)
    array.push_back(json::object{{"text", text}});
  return array;
}

json::value fix_to_json(const std::optional<Fix>& fix) {
  if (!fix.has_value()) return nullptr;
  json::array edits;
  for (const Edit& edit : fix->edits) {
    edits.push_back(json::object{{"span", span_to_json(edit.span)}, {"replacement", edit.replacement}});
  }
  return json::object{
      {"safety", json::string(safety_name(fix->safety))}, {"title", fix->title}, {"edits", std::move(edits)}};
}

json::value diagnostic_to_json(const Diagnostic& diagnostic) {
  json::array labels;
  for (const Label& label : diagnostic.labels) {
    labels.push_back(
        json::object{{"span", span_to_json(label.span)}, {"text", label.text}, {"primary", label.primary}});
  }
  json::value address = nullptr;
  if (!diagnostic.address.empty()) address = diagnostic.address;
  return json::object{{"code", diagnostic.code},
                      {"name", diagnostic.name},
                      {"severity", json::string(severity_name(diagnostic.severity))},
                      {"message", diagnostic.message},
                      {"labels", std::move(labels)},
                      {"notes", texts_to_json(diagnostic.notes)},
                      {"helps", texts_to_json(diagnostic.helps)},
                      {"fix", fix_to_json(diagnostic.fix)},
                      {"address", std::move(address)}};
}

std::int32_t position(const json::object& span, std::string_view key) {
  const std::int64_t number = get_int(span, key).value_or(0);
  return number > 0 && number <= std::numeric_limits<std::int32_t>::max() ? static_cast<std::int32_t>(number) : 0;
}

Span span_from_json(const json::object& owner) {
  const json::object* span = get_object(owner, "span");
  if (span == nullptr) return {};
  return {get_string_or(*span, "file", ""), position(*span, "line"), position(*span, "column"),
          position(*span, "end_line"), position(*span, "end_column")};
}

std::vector<std::string> texts_from_json(const json::object& object, std::string_view key) {
  std::vector<std::string> texts;
  const json::array* array = get_array(object, key);
  if (array == nullptr) return texts;
  for (const json::value& item : *array) {
    if (const json::string* text = item.if_string()) texts.emplace_back(to_view(*text));
    if (const json::object* record = item.if_object()) texts.push_back(get_string_or(*record, "text", ""));
  }
  return texts;
}

std::optional<Fix> fix_from_json(const json::object& object) {
  const json::object* record = get_object(object, "fix");
  if (record == nullptr) return std::nullopt;
  Fix fix;
  const std::string safety = get_string_or(*record, "safety", "manual");
  if (safety == "safe") fix.safety = FixSafety::kSafe;
  if (safety == "unsafe") fix.safety = FixSafety::kUnsafe;
  fix.title = get_string_or(*record, "title", "");
  const json::array* edits = get_array(*record, "edits");
  if (edits == nullptr) return fix;
  for (const json::value& item : *edits) {
    const json::object* edit = item.if_object();
    if (edit != nullptr) fix.edits.push_back({span_from_json(*edit), get_string_or(*edit, "replacement", "")});
  }
  return fix;
}

Result<Severity> severity_from_name(const std::string& name) {
  for (const Severity severity : {Severity::kError, Severity::kWarning, Severity::kInfo}) {
    if (name == severity_name(severity)) return severity;
  }
  return failf(ErrorCode::kData, "severity `{}` is none of `error`, `warning`, `info`", name);
}

Result<Diagnostic> diagnostic_from_json(const json::value& value) {
  const json::object* object = value.if_object();
  if (object == nullptr) return fail(ErrorCode::kData, "a diagnostic is not an object");
  Diagnostic diagnostic;
  diagnostic.code = get_string_or(*object, "code", "");
  diagnostic.name = get_string_or(*object, "name", "");
  diagnostic.severity = FLOE_TRY(severity_from_name(get_string_or(*object, "severity", "error")));
  diagnostic.message = FLOE_TRY(require_string(*object, "message"));
  diagnostic.notes = texts_from_json(*object, "notes");
  diagnostic.helps = texts_from_json(*object, "helps");
  diagnostic.fix = fix_from_json(*object);
  diagnostic.address = get_string_or(*object, "address", "");
  const json::array* labels = get_array(*object, "labels");
  if (labels == nullptr) return diagnostic;
  for (const json::value& item : *labels) {
    const json::object* label = item.if_object();
    if (label == nullptr) return fail(ErrorCode::kData, "a label of a diagnostic is not an object");
    diagnostic.labels.push_back(
        {span_from_json(*label), get_string_or(*label, "text", ""), get_bool_or(*label, "primary", false)});
  }
  return diagnostic;
}

}  // namespace

std::string diagnostics_to_json(const std::vector<Diagnostic>& diagnostics) {
  json::array list;
  list.reserve(diagnostics.size());
  std::int64_t errors = 0;
  std::int64_t warnings = 0;
  for (const Diagnostic& diagnostic : diagnostics) {
    if (diagnostic.severity == Severity::kError) ++errors;
    if (diagnostic.severity == Severity::kWarning) ++warnings;
    list.push_back(diagnostic_to_json(diagnostic));
  }
  return to_json(json::object{{"version", 1},
                              {"diagnostics", std::move(list)},
                              {"summary", json::object{{"errors", errors}, {"warnings", warnings}}}});
}

Result<std::vector<Diagnostic>> diagnostics_from_json(std::string_view text) {
  const json::value root = FLOE_TRY(parse_json(text));
  const json::array* list = root.if_array();
  if (const json::object* document = root.if_object()) list = FLOE_TRY(require_array(*document, "diagnostics"));
  if (list == nullptr) return fail(ErrorCode::kData, "diagnostics are neither an object nor an array");
  std::vector<Diagnostic> diagnostics;
  diagnostics.reserve(list->size());
  for (const json::value& item : *list)
    diagnostics.push_back(FLOE_TRY(diagnostic_from_json(item)));
  return diagnostics;
}

}  // namespace floe
