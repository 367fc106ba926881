// Which fields lie in a Parquet file, by id: needed where DuckDB matches by name (below the top level) and where a
// column may be missing.
#pragma once

#include "runner.hpp"

#include "base/result.hpp"

#include <cstdint>
#include <memory>
#include <mutex>
#include <string>
#include <unordered_map>
#include <vector>

namespace floe::duckdb_compute {

struct LayoutNode {
  std::int32_t id = -1;
  std::string name;
  std::vector<LayoutNode> children;  // struct: its fields; list: the element; map: key, value
};

using FileLayout = std::vector<LayoutNode>;  // the columns

// Layouts by path: data files never change under their name.
class LayoutCache {
 public:
  // In the order of `paths`; those not known yet are read in one query.
  Result<std::vector<std::shared_ptr<const FileLayout>>> load(Runner& runner, const std::vector<std::string>& paths);

 private:
  std::mutex mutex_;
  std::unordered_map<std::string, std::shared_ptr<const FileLayout>> layouts_;
};

}  // namespace floe::duckdb_compute
