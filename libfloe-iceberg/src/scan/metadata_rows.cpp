#include "scan/metadata_rows.hpp"

#include "scan/partition_key.hpp"

#include "base/fail.hpp"

#include <map>

namespace floe::iceberg {

namespace {

using arrow::BatchBuilder;
using arrow::ColumnBuilder;
using arrow::Kind;
using arrow::of;

arrow::Field required(std::string name, arrow::Type type) { return {std::move(name), std::move(type), false, {}}; }

arrow::Field optional(std::string name, arrow::Type type) { return {std::move(name), std::move(type), true, {}}; }

template <class Value>
void append_optional(ColumnBuilder& column, const std::optional<Value>& value) {
  value.has_value() ? column.append_int(static_cast<std::int64_t>(*value)) : column.append_null();
}

void append_counts(ColumnBuilder& column, const IdCounts& counts) {
  if (counts.empty()) {
    column.append_null();
    return;
  }
  for (const auto& item : counts.items()) {
    column.child(0).append_int(item.id);
    column.child(1).append_int(item.value);
  }
  column.close();
}

void append_bounds(ColumnBuilder& column, const IdBounds& bounds) {
  if (bounds.empty()) {
    column.append_null();
    return;
  }
  for (const auto& item : bounds.items()) {
    column.child(0).append_int(item.id);
    column.child(1).append_bytes(bounds.bytes(item));
  }
  column.close();
}

template <class Items>
void append_list(ColumnBuilder& column, const Items& items) {
  if (items.empty()) {
    column.append_null();
    return;
  }
  for (const auto item : items)
    column.child(0).append_int(item);
  column.close();
}

// Appends the columns of a data file one after the other.
class FileAppender {
 public:
  FileAppender(std::function<ColumnBuilder&(std::size_t)> column, const PartitionColumn& partition, bool with_spec_id)
      : column_(std::move(column)), partition_(partition), with_spec_id_(with_spec_id) {}

  void append(const DataFile& file, const PartitionSpec& spec) {
    at_ = 0;
    next().append_int(static_cast<int>(file.content));
    next().append_bytes(file.file_path);
    next().append_bytes(file_format_name(file.file_format));
    if (with_spec_id_) next().append_int(file.spec_id);
    if (!partition_.is_empty()) partition_.append(next(), spec, file.partition);
    next().append_int(file.record_count);
    next().append_int(file.file_size_in_bytes);
    append_counts(next(), file.column_sizes);
    append_counts(next(), file.value_counts);
    append_counts(next(), file.null_value_counts);
    append_counts(next(), file.nan_value_counts);
    append_bounds(next(), file.lower_bounds);
    append_bounds(next(), file.upper_bounds);
    auto& key = next();
    file.key_metadata.has_value() ? key.append_bytes(*file.key_metadata) : key.append_null();
    append_list(next(), file.split_offsets);
    append_list(next(), file.equality_ids);
    append_optional(next(), file.sort_order_id);
  }

 private:
  ColumnBuilder& next() { return column_(at_++); }

