// datetime.{date, datetime, time, timedelta}, decimal.Decimal and pytz zones as values, and dbt's `modules`.
#pragma once

#include "value/value.hpp"

#include "base/io/environment.hpp"
#include "base/result.hpp"
#include "base/time/zone.hpp"

#include <cstdint>
#include <memory>
#include <string>
#include <string_view>

namespace floe::dbt {

Value make_date(std::int64_t days);            // days since 1970-01-01
Value make_datetime(std::int64_t micros);      // naive
Value make_utc_datetime(std::int64_t micros);  // tzinfo = pytz.utc, as run_started_at
Value make_time(std::int64_t micros_of_day);   // naive
Value make_timedelta(std::int64_t micros);
Value make_decimal(std::string_view text);  // raises when the text is no number
// Micros since the epoch of a datetime (UTC when it has a zone, else as written), or days * 86400e6 of a date.
std::optional<std::int64_t> datetime_micros(const Value& value);
bool is_datetime(const Value& value);
bool is_date(const Value& value);  // a date that is not a datetime
bool is_decimal(const Value& value);

// `modules`: datetime, pytz, re, itertools. `clock` must outlive the value.
Value make_modules(const io::Clock& clock);

}  // namespace floe::dbt
