// A min or max of Parquet statistics as an Iceberg value.
#pragma once

#include "parquet/footer.hpp"
#include "schema/literal.hpp"

#include <optional>
#include <string_view>

namespace floe::iceberg::parquet {

enum class Side : std::uint8_t { kLower, kUpper };

// The value in the column's Iceberg type; nothing when it cannot serve as a bound: NaN, a physical type that does not
// belong to `type`, an order that is not the type's, malformed bytes. Zeros become -0.0 (lower) and 0.0 (upper), since
// statistics need not tell them apart.
std::optional<Literal> bound_from_statistics(const SchemaElement& element, const Type& type, std::string_view bytes,
                                             Side side);

// The bytes to use of one side: min_value or max_value, else the deprecated field where its signed order is right.
std::optional<std::string_view> statistics_bytes(const Statistics& statistics, const SchemaElement& element,
                                                 bool has_foreign_order, Side side);

}  // namespace floe::iceberg::parquet
