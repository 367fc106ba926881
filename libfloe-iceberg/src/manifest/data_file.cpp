#include "manifest/data_file.hpp"

#include "base/text/text.hpp"

#include <algorithm>

namespace floe::iceberg {

std::string_view file_format_name(FileFormat format) {
  switch (format) {
    case FileFormat::kParquet:
      return "PARQUET";
    case FileFormat::kAvro:
      return "AVRO";
    case FileFormat::kOrc:
      return "ORC";
    case FileFormat::kPuffin:
      return "PUFFIN";
    case FileFormat::kOther:
      break;
  }
  return "OTHER";
}

FileFormat parse_file_format(std::string_view text) {
  for (const FileFormat format : {FileFormat::kParquet, FileFormat::kAvro, FileFormat::kOrc, FileFormat::kPuffin}) {
    if (text::equals_ignore_case_ascii(text, file_format_name(format))) return format;
  }
  return FileFormat::kOther;
}

namespace {

// Where `id` is or belongs.
template <class Items>
auto place_of(Items& items, std::int32_t id) {
  if (items.empty() || items.back().id < id) return items.end();
  return std::lower_bound(items.begin(), items.end(), id,
                          [](const auto& item, std::int32_t wanted) { return item.id < wanted; });
}

// Ascending by id; of equal ids the last one stays.
template <class Items>
void sort_items(Items& items) {
  std::stable_sort(items.begin(), items.end(), [](const auto& left, const auto& right) { return left.id < right.id; });
  const auto kept = std::unique(items.rbegin(), items.rend(),
                                [](const auto& left, const auto& right) { return left.id == right.id; });
  items.erase(items.begin(), kept.base());
}

}  // namespace

void IdCounts::sort() {
  if (!is_sorted_) sort_items(items_);
  is_sorted_ = true;
}

void IdBounds::sort() {
  if (!is_sorted_) sort_items(items_);
  is_sorted_ = true;
}

void IdCounts::insert(std::int32_t id, std::int64_t value) {
  const auto place = place_of(items_, id);
  if (place != items_.end() && place->id == id) {
    place->value = value;
  } else {
    items_.insert(place, Item{id, value});
  }
}

std::optional<std::int64_t> IdCounts::find(std::int32_t id) const {
  const auto place = place_of(items_, id);
  if (place == items_.end() || place->id != id) return std::nullopt;
  return place->value;
}

void IdBounds::insert(const Item& item) {
  const auto place = place_of(items_, item.id);
  if (place != items_.end() && place->id == item.id) {
    *place = item;  // the old bytes stay behind unused
  } else {
    items_.insert(place, item);
  }
}

void IdBounds::clear() {
  items_.clear();
  bytes_.clear();
  is_sorted_ = true;
}

std::optional<std::string_view> IdBounds::find(std::int32_t id) const {
  const auto place = place_of(items_, id);
  if (place == items_.end() || place->id != id) return std::nullopt;
  return bytes(*place);
}

bool operator==(const IdBounds& left, const IdBounds& right) {
  return std::equal(left.items_.begin(), left.items_.end(), right.items_.begin(), right.items_.end(),
                    [&](const IdBounds::Item& first, const IdBounds::Item& second) {
                      return first.id == second.id && left.bytes(first) == right.bytes(second);
                    });
}

}  // namespace floe::iceberg
