// DuckDB 1.5.5 decides by the least and the greatest value of a row group whether a filter of its scan can hold for any
// row. NULL counts for neither, but is distinct from every constant: `n < 5 or n is distinct from 5` loses the NULLs of
// a row group whose other values are all 5. This library stands before libduckdb.so (json_depth.cpp), and says of such
// a comparison that nothing can be known (docs/adr/0038-null-statistics.md).
#include "original.hpp"

#include <cstdint>

// As DuckDB's constant_filter.hpp declares them. NOLINTBEGIN(readability-identifier-naming): DuckDB names them.
namespace duckdb {

class BaseStatistics;

enum class FilterPropagateResult : std::uint8_t { kNoPruningPossible = 0 };

class FLOE_GUARD_EXPORT ConstantFilter {
 public:
  FilterPropagateResult CheckStatistics(BaseStatistics& statistics) const;

 private:
  const void* methods_;
  std::uint8_t filter_type_;
  std::uint8_t comparison_type_;
};

}  // namespace duckdb

// NOLINTEND(readability-identifier-naming)

namespace {

constexpr const char* kSymbol = "_ZNK6duckdb14ConstantFilter15CheckStatisticsERNS_14BaseStatisticsE";
constexpr std::uint8_t kDistinctFrom = 37;  // of DuckDB's ExpressionType

using Check = duckdb::FilterPropagateResult (*)(const duckdb::ConstantFilter*, duckdb::BaseStatistics*);

}  // namespace

namespace duckdb {

FilterPropagateResult ConstantFilter::CheckStatistics(BaseStatistics& statistics) const {
  static const auto kCheck = floe::duckdb_guard::original<Check>(kSymbol);
  if (kCheck == nullptr || comparison_type_ == kDistinctFrom) return FilterPropagateResult::kNoPruningPossible;
  return kCheck(this, &statistics);
}

}  // namespace duckdb
