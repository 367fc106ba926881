// Iceberg metrics of a Parquet data file, from its footer.
#pragma once

#include "manifest/data_file.hpp"
#include "parquet/footer.hpp"
#include "schema/schema.hpp"
#include "schema/sort_order.hpp"

#include <cstdint>
#include <functional>
#include <map>
#include <string>
#include <string_view>
#include <unordered_map>

namespace floe::iceberg::parquet {

enum class MetricsMode : std::uint8_t { kNone, kCounts, kTruncate, kFull };

struct ColumnMetricsMode {
  MetricsMode mode = MetricsMode::kTruncate;
  std::int32_t width = 16;  // kTruncate
  friend bool operator==(const ColumnMetricsMode&, const ColumnMetricsMode&) = default;
};

// `none`, `counts`, `truncate(16)`, `full`; ASCII case ignored.
Result<ColumnMetricsMode> parse_metrics_mode(std::string_view text);

// The mode of every primitive column of a schema.
class MetricsConfig {
 public:
  // Reads write.metadata.metrics.default, .column.<dotted name> and .max-inferred-column-defaults (100). Sort columns
  // get at least truncate(16). An unreadable mode falls back to the default, as in Java.
  static MetricsConfig from_properties(const Schema& schema, const std::map<std::string, std::string>& properties,
                                       const SortOrder& sort_order = {});
  static MetricsConfig full(const Schema& schema);  // position delete files
  [[nodiscard]] ColumnMetricsMode mode(std::int32_t field_id) const;

 private:
  std::unordered_map<std::int32_t, ColumnMetricsMode> modes_;
};

// Fills of a DataFile: record_count, column_sizes, value_counts, null_value_counts, bounds and split_offsets. Columns
// are matched by field id; those the schema lacks are left out. NaN counts cannot be had from a footer: the writer
// reports them (nan_value_counts, taken over per column unless its mode is none).
Result<DataFile> data_file_from_footer(const FileMetadata& footer, const Schema& schema, const MetricsConfig& config,
                                       const IdCounts& nan_value_counts = {});

}  // namespace floe::iceberg::parquet
