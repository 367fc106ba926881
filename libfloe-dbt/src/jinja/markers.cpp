#include "jinja/markers.hpp"

#include "value/json.hpp"
#include "value/operations.hpp"

#include <fmt/format.h>

namespace floe::dbt {

namespace {

bool is_number(const Value& value) { return value.is_int() || value.is_float() || value.kind() == Kind::kBigInt; }

}  // namespace

Value make_marker(MarkerKind kind, const Value& value) {
  return Value(make_ref<StringObject>(to_str(value), static_cast<std::uint8_t>(kind)));
}

Value resolve_marker(const Value& value) {
  if (!value.is_string() || value.string()->marker() == 0) return value;
  auto kind = static_cast<MarkerKind>(value.string()->marker());
  const std::string& text = value.as_string();
  if (kind == MarkerKind::kText) return Value(text);
  Value result = literal_eval(text).value_or(Value(text));
  if (kind == MarkerKind::kBool && !result.is_bool()) {
    raise(ExceptionKind::kCompilation, fmt::format("Could not convert value '{}' into type 'bool'", text));
  }
  if (kind == MarkerKind::kNumber && !is_number(result)) {
    raise(ExceptionKind::kCompilation, fmt::format("Could not convert value '{}' into type 'number'", text));
  }
  return result;
}

}  // namespace floe::dbt