  std::function<ColumnBuilder&(std::size_t)> column_;
  const PartitionColumn& partition_;
  bool with_spec_id_;
  std::size_t at_ = 0;
};

arrow::Type summary_type() {
  return arrow::list(
      arrow::structure({required("contains_null", of(Kind::kBool)), optional("contains_nan", of(Kind::kBool)),
                        optional("lower_bound", of(Kind::kUtf8)), optional("upper_bound", of(Kind::kUtf8))}));
}

void append_bound_text(ColumnBuilder& column, const Type& type, const std::optional<std::string>& bytes) {
  if (bytes.has_value()) {
    const auto literal = literal_from_bytes(type, *bytes);
    if (literal.has_value()) {
      column.append_bytes(literal_to_text(*literal));
      return;
    }
  }
  column.append_null();
}

void append_summaries(ColumnBuilder& column, const ManifestFile& manifest, const Type& tuple) {
  if (!manifest.partitions.has_value()) {
    column.append_null();
    return;
  }
  auto& item = column.child(0);
  for (std::size_t i = 0; i < manifest.partitions->size() && i < tuple.fields().size(); ++i) {
    const auto& summary = (*manifest.partitions)[i];
    item.child(0).append_bool(summary.contains_null);
    summary.contains_nan.has_value() ? item.child(1).append_bool(*summary.contains_nan) : item.child(1).append_null();
    append_bound_text(item.child(2), tuple.fields()[i].type, summary.lower_bound);
    append_bound_text(item.child(3), tuple.fields()[i].type, summary.upper_bound);
    item.close();
  }
  column.close();
}

}  // namespace

MetadataRows::MetadataRows(TableStore& store, const Session& session, const LoadedTable& table, SnapshotPtr snapshot)
    : store_(store), session_(session), table_(table), snapshot_(std::move(snapshot)), partition_(*table.metadata) {}

Status MetadataRows::for_each(const Visit& visit) {
  if (snapshot_ == nullptr) return ok();
  const auto manifests = FLOE_TRY(store_.manifests_of(session_, *snapshot_));
  for (const auto& manifest : *manifests) {
    const auto* spec = table_.metadata->spec(manifest.partition_spec_id);
    if (spec == nullptr) {
      return failf(ErrorCode::kData, "manifest `{}` names partition spec {}, which the table does not have",
                   manifest.manifest_path, manifest.partition_spec_id);
    }
    FLOE_TRY(for_each_entry(store_, session_, manifest, partition_.tuple_type(spec->spec_id), false,
                            [&](const ManifestEntry& entry) {
                              visit(entry, *spec);
                              return ok();
                            }));
  }
  return ok();
}

std::vector<arrow::Field> MetadataRows::file_fields(bool with_spec_id) const {
  const auto counts = arrow::map(of(Kind::kInt32), of(Kind::kInt64));
  const auto bounds = arrow::map(of(Kind::kInt32), of(Kind::kBinary));
  std::vector<arrow::Field> fields{required("content", of(Kind::kInt8)), required("file_path", of(Kind::kUtf8)),
                                   required("file_format", of(Kind::kUtf8))};
  if (with_spec_id) fields.push_back(required("spec_id", of(Kind::kInt32)));
  if (!partition_.is_empty()) fields.push_back(required("partition", partition_.arrow_type()));
  fields.push_back(required("record_count", of(Kind::kInt64)));
  fields.push_back(required("file_size_in_bytes", of(Kind::kInt64)));
  for (const auto* name : {"column_sizes", "value_counts", "null_value_counts", "nan_value_counts"}) {
    fields.push_back(optional(name, counts));
  }
  fields.push_back(optional("lower_bounds", bounds));
  fields.push_back(optional("upper_bounds", bounds));
  fields.push_back(optional("key_metadata", of(Kind::kBinary)));
  fields.push_back(optional("split_offsets", arrow::list(of(Kind::kInt64))));
  fields.push_back(optional("equality_ids", arrow::list(of(Kind::kInt32))));
  fields.push_back(optional("sort_order_id", of(Kind::kInt32)));
  return fields;
}

Result<ArrowStream> MetadataRows::files() {
  BatchBuilder batch(file_fields(true));
  FileAppender appender([&](std::size_t i) -> ColumnBuilder& { return batch.column(i); }, partition_, true);
  FLOE_TRY(for_each([&](const ManifestEntry& entry, const PartitionSpec& spec) {
    if (entry.is_live()) appender.append(entry.data_file, spec);
  }));
  return finish_stream(std::move(batch));
}

Result<ArrowStream> MetadataRows::entries() {
  BatchBuilder batch({required("status", of(Kind::kInt8)), required("snapshot_id", of(Kind::kInt64)),
                      required("sequence_number", of(Kind::kInt64)), required("file_sequence_number", of(Kind::kInt64)),
                      required("data_file", arrow::structure(file_fields(false)))});
  FileAppender appender([&](std::size_t i) -> ColumnBuilder& { return batch.column(4).child(i); }, partition_, false);
  FLOE_TRY(for_each([&](const ManifestEntry& entry, const PartitionSpec& spec) {
    batch.column(0).append_int(static_cast<int>(entry.status));
    batch.column(1).append_int(entry.snapshot_id.value_or(0));
    batch.column(2).append_int(entry.sequence_number.value_or(0));
    batch.column(3).append_int(entry.file_sequence_number.value_or(0));
    appender.append(entry.data_file, spec);
    batch.column(4).close();
  }));
  return finish_stream(std::move(batch));
}

Result<ArrowStream> MetadataRows::manifests() {
  BatchBuilder batch(
      {required("content", of(Kind::kInt8)), required("path", of(Kind::kUtf8)), required("length", of(Kind::kInt64)),
       required("partition_spec_id", of(Kind::kInt32)), required("added_snapshot_id", of(Kind::kInt64)),
       optional("added_data_files_count", of(Kind::kInt32)), optional("existing_data_files_count", of(Kind::kInt32)),
       optional("deleted_data_files_count", of(Kind::kInt32)), optional("added_delete_files_count", of(Kind::kInt32)),
       optional("existing_delete_files_count", of(Kind::kInt32)),
       optional("deleted_delete_files_count", of(Kind::kInt32)), optional("partition_summaries", summary_type())});
  if (snapshot_ == nullptr) return finish_stream(std::move(batch));
  const auto manifests = FLOE_TRY(store_.manifests_of(session_, *snapshot_));
  for (const auto& manifest : *manifests) {
    const bool is_data = manifest.content == ManifestContent::kData;
    batch.column(0).append_int(static_cast<int>(manifest.content));
    batch.column(1).append_bytes(manifest.manifest_path);
    batch.column(2).append_int(manifest.manifest_length);
    batch.column(3).append_int(manifest.partition_spec_id);
    batch.column(4).append_int(manifest.added_snapshot_id);
    const std::optional<std::int32_t> none = 0;
    append_optional(batch.column(5), is_data ? manifest.added_files_count : none);
    append_optional(batch.column(6), is_data ? manifest.existing_files_count : none);
    append_optional(batch.column(7), is_data ? manifest.deleted_files_count : none);
    append_optional(batch.column(8), is_data ? none : manifest.added_files_count);
    append_optional(batch.column(9), is_data ? none : manifest.existing_files_count);
    append_optional(batch.column(10), is_data ? none : manifest.deleted_files_count);
    append_summaries(batch.column(11), manifest, partition_.tuple_type(manifest.partition_spec_id));
  }
  return finish_stream(std::move(batch));
}

namespace {

struct PartitionTotals {
  const PartitionSpec* spec = nullptr;
  PartitionTuple tuple;
  std::int64_t records = 0;
  std::int64_t files = 0;
  std::int64_t bytes = 0;
  std::int64_t position_records = 0;
  std::int64_t position_files = 0;
  std::int64_t equality_records = 0;
  std::int64_t equality_files = 0;
  std::int64_t updated_snapshot = 0;
  std::int64_t updated_sequence = -1;

