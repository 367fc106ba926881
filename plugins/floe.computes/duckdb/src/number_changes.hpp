// Whether a number that a text says is another one in its type, as SQL conditions over the text and its conversion.
#pragma once

#include <optional>
#include <string>

namespace floe::duckdb_compute {

// Decimal digits of whole numbers and decimals; `type` in capital letters, as DuckDB writes it. Nothing for other
// types.
std::optional<int> scale_of(const std::string& type);

// Of whole numbers and decimals of this scale: more digits than the type keeps, or another number with an exponent.
std::string decimal_changes(const std::string& text, const std::string& cast, int scale);

// Of FLOAT and DOUBLE: fractions become the nearest of the type, whole numbers stay the same, and nothing is endless.
std::string float_changes(const std::string& text, const std::string& cast);

}  // namespace floe::duckdb_compute
