#include "parquet/metrics.hpp"

#include "base/fail.hpp"
#include "base/text/text.hpp"

#include <algorithm>
#include <charconv>

namespace floe::iceberg::parquet {

namespace {

constexpr std::string_view kDefaultKey = "write.metadata.metrics.default";
constexpr std::string_view kColumnPrefix = "write.metadata.metrics.column.";
constexpr std::string_view kLimitKey = "write.metadata.metrics.max-inferred-column-defaults";
constexpr std::size_t kDefaultLimit = 100;
constexpr ColumnMetricsMode kDefaultMode = {MetricsMode::kTruncate, 16};

// The first columns in Java's order: the primitives of a struct before what is inside its other columns.
void first_columns(const Type& type, std::size_t limit, std::vector<std::int32_t>* ids) {
  for (const Field& field : type.fields()) {
    if (ids->size() >= limit) return;
    if (field.type.is_primitive()) ids->push_back(field.id);
  }
  for (const Field& field : type.fields()) {
    if (ids->size() >= limit) return;
    if (field.type.is_nested()) first_columns(field.type, limit, ids);
  }
}

bool preserves_order(const transform::Transform& transform) {
  switch (transform.kind) {
    case transform::Kind::kBucket:
    case transform::Kind::kVoid:
    case transform::Kind::kUnknown:
      return false;
    default:
      return true;
  }
}

std::size_t limit_of(const std::map<std::string, std::string>& properties) {
  const auto found = properties.find(std::string(kLimitKey));
  if (found == properties.end()) return kDefaultLimit;
  std::size_t limit = 0;
  const std::string& text = found->second;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), limit);
  return error == std::errc{} && end == text.data() + text.size() ? limit : kDefaultLimit;
}

}  // namespace

Result<ColumnMetricsMode> parse_metrics_mode(std::string_view text) {
  const std::string mode = text::to_lower_ascii(text::trim(text));
  if (mode == "none") return ColumnMetricsMode{MetricsMode::kNone, 0};
  if (mode == "counts") return ColumnMetricsMode{MetricsMode::kCounts, 0};
  if (mode == "full") return ColumnMetricsMode{MetricsMode::kFull, 0};
  constexpr std::string_view kTruncate = "truncate(";
  if (mode.starts_with(kTruncate) && mode.ends_with(")")) {
    const char* first = mode.data() + kTruncate.size();
    const char* last = mode.data() + mode.size() - 1;
    std::int32_t width = 0;
    const auto [end, error] = std::from_chars(first, last, width);
    if (error == std::errc{} && end == last && width > 0) return ColumnMetricsMode{MetricsMode::kTruncate, width};
  }
  return failf(ErrorCode::kInvalidArgument, "metrics mode `{}` is none of none, counts, truncate(N), full", text);
}

MetricsConfig MetricsConfig::from_properties(const Schema& schema, const std::map<std::string, std::string>& properties,
                                             const SortOrder& sort_order) {
  MetricsConfig config;
  ColumnMetricsMode fallback = kDefaultMode;
  if (const auto found = properties.find(std::string(kDefaultKey)); found != properties.end()) {
    fallback = parse_metrics_mode(found->second).value_or(kDefaultMode);
    for (const std::int32_t id : schema.all_ids())
      config.modes_[id] = fallback;
  } else {
    std::vector<std::int32_t> ids;
    first_columns(schema.root(), limit_of(properties), &ids);
    for (const std::int32_t id : ids)
      config.modes_[id] = kDefaultMode;
  }
  const bool has_no_bounds = fallback.mode == MetricsMode::kNone || fallback.mode == MetricsMode::kCounts;
  for (const SortField& field : sort_order.fields) {
    if (preserves_order(field.transform)) config.modes_[field.source_id] = has_no_bounds ? kDefaultMode : fallback;
  }
  for (auto it = properties.lower_bound(std::string(kColumnPrefix));
       it != properties.end() && it->first.starts_with(kColumnPrefix); ++it) {
    const Field* field = schema.find(std::string_view(it->first).substr(kColumnPrefix.size()));
    if (field != nullptr) config.modes_[field->id] = parse_metrics_mode(it->second).value_or(fallback);
  }
  return config;
}

MetricsConfig MetricsConfig::full(const Schema& schema) {
  MetricsConfig config;
  for (const std::int32_t id : schema.all_ids())
    config.modes_[id] = {MetricsMode::kFull, 0};
  return config;
}

ColumnMetricsMode MetricsConfig::mode(std::int32_t field_id) const {
  const auto found = modes_.find(field_id);
  return found == modes_.end() ? ColumnMetricsMode{MetricsMode::kNone, 0} : found->second;
}

}  // namespace floe::iceberg::parquet
