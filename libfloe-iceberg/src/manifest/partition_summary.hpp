// Summaries of the partition tuples of a manifest, one per partition field.
#pragma once

#include "manifest/data_file.hpp"

#include <vector>

namespace floe::iceberg {

class PartitionSummaries {
 public:
  explicit PartitionSummaries(std::size_t field_count) : fields_(field_count) {}

  void add(const PartitionTuple& tuple);
  [[nodiscard]] std::vector<PartitionFieldSummary> finish() const;

 private:
  struct Range {
    bool contains_null = false;
    bool contains_nan = false;
    std::optional<Literal> lower;
    std::optional<Literal> upper;
  };

  std::vector<Range> fields_;
};

}  // namespace floe::iceberg
