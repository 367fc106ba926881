// FunctionNames: which functions aggregate and which are macros of users. Asking DuckDB takes 40 ms, so the answer is
// kept until a statement ran that may have changed it.
#pragma once

#include "engine/runner.hpp"

#include <cstdint>
#include <memory>
#include <mutex>
#include <set>
#include <string>

namespace floe::duckdb_compute {

struct FunctionNames {
  std::set<std::string> aggregates;  // lower case
  std::set<std::string> macros;
};

// Thread-safe.
class FunctionCache {
 public:
  // Empty sets when DuckDB does not answer: the call is being cancelled.
  std::shared_ptr<const FunctionNames> names(Runner& runner);

  // After each statement of a user.
  void forget();

 private:
  std::mutex mutex_;
  std::uint64_t changes_ = 0;
  std::shared_ptr<const FunctionNames> known_;
};

}  // namespace floe::duckdb_compute
