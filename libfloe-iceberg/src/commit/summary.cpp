#include "commit/summary.hpp"

#include <charconv>
#include <optional>

namespace floe::iceberg {

namespace {

void put(Properties* summary, const std::string& key, std::int64_t value) {
  if (value > 0) (*summary)[key] = std::to_string(value);
}

std::optional<std::int64_t> previous_total(const Snapshot* parent, const std::string& key) {
  if (parent == nullptr) return 0;
  const auto text = parent->summary_value(key);
  if (!text.has_value()) return std::nullopt;
  std::int64_t value = 0;
  const auto [end, error] = std::from_chars(text->data(), text->data() + text->size(), value);
  if (error != std::errc() || end != text->data() + text->size()) return std::nullopt;
  return value;
}

// A missing total of before stays missing: nothing is made up.
void put_total(Properties* summary, const Snapshot* parent, const std::string& key, std::int64_t added,
               std::int64_t removed) {
  const auto before = previous_total(parent, key);
  if (!before.has_value()) return;
  std::int64_t now = 0;
  if (__builtin_add_overflow(*before, added, &now) || __builtin_sub_overflow(now, removed, &now)) return;
  if (now >= 0) (*summary)[key] = std::to_string(now);
}

}  // namespace

void SummaryCounts::add(const DataFile& file) {
  ++added_files;
  add_count(&added_records, file.record_count);
  add_count(&added_bytes, file.file_size_in_bytes);
  partitions.insert(partition_key(file));
}

void SummaryCounts::remove(const DataFile& file) {
  partitions.insert(partition_key(file));
  add_count(&removed_bytes, file.file_size_in_bytes);
  if (file.content == FileContent::kData) {
    ++removed_files;
    add_count(&removed_records, file.record_count);
    return;
  }
  ++removed_delete_files;
  const bool is_position = file.content == FileContent::kPositionDeletes;
  add_count(is_position ? &removed_position_deletes : &removed_equality_deletes, file.record_count);
}

void SummaryCounts::merge(const SummaryCounts& other) {
  added_files += other.added_files;
  add_count(&added_records, other.added_records);
  add_count(&added_bytes, other.added_bytes);
  removed_files += other.removed_files;
  add_count(&removed_records, other.removed_records);
  add_count(&removed_bytes, other.removed_bytes);
  removed_delete_files += other.removed_delete_files;
  add_count(&removed_position_deletes, other.removed_position_deletes);
  add_count(&removed_equality_deletes, other.removed_equality_deletes);
  partitions.insert(other.partitions.begin(), other.partitions.end());
}

void SummaryCounts::remove_all(const Snapshot& snapshot) {
  const auto total = [&](const char* key) { return previous_total(&snapshot, key).value_or(0); };
  removed_files = total("total-data-files");
  removed_records = total("total-records");
  removed_bytes = total("total-files-size");
  removed_delete_files = total("total-delete-files");
  removed_position_deletes = total("total-position-deletes");
  removed_equality_deletes = total("total-equality-deletes");
}

Properties summarize(const SummaryCounts& counts, const Snapshot* parent) {
  Properties summary;
  put(&summary, "added-data-files", counts.added_files);
  put(&summary, "deleted-data-files", counts.removed_files);
  put(&summary, "added-records", counts.added_records);
  put(&summary, "deleted-records", counts.removed_records);
  put(&summary, "added-files-size", counts.added_bytes);
  put(&summary, "removed-files-size", counts.removed_bytes);
  put(&summary, "removed-delete-files", counts.removed_delete_files);
  put(&summary, "removed-position-deletes", counts.removed_position_deletes);
  put(&summary, "removed-equality-deletes", counts.removed_equality_deletes);
  put(&summary, "changed-partition-count", static_cast<std::int64_t>(counts.partitions.size()));
  put_total(&summary, parent, "total-records", counts.added_records, counts.removed_records);
  put_total(&summary, parent, "total-files-size", counts.added_bytes, counts.removed_bytes);
  put_total(&summary, parent, "total-data-files", counts.added_files, counts.removed_files);
  put_total(&summary, parent, "total-delete-files", 0, counts.removed_delete_files);
  put_total(&summary, parent, "total-position-deletes", 0, counts.removed_position_deletes);
  put_total(&summary, parent, "total-equality-deletes", 0, counts.removed_equality_deletes);
  return summary;
}

}  // namespace floe::iceberg
