// How the partition struct of a manifest's Avro schema maps to the tuple the caller wants.
#pragma once

#include "avro/program.hpp"
#include "avro/schema.hpp"
#include "schema/partition_spec.hpp"

#include <vector>

namespace floe::iceberg {

// Slots of partition values: kPartitionSlot + position in the tuple. All other slots are field ids, which are lower.
inline constexpr std::int32_t kPartitionSlot = 1 << 20;

struct PartitionPlan {
  std::vector<Type> types;            // of the tuple
  std::vector<avro::Target> targets;  // names point into the writer's schema or into `wanted`
  Type wanted;                        // keeps the names alive
  bool has_fixed = false;             // the file stores a fixed without a logical type: see avro::FixedForm
};

// kData when a column of the file cannot be read as the type wanted.
Result<PartitionPlan> plan_partition(const avro::Node& manifest_entry, const std::optional<Type>& wanted);

// Puts a decoded value into a slot; false when it is of another kind than the type, as in a union of several, or out of
// the type's range.
bool store_boolean(const Type& type, bool value, std::optional<Literal>* out);
bool store_integer(const Type& type, std::int64_t value, std::optional<Literal>* out);
bool store_real(const Type& type, double value, std::optional<Literal>* out);
bool store_bytes(const Type& type, std::string_view bytes, std::optional<Literal>* out);

}  // namespace floe::iceberg
