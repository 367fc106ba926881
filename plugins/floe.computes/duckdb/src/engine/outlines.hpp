// Outlines: relations whose files each statement chooses (decision 0032). Their shared view reads
//     query(coalesce(getvariable('floe_scan_<n>'), '<what every session reads>'))
// so that a session which sets the variable reads other files under the same name. While its filters are looked for,
// the variable names the table function floe_outline(<n>): it has the columns, cannot be read, and takes no filters, so
// that they stay in the plan above it.
#pragma once

#include "engine/duckdb_api.hpp"
#include "engine/runner.hpp"
#include "engine/scan.hpp"

#include "base/result.hpp"

#include <cstdint>
#include <map>
#include <memory>
#include <mutex>
#include <optional>
#include <string>
#include <vector>

namespace floe::duckdb_compute {

inline constexpr std::string_view kOutlineFunction = "floe_outline";

// Thread-safe.
class Outlines {
 public:
  struct Outline {
    std::vector<Column> columns;
    std::vector<LogicalType> types;
  };

  // Once per database.
  Status register_function(duckdb_connection connection) const;

  // Gives the relation `number` these columns.
  Status set(Runner& runner, std::uint64_t number, std::vector<Column> columns);

  [[nodiscard]] std::shared_ptr<const Outline> find(std::uint64_t number) const;

 private:
  struct State {
    mutable std::mutex mutex;
    std::map<std::uint64_t, std::shared_ptr<const Outline>> outlines;
  };

  std::shared_ptr<State> state_ = std::make_shared<State>();  // the function of the database has a share
};

// The session variable of a relation, and its parts as SQL.
std::string scan_variable(std::uint64_t number);
std::string outline_body(std::uint64_t number);
std::string chosen_body(std::uint64_t number, const std::string& shared_body);

}  // namespace floe::duckdb_compute
