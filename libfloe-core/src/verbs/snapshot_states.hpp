// SnapshotStates: what each snapshot of a table is to the branch `main`.
#pragma once

#include "base/json/json.hpp"

#include <cstdint>
#include <map>
#include <set>
#include <string>
#include <vector>

namespace floe::run {

class SnapshotStates {
 public:
  // The rows of the metadata tables `snapshots`, `refs` and `history`.
  SnapshotStates(const json::array& snapshots, const json::array& refs, const json::array& log);

  // Adds to an entry of `table history`: `is_current_ancestor` (it made the rows that `main` has), `refs` (branches and
  // tags that point to it) and `state`: `main`; `branch NAME`; `staged` and `published` (write-audit-publish); `rolled
  // back` (main stood there once); `unreferenced`.
  void describe(const json::object& snapshot, json::object* entry) const;

 private:
  [[nodiscard]] std::set<std::int64_t> ancestors(std::int64_t head) const;
  [[nodiscard]] std::string state_of(std::int64_t id, const json::object& snapshot) const;

  std::map<std::int64_t, std::int64_t> parents_;
  std::map<std::int64_t, std::vector<std::string>> refs_;   // by snapshot
  std::map<std::string, std::set<std::int64_t>> branches_;  // their snapshots, by name
  std::set<std::int64_t> was_current_;
  std::set<std::string> published_;  // values of published-wap-id
};

// A member of a snapshot's summary, which metadata tables give as pairs; empty when it is absent.
std::string summary_value(const json::object& snapshot, std::string_view key);

}  // namespace floe::run
