// Rows of a query as the agate table templates see.
#pragma once

#include "value/value.hpp"

#include "base/result.hpp"
#include "floe/arrow.hpp"

namespace floe::dbt {

// Integers, text, booleans, dates and times as Python values, other numbers as Decimal, nested values as JSON text.
// `limit` rows at most; negative: all.
Result<Value> read_query_table(ArrowStream rows, std::int64_t limit = -1);

}  // namespace floe::dbt
