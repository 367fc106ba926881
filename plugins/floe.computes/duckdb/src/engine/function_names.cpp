#include "engine/function_names.hpp"

namespace floe::duckdb_compute {

std::shared_ptr<const FunctionNames> FunctionCache::names(Runner& runner) {
  std::uint64_t before = 0;
  {
    const std::lock_guard lock(mutex_);
    if (known_ != nullptr) return known_;
    before = changes_;
  }
  auto found = std::make_shared<FunctionNames>();
  const auto rows = runner.run(
      "SELECT DISTINCT lower(function_name), function_type = 'aggregate' FROM duckdb_functions() WHERE function_type = "
      "'aggregate' OR (NOT internal AND function_type IN ('macro', 'table_macro'))");
  if (!rows) return found;
  for (idx_t i = 0; i < rows->row_count(); ++i)
    (rows->boolean(1, i) ? found->aggregates : found->macros).insert(rows->text(0, i));
  const std::lock_guard lock(mutex_);
  if (changes_ == before) known_ = found;
  return found;
}

void FunctionCache::forget() {
  const std::lock_guard lock(mutex_);
  ++changes_;
  known_ = nullptr;
}

}  // namespace floe::duckdb_compute
