// The text markers of dbt's native environment: as_text, as_native, as_bool, as_number.
#pragma once

#include "value/object.hpp"

namespace floe::dbt {

// StringObject::marker().
enum class MarkerKind : std::uint8_t { kText = 1, kNative, kBool, kNumber };

Value make_marker(MarkerKind kind, const Value& value);

// What a single output node becomes: a marked text is evaluated as its marker says, anything else stays.
Value resolve_marker(const Value& value);

}  // namespace floe::dbt
