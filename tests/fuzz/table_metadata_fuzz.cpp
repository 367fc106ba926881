// libFuzzer: any bytes as table metadata, as view metadata and as a filter. What is read once and written reads the
// same.
// links: iceberg
#include "expression/expression.hpp"
#include "metadata/metadata_file.hpp"
#include "metadata/update.hpp"
#include "metadata/view_metadata.hpp"
#include "scan/snapshot_choice.hpp"
#include "scan/table_json.hpp"

#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <string_view>

namespace {

using namespace floe::iceberg;  // NOLINT: a fuzz target is one file about one thing

void require(bool condition) {
  if (!condition) std::abort();
}

// Everything a reader does with metadata it was handed.
void use(const TableMetadata& metadata) {
  static_cast<void>(metadata.default_spec());
  static_cast<void>(metadata.default_sort_order());
  for (const auto& snapshot : metadata.snapshots)
    static_cast<void>(metadata.ancestors(snapshot->snapshot_id));
  for (const auto& spec : metadata.specs) {
    static_cast<void>(partition_type(spec, schema_for_spec(metadata, spec, metadata.current_schema())));
  }
  SnapshotRequest as_of;
  as_of.timestamp_ms = metadata.last_updated_ms;
  static_cast<void>(choose_snapshot(metadata, as_of, "t"));
  static_cast<void>(known_sql_types(metadata.properties, metadata.current_schema()));
  static_cast<void>(apply_updates(&metadata, {update::SetCurrentSchema{metadata.current_schema_id}}, {0, "x"}));
}

void check_table(std::string_view bytes) {
  const auto parsed = parse_table_metadata(bytes);
  if (!parsed.has_value()) return;
  use(**parsed);
  const auto written = write_table_metadata(**parsed);
  if (!written.has_value()) return;  // version 3
  const auto again = parse_table_metadata(*written);
  require(again.has_value());
  const auto rewritten = write_table_metadata(**again);
  require(rewritten.has_value() && *rewritten == *written);
}

void check_view(std::string_view bytes) {
  const auto parsed = parse_view_metadata(bytes);
  if (!parsed.has_value()) return;
  const auto written = write_view_metadata(*parsed);
  const auto again = parse_view_metadata(written);
  require(again.has_value() && write_view_metadata(*again) == written);
}

const Schema& schema() {
  static const Schema kSchema = Schema::make({{1, "a", false, Type(TypeId::kInt), {}, {}, {}},
                                              {2, "b", false, Type(TypeId::kString), {}, {}, {}},
                                              {3, "c", false, Type(TypeId::kTimestamp), {}, {}, {}},
                                              {4, "d", false, Type::decimal(9, 2), {}, {}, {}}})
                                    .value_or(Schema());
  return kSchema;
}

void check_filter(std::string_view bytes) {
  const auto filter = bind_filter_text(bytes, schema());
  if (!filter.has_value()) return;
  PartitionSpec spec;
  spec.fields.push_back({1, 1000, "p", *floe::transform::parse("bucket[7]"), {}});
  spec.fields.push_back({3, 1001, "q", *floe::transform::parse("month"), {}});
  spec.fields.push_back({2, 1002, "r", *floe::transform::parse("truncate[2]"), {}});
  static_cast<void>(project_inclusive(*filter, spec).to_string());
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::string_view bytes(reinterpret_cast<const char*>(data), size);
  if (const auto decoded = decode_metadata(bytes); decoded.has_value()) check_table(*decoded);
  check_view(bytes);
  check_filter(bytes);
  return 0;
}
