#include "manifest/partition_summary.hpp"

namespace floe::iceberg {

void PartitionSummaries::add(const PartitionTuple& tuple) {
  for (std::size_t i = 0; i < fields_.size(); ++i) {
    Range& range = fields_[i];
    if (i >= tuple.size() || !tuple[i]) {
      range.contains_null = true;
      continue;
    }
    const Literal& value = *tuple[i];
    if (value.is_nan()) {
      range.contains_nan = true;
      continue;
    }
    if (!range.lower || compare(value, *range.lower) < 0) range.lower = value;
    if (!range.upper || compare(value, *range.upper) > 0) range.upper = value;
  }
}

std::vector<PartitionFieldSummary> PartitionSummaries::finish() const {
  std::vector<PartitionFieldSummary> summaries;
  summaries.reserve(fields_.size());
  for (const Range& range : fields_) {
    PartitionFieldSummary summary;
    summary.contains_null = range.contains_null;
    summary.contains_nan = range.contains_nan;
    if (range.lower) summary.lower_bound = literal_to_bytes(*range.lower);
    if (range.upper) summary.upper_bound = literal_to_bytes(*range.upper);
    summaries.push_back(std::move(summary));
  }
  return summaries;
}

}  // namespace floe::iceberg
