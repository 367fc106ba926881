// libFuzzer: any bytes as a Parquet footer. The promises of a parsed footer hold, and metrics can be made of it.
// links: iceberg
#include "parquet/footer.hpp"
#include "parquet/metrics.hpp"

#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <string_view>

namespace {

using namespace floe::iceberg;  // NOLINT: a fuzz target is one file about one thing

void require(bool condition) {
  if (!condition) std::abort();
}

// A column of every primitive type for the field ids 1 to 16, so that any leaf may meet any type.
const Schema& schema_of_every_type() {
  static const Schema kSchema = [] {
    const std::vector<Type> types = {TypeId::kBoolean, TypeId::kInt,        TypeId::kLong,        TypeId::kFloat,
                                     TypeId::kDouble,  Type::decimal(9, 2), Type::decimal(38, 4), TypeId::kDate,
                                     TypeId::kTime,    TypeId::kTimestamp,  TypeId::kTimestampTz, TypeId::kString,
                                     TypeId::kUuid,    Type::fixed(4),      TypeId::kBinary,      TypeId::kTimestampNs};
    std::vector<Field> fields;
    for (const Type& type : types) {
      const auto id = static_cast<std::int32_t>(fields.size()) + 1;
      fields.push_back(Field{id, "c" + std::to_string(id), false, type});
    }
    return *Schema::make(std::move(fields));
  }();
  return kSchema;
}

void check_tree(const parquet::FileMetadata& footer) {
  std::size_t leaves = 0;
  for (std::size_t i = 0; i < footer.schema.size(); ++i) {
    const parquet::SchemaElement& element = footer.schema[i];
    require(element.parent < footer.schema.size() && (i == 0 || element.parent < i));
    for (const std::size_t child : element.children)
      require(child > i && footer.schema[child].parent == i);
    if (element.is_leaf()) ++leaves;
  }
  require(leaves == footer.leaves.size());
  for (const parquet::RowGroup& group : footer.row_groups)
    require(group.columns.size() == leaves);
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::string_view bytes(reinterpret_cast<const char*>(data), size);
  const auto footer = parquet::parse_footer(bytes);
  if (!footer.has_value()) return 0;
  require(footer->footer_length <= size);
  check_tree(*footer);
  const Schema& schema = schema_of_every_type();
  const auto file =
      parquet::data_file_from_footer(*footer, schema, parquet::MetricsConfig::from_properties(schema, {}));
  if (!file.has_value()) return 0;
  for (const IdBounds* bounds : {&file->lower_bounds, &file->upper_bounds}) {
    for (const auto& item : bounds->items()) {
      require(literal_from_bytes(schema.find(item.id)->type, bounds->bytes(item)).has_value());
    }
  }
  return 0;
}
