// Texts that say dates and times, and what a type of DuckDB would change of them. Conditions are SQL over texts.
#pragma once

#include "engine/duck_type.hpp"

#include <string>

namespace floe::duckdb_compute {

// DATE, TIME, and TIMESTAMP of any kind.
bool is_time_type(const DuckType& type);

// Years first, which no other order is mistaken for, from 1 to 9999: a year 0 or before is another one to some readers,
// and most have none of five digits. A day has no 24th hour.
inline constexpr const char* kDatePattern =
    "([1-9][0-9]{3}|0[1-9][0-9]{2}|00[1-9][0-9]|000[1-9])[-/][0-9]{1,2}[-/][0-9]{1,2}";
inline constexpr const char* kTimePattern = "([01]?[0-9]|2[0-3]):[0-5]?[0-9](:[0-5]?[0-9]([.][0-9]+)?)?";
inline constexpr const char* kOffsetPattern =
    "( ?([Zz]|UTC|[+-][0-9]{2}(:?[0-9]{2}){0,2})| [A-Za-z_]+/[A-Za-z0-9_/+-]+)";

inline constexpr int kMicros = 6;  // digits of a second

// A text of this usual form (LIKE) needs no regular expression.
std::string has_form(const std::string& text, const char* usual);

std::string matches(const std::string& text, const std::string& pattern);  // as a whole

std::string says_offset(const std::string& text);

// The text has more digits of a second than this.
std::string is_finer_than(const std::string& text, int digits);

// Whether `cast`, the text as the type, says something else: another moment or place, or less. `has_local_moments`:
// TIMESTAMP WITH TIME ZONE takes times without an offset for UTC.
std::string time_changes(const DuckType& type, const std::string& text, const std::string& cast,
                         bool has_local_moments);

}  // namespace floe::duckdb_compute
