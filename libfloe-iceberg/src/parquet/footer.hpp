// The footer of a Parquet file: a bounded reader of Thrift's compact protocol, for files nobody vouches for.
#pragma once

#include "base/result.hpp"

#include <cstdint>
#include <functional>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace floe::iceberg::parquet {

enum class PhysicalType : std::uint8_t {
  kBoolean = 0,
  kInt32 = 1,
  kInt64 = 2,
  kInt96 = 3,
  kFloat = 4,
  kDouble = 5,
  kByteArray = 6,
  kFixedLenByteArray = 7,
  kNone = 255,  // a group
};
enum class Repetition : std::uint8_t { kRequired = 0, kOptional = 1, kRepeated = 2 };
enum class LogicalKind : std::uint8_t {
  kNone,
  kString,
  kMap,
  kList,
  kEnum,
  kDecimal,
  kDate,
  kTime,
  kTimestamp,
  kInteger,
  kNull,
  kJson,
  kBson,
  kUuid,
  kFloat16,
  kVariant,
  kGeometry,
  kGeography,
  kInterval,
};
enum class TimeUnit : std::uint8_t { kMillis, kMicros, kNanos };

// From the LogicalType union, else from the older ConvertedType.
struct LogicalType {
  LogicalKind kind = LogicalKind::kNone;
  std::int32_t precision = 0;  // decimal
  std::int32_t scale = 0;      // decimal
  TimeUnit unit = TimeUnit::kMicros;
  bool is_adjusted_to_utc = false;
  std::int32_t bit_width = 0;  // integer
  bool is_signed = true;       // integer
};

// One element of the flattened schema; element 0 is the root.
struct SchemaElement {
  std::string name;
  PhysicalType type = PhysicalType::kNone;
  std::int32_t type_length = 0;
  Repetition repetition = Repetition::kRequired;
  std::optional<std::int32_t> field_id;
  LogicalType logical;
  std::vector<std::size_t> children;  // indexes of elements
  std::size_t parent = 0;             // the root's is itself

  [[nodiscard]] bool is_leaf() const { return type != PhysicalType::kNone; }
};

struct Statistics {
  std::optional<std::string> min_value;
  std::optional<std::string> max_value;
  std::optional<bool> is_min_value_exact;
  std::optional<bool> is_max_value_exact;
  std::optional<std::int64_t> null_count;
  std::optional<std::int64_t> distinct_count;
  std::optional<std::string> deprecated_min;  // signed byte order whatever the type: safe for numbers only
  std::optional<std::string> deprecated_max;
};

struct ColumnChunk {
  std::vector<std::string> path;
  PhysicalType type = PhysicalType::kNone;
  std::int64_t value_count = 0;  // nulls and empty lists included
  std::int64_t compressed_size = 0;
  std::int64_t uncompressed_size = 0;
  std::int64_t data_page_offset = 0;
  std::optional<std::int64_t> dictionary_page_offset;
  std::string file_path;  // other than this file: kUnsupported when metrics are asked for
  Statistics statistics;

  // Of the column's order: min_value and max_value may be used (TYPE_ORDER; anything else is unknown).
  [[nodiscard]] std::int64_t start() const {
    return dictionary_page_offset && *dictionary_page_offset > 0 && *dictionary_page_offset < data_page_offset
               ? *dictionary_page_offset
               : data_page_offset;
  }
};

struct RowGroup {
  std::int64_t row_count = 0;
  std::int64_t total_byte_size = 0;
  std::optional<std::int64_t> file_offset;
  std::vector<ColumnChunk> columns;  // in the order of the leaves
};

struct FileMetadata {
  std::int32_t version = 0;
  std::int64_t row_count = 0;
  std::vector<SchemaElement> schema;
  std::vector<std::size_t> leaves;  // indexes into schema, in column order
  std::vector<RowGroup> row_groups;
  std::vector<std::pair<std::string, std::string>> key_value_metadata;
  std::string created_by;
  std::vector<bool> has_type_order;  // per leaf; empty when the file has no column_orders
  std::uint64_t footer_length = 0;   // Thrift bytes

  // Where row groups start, ascending; what manifests store as split_offsets.
  [[nodiscard]] std::vector<std::int64_t> split_offsets() const;
};

// Reads bytes [offset, offset + length) of the file.
using RangeReader = std::function<Result<std::string>(std::uint64_t offset, std::uint64_t length)>;

// Reads the last 64 KiB, then exactly what is missing. kData for anything malformed, kUnsupported for encrypted
// footers.
Result<FileMetadata> read_footer(const RangeReader& read, std::uint64_t file_size);
// The Thrift bytes alone.
Result<FileMetadata> parse_footer(std::string_view thrift);

}  // namespace floe::iceberg::parquet
