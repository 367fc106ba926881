// Avro schemas as written in a container's header, with every attribute Iceberg cares about.
#pragma once

#include "schema/type.hpp"

#include "base/result.hpp"

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace floe::iceberg::avro {

enum class Kind : std::uint8_t {
  kNull,
  kBoolean,
  kInt,
  kLong,
  kFloat,
  kDouble,
  kBytes,
  kString,
  kFixed,
  kEnum,
  kRecord,
  kArray,
  kMap,
  kUnion,
};

struct Node;
using NodePtr = std::shared_ptr<const Node>;

struct RecordField {
  std::string name;
  std::optional<std::int32_t> field_id;
  NodePtr type;
};

struct Node {
  Kind kind = Kind::kNull;
  std::string name;          // full name of record, enum, fixed
  std::string logical_type;  // "" = none
  std::int32_t size = 0;     // fixed
  std::int32_t precision = 0;
  std::int32_t scale = 0;
  bool adjust_to_utc = false;
  std::optional<std::int32_t> element_id;
  std::optional<std::int32_t> key_id;
  std::optional<std::int32_t> value_id;
  std::vector<RecordField> fields;  // record
  std::vector<NodePtr> children;    // array: {items}; map: {values}; union: the branches
  // A named type may be used many times over: both count every use, so that walking the tree is bounded by them.
  std::int32_t height = 1;
  std::int32_t unfolded_nodes = 1;
};

// Height and node count of the unfolded tree are bounded; recursive types are kUnsupported (Iceberg has none).
Result<NodePtr> parse_schema(std::string_view json_text);

// The Iceberg type of a primitive node (through its logical type); kData for others.
Result<Type> iceberg_type(const Node& node);

}  // namespace floe::iceberg::avro
