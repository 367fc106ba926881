#include "parquet/metrics.hpp"

#include "parquet/stored_value.hpp"
#include "schema/bounds.hpp"

#include "base/fail.hpp"

namespace floe::iceberg::parquet {

namespace {

// Merges the statistics of one leaf column over the row groups.
class ColumnMerge {
 public:
  ColumnMerge(const SchemaElement& element, const Type& type, bool has_foreign_order, bool can_be_null)
      : element_(element), type_(type), has_foreign_order_(has_foreign_order), can_be_null_(can_be_null) {}

  void add(const ColumnChunk& chunk) {
    value_count_ += chunk.value_count;
    const std::int64_t nulls = chunk.statistics.null_count.value_or(-1);
    if (nulls >= 0 && nulls <= chunk.value_count) {
      null_count_ += nulls;
    } else if (can_be_null_) {
      has_null_counts_ = false;
    }
    const bool is_all_null = chunk.statistics.null_count == chunk.value_count;
    if (chunk.value_count == 0 || is_all_null) return;  // says nothing about the bounds
    merge(chunk.statistics, Side::kLower, &lower_, &has_lower_);
    merge(chunk.statistics, Side::kUpper, &upper_, &has_upper_);
  }

  [[nodiscard]] std::int64_t value_count() const { return value_count_; }

  [[nodiscard]] std::optional<std::int64_t> null_count() const {
    return has_null_counts_ ? std::optional<std::int64_t>(null_count_) : std::nullopt;
  }

  [[nodiscard]] const std::optional<Literal>& lower() const { return lower_; }

  [[nodiscard]] const std::optional<Literal>& upper() const { return upper_; }

 private:
  // A row group without a usable value leaves the whole column without that bound.
  void merge(const Statistics& statistics, Side side, std::optional<Literal>* bound, bool* is_known) const {
    if (!*is_known) return;
    std::optional<Literal> value;
    if (const auto bytes = statistics_bytes(statistics, element_, has_foreign_order_, side)) {
      value = bound_from_statistics(element_, type_, *bytes, side);
    }
    if (!value) {
      *is_known = false;
      bound->reset();
      return;
    }
    const bool replaces =
        !*bound || (side == Side::kLower ? compare(*value, **bound) < 0 : compare(*value, **bound) > 0);
    if (replaces) *bound = std::move(value);
  }

  const SchemaElement& element_;
  const Type& type_;
  bool has_foreign_order_;
  bool can_be_null_;
  std::int64_t value_count_ = 0;
  std::int64_t null_count_ = 0;
  bool has_null_counts_ = true;
  bool has_lower_ = true;
  bool has_upper_ = true;
  std::optional<Literal> lower_;
  std::optional<Literal> upper_;
};

bool is_nullable(const FileMetadata& footer, std::size_t index) {
  for (; index != 0; index = footer.schema[index].parent) {
    if (footer.schema[index].repetition != Repetition::kRequired) return true;
  }
  return false;
}

bool is_below_repeated(const FileMetadata& footer, std::size_t index) {
  for (; index != 0; index = footer.schema[index].parent) {
    if (footer.schema[index].repetition == Repetition::kRepeated) return true;
  }
  return false;
}

void store_bounds(const ColumnMerge& merge, const Type& type, const ColumnMetricsMode& mode, std::int32_t id,
                  DataFile* file) {
  if (mode.mode != MetricsMode::kTruncate && mode.mode != MetricsMode::kFull) return;
  const bool is_full = mode.mode == MetricsMode::kFull;
  if (merge.lower()) {
    const std::string bytes = literal_to_bytes(*merge.lower());
    file->lower_bounds.add(id, is_full ? bytes : truncate_lower_bound(type, bytes, mode.width));
  }
  if (merge.upper()) {
    const std::string bytes = literal_to_bytes(*merge.upper());
    const auto upper = is_full ? std::optional<std::string>(bytes) : truncate_upper_bound(type, bytes, mode.width);
    if (upper) file->upper_bounds.add(id, *upper);
  }
}

// The column a leaf holds: its own field id; nothing for leaves without one or unknown to the schema.
const FieldPlace* column_of(const SchemaElement& element, const Schema& schema) {
  if (!element.field_id) return nullptr;
  const FieldPlace* place = schema.place(*element.field_id);
  return place != nullptr && place->field->type.is_primitive() ? place : nullptr;
}

Status check_local(const FileMetadata& footer) {
  for (const RowGroup& group : footer.row_groups) {
    for (const ColumnChunk& chunk : group.columns) {
      if (!chunk.file_path.empty()) {
        return failf(ErrorCode::kUnsupported, "a Parquet column lies in another file, `{}`", chunk.file_path);
      }
    }
  }
  return ok();
}

}  // namespace

Result<DataFile> data_file_from_footer(const FileMetadata& footer, const Schema& schema, const MetricsConfig& config,
                                       const IdCounts& nan_value_counts) {
  FLOE_TRY(check_local(footer));
  DataFile file;
  file.record_count = footer.row_count;
  file.split_offsets = footer.split_offsets();
  for (std::size_t leaf = 0; leaf < footer.leaves.size(); ++leaf) {
    const std::size_t index = footer.leaves[leaf];
    const SchemaElement& element = footer.schema[index];
    const FieldPlace* place = column_of(element, schema);
    if (place == nullptr) continue;
    const std::int32_t id = place->field->id;
    const ColumnMetricsMode mode = config.mode(id);
    if (mode.mode == MetricsMode::kNone) continue;
    std::int64_t size = 0;
    for (const RowGroup& group : footer.row_groups)
      size += group.columns[leaf].compressed_size;
    file.column_sizes.add(id, size);
    // Below lists and maps values are not rows: Java writes nothing but sizes there.
    if (place->inside_repeated || is_below_repeated(footer, index)) continue;
    const bool has_foreign_order = !footer.has_type_order.empty() && !footer.has_type_order[leaf];
    ColumnMerge merge(element, place->field->type, has_foreign_order, is_nullable(footer, index));
    for (const RowGroup& group : footer.row_groups)
      merge.add(group.columns[leaf]);
    file.value_counts.add(id, merge.value_count());
    if (const auto nulls = merge.null_count()) file.null_value_counts.add(id, *nulls);
    if (const auto nans = nan_value_counts.find(id)) file.nan_value_counts.add(id, *nans);
    store_bounds(merge, place->field->type, mode, id, &file);
  }
  return file;
}

}  // namespace floe::iceberg::parquet
