// A table of every type, files with full metrics, and manifests of them.
#pragma once

#include "manifest/manifest_reader.hpp"
#include "manifest/manifest_writer.hpp"
#include "support/fixture.hpp"

namespace floe::iceberg::testing {

inline Schema sample_schema() {
  return take(Schema::from_json_text(text_member(read_json_fixture("java/shapes.json"), "schema_text")));
}

inline PartitionSpec sample_spec(const char* name) {
  const json::object shapes = read_json_fixture("java/shapes.json");
  const std::string text(to_view(shapes.at("specs").as_object().at(name).as_string()));
  return take(partition_spec_from_json(take(parse_json_object(text))));
}

// A value of the type that depends on `number`; null for every fifth.
inline std::optional<Literal> sample_value(const Type& type, std::int64_t number) {
  if (number % 5 == 4) return std::nullopt;
  switch (type.id()) {
    case TypeId::kBoolean:
      return Literal::boolean(number % 2 == 0);
    case TypeId::kFloat:
      return Literal::real(static_cast<float>(number) / 4);
    case TypeId::kDouble:
      return Literal::double_real(static_cast<double>(-number) / 8);
    case TypeId::kDecimal:
      return Literal{type, Int128{number * 100 - 300}};
    case TypeId::kString:
      return Literal::string("té" + std::to_string(number));
    case TypeId::kUuid:
      return Literal{type, std::string(15, '\0') + static_cast<char>(number)};
    case TypeId::kFixed:
      return std::nullopt;  // not written, see encode_partition_value
    case TypeId::kBinary:
      return Literal{type, std::string("\0\xff", 2) + std::to_string(number)};
    case TypeId::kInt:
    case TypeId::kDate:
      return Literal{type, number - 3};
    default:
      return Literal{type, number * 1'000'000'007 - 3};
  }
}

inline DataFile sample_file(const Type& partition, std::int64_t number) {
  DataFile file;
  file.file_path = "file:///w/data/" + std::to_string(number) + ".parquet";
  file.record_count = number * 10;
  file.file_size_in_bytes = 1000 + number;
  for (const Field& field : partition.fields()) {
    file.partition.push_back(field.type.id() == TypeId::kUnknown ? std::nullopt : sample_value(field.type, number));
  }
  for (std::int32_t id = 1; id <= 15; ++id) {
    file.column_sizes.add(id, id * 1000 + number);
    file.value_counts.add(id, number * 10);
    file.null_value_counts.add(id, id);
    if (id == 4 || id == 5) file.nan_value_counts.add(id, 1);
    file.lower_bounds.add(id, std::string(static_cast<std::size_t>(id), 'a'));
    file.upper_bounds.add(id, std::string(static_cast<std::size_t>(id), 'b'));
  }
  file.split_offsets = {4, 500 + number};
  file.sort_order_id = 0;
  return file;
}

}  // namespace floe::iceberg::testing
