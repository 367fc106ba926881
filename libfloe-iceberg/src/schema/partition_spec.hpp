// Partition specs: how rows map to partition tuples.
#pragma once

#include "schema/literal.hpp"
#include "schema/schema.hpp"

#include "base/transform/transform.hpp"

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace floe::iceberg {

using transform::Transform;

struct PartitionField {
  std::int32_t source_id = 0;
  std::int32_t field_id = 0;
  std::string name;
  Transform transform;
  std::vector<std::int32_t> source_ids;  // v3 with several sources only; then source_id is the first

  friend bool operator==(const PartitionField& left, const PartitionField& right);
};

inline constexpr std::int32_t kFirstPartitionFieldId = 1000;

struct PartitionSpec {
  std::int32_t spec_id = 0;
  std::vector<PartitionField> fields;

  [[nodiscard]] bool is_partitioned() const;         // some field is not void
  [[nodiscard]] std::int32_t last_field_id() const;  // 999 when there are no fields

  // Equal but for the spec id.
  [[nodiscard]] bool same_fields(const PartitionSpec& other) const { return fields == other.fields; }

  friend bool operator==(const PartitionSpec& left, const PartitionSpec& right) = default;
};

// {"spec-id":0,"fields":[{"name","transform","source-id","field-id"}...]}. A missing field-id (v1) is 1000 + position.
Result<PartitionSpec> partition_spec_from_json(const json::object& object);
Result<PartitionSpec> partition_spec_from_fields_json(const json::array& fields, std::int32_t spec_id);
json::object partition_spec_to_json(const PartitionSpec& spec);
json::array partition_fields_to_json(const PartitionSpec& spec);  // the array only, as manifests store it

// What a transform yields: day -> date; year, month, hour, bucket -> int; identity, truncate, void -> the source.
// kInvalidArgument when the transform does not accept the source type.
Result<Type> transform_result_type(const Transform& transform, const Type& source);

// Nothing for void. kUnsupported for unknown transforms.
Result<std::optional<Literal>> apply_transform(const Transform& transform, const Literal& value);

// The struct of partition values: one optional field per partition field with its field id. A source column that is
// gone from `schema` gives the type `unknown`.
Result<Type> partition_type(const PartitionSpec& spec, const Schema& schema);

// Checks sources, transforms, duplicate names and clashes of names with columns (only identity of that column may
// share its name). kInvalidArgument or kNotFound names the field.
Status check_partition_spec(const PartitionSpec& spec, const Schema& schema);

// A partition tuple; position i belongs to spec.fields[i]; nothing = null.
using PartitionTuple = std::vector<std::optional<Literal>>;

// `day=2026-11-21/region=eu%20west`: Java's text of the values, URL-encoded (form encoding: space is `+`).
std::string partition_path(const PartitionSpec& spec, const PartitionTuple& tuple);

}  // namespace floe::iceberg
