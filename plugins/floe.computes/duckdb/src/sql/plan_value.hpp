// A constant of DuckDB's serialized plan as a JSON single value of an Iceberg type (Iceberg spec, appendix D).
#pragma once

#include "sql/iceberg_type.hpp"

#include <boost/json/fwd.hpp>

#include <optional>

namespace floe::duckdb_compute {

// `constant` is the member `value` of a BOUND_CONSTANT: {type: {id, type_info}, is_null, value}. Nothing when it is
// NULL, not finite, or of a type that has no exact value of `type`.
std::optional<boost::json::value> single_value(const boost::json::object& constant, const IcebergType& type);

}  // namespace floe::duckdb_compute