  void add(const ManifestEntry& entry) {
    const auto& file = entry.data_file;
    const auto sequence = entry.file_sequence_number.value_or(0);
    if (sequence > updated_sequence) {
      updated_sequence = sequence;
      updated_snapshot = entry.snapshot_id.value_or(0);
    }
    if (file.content == FileContent::kData) {
      add_count(&records, file.record_count);
      add_count(&bytes, file.file_size_in_bytes);
      ++files;
      return;
    }
    const bool is_position = file.content == FileContent::kPositionDeletes;
    add_count(is_position ? &position_records : &equality_records, file.record_count);
    ++(is_position ? position_files : equality_files);
  }
};

}  // namespace

Result<ArrowStream> MetadataRows::partitions() {
  std::map<std::string, PartitionTotals> totals;
  FLOE_TRY(for_each([&](const ManifestEntry& entry, const PartitionSpec& spec) {
    if (!entry.is_live()) return;
    auto& one = totals[partition_key(entry.data_file)];
    one.spec = &spec;
    one.tuple = entry.data_file.partition;
    one.add(entry);
  }));
  std::vector<arrow::Field> fields;
  if (!partition_.is_empty()) fields.push_back(required("partition", partition_.arrow_type()));
  if (!partition_.is_empty()) fields.push_back(required("spec_id", of(Kind::kInt32)));
  fields.push_back(required("record_count", of(Kind::kInt64)));
  fields.push_back(required("file_count", of(Kind::kInt32)));
  fields.push_back(required("total_data_file_size_in_bytes", of(Kind::kInt64)));
  fields.push_back(required("position_delete_record_count", of(Kind::kInt64)));
  fields.push_back(required("position_delete_file_count", of(Kind::kInt32)));
  fields.push_back(required("equality_delete_record_count", of(Kind::kInt64)));
  fields.push_back(required("equality_delete_file_count", of(Kind::kInt32)));
  fields.push_back(optional("last_updated_at", arrow::timestamp(arrow::Unit::kMilli)));
  fields.push_back(optional("last_updated_snapshot_id", of(Kind::kInt64)));
  BatchBuilder batch(std::move(fields));
  for (const auto& [key, one] : totals) {
    std::size_t at = 0;
    if (!partition_.is_empty()) {
      partition_.append(batch.column(at++), *one.spec, one.tuple);
      batch.column(at++).append_int(one.spec->spec_id);
    }
    for (const auto value : {one.records, one.files, one.bytes, one.position_records, one.position_files,
                             one.equality_records, one.equality_files}) {
      batch.column(at++).append_int(value);
    }
    const auto snapshot = table_.metadata->snapshot(one.updated_snapshot);
    append_optional(batch.column(at++), snapshot == nullptr ? std::nullopt : std::optional(snapshot->timestamp_ms));
    append_optional(batch.column(at++), snapshot == nullptr ? std::nullopt : std::optional(one.updated_snapshot));
  }
  return finish_stream(std::move(batch));
}

}  // namespace floe::iceberg
