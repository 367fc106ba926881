// Whether a number that a text says is another one in its type, as SQL conditions over the text and its conversion.
#pragma once

#include "engine/duck_type.hpp"

#include <optional>
#include <string>

namespace floe::duckdb_compute {

// Decimal digits of whole numbers and decimals. Nothing for other types.
std::optional<int> scale_of(const DuckType& type);

bool is_float(const DuckType& type);   // FLOAT and DOUBLE
bool is_number(const DuckType& type);  // of any kind

// Of whole numbers and decimals of this scale: the text has digits that the type does not keep, or is no number in
// digits: `0x1A`, `1_000`.
std::string decimal_changes(const std::string& text, int scale);

// Of FLOAT and DOUBLE: fractions become the nearest of the type, whole numbers stay the same, and nothing is endless.
std::string float_changes(const std::string& text, const std::string& cast);

}  // namespace floe::duckdb_compute
