// Sort orders.
#pragma once

#include "schema/schema.hpp"

#include "base/transform/transform.hpp"

#include <cstdint>
#include <vector>

namespace floe::iceberg {

enum class SortDirection : std::uint8_t { kAscending, kDescending };
enum class NullOrder : std::uint8_t { kNullsFirst, kNullsLast };

struct SortField {
  std::int32_t source_id = 0;
  transform::Transform transform;
  SortDirection direction = SortDirection::kAscending;
  NullOrder null_order = NullOrder::kNullsFirst;

  friend bool operator==(const SortField& left, const SortField& right);
};

// Order id 0 is "unsorted" and has no fields; an order with fields has an id >= 1.
struct SortOrder {
  std::int32_t order_id = 0;
  std::vector<SortField> fields;

  [[nodiscard]] bool is_sorted() const { return !fields.empty(); }

  [[nodiscard]] bool same_fields(const SortOrder& other) const { return fields == other.fields; }

  friend bool operator==(const SortOrder& left, const SortOrder& right) = default;
};

Result<SortOrder> sort_order_from_json(const json::object& object);
json::object sort_order_to_json(const SortOrder& order);

// Every source exists and its type is accepted by the transform.
Status check_sort_order(const SortOrder& order, const Schema& schema);

}  // namespace floe::iceberg
