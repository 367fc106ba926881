// What is written keeps the classes that columns were judged to have (decision 0046): SQL that a template makes anew
// for the run may put other columns into them.
#pragma once

#include "model/grants.hpp"
#include "warehouse/counted_rows.hpp"

#include "base/json/json.hpp"
#include "base/result.hpp"

#include <map>
#include <memory>
#include <mutex>
#include <optional>
#include <set>
#include <string>
#include <string_view>
#include <vector>

namespace floe::warehouse {

// Thread-safe. `node` is the unique id behind a session, of hooks and operations too. `analysis`: of the SQL
// (compute/analysis); nullptr when the compute found none, and then each column may hold whatever can be read.
class ClassMonitor {
 public:
  explicit ClassMonitor(const std::optional<Grants>& grants);

  // Whether the node may bring a class anywhere; else there is nothing to analyze.
  [[nodiscard]] bool concerns(std::string_view node) const;

  // A template gets the rows of a query: once it has read one, what it writes may hold them as text.
  void on_answer(std::string_view node, const json::object* analysis, std::shared_ptr<ReadRows> read);

  // Before the query becomes rows of `target`. kPermission with FLOE-E0784 for a column whose class is above the judged
  // one. What lies beside a table (`orders__dbt_tmp`) takes any class, and gives it to who reads it.
  Status check(std::string_view node, const Relation& target, const json::object* analysis);

 private:
  struct Found {
    std::string classification;
    std::string origin;  // customers.email
  };

  struct Answer {
    std::shared_ptr<ReadRows> read;
    Found highest;
  };

  using Columns = std::map<std::string, Found, std::less<>>;  // by name in lower case

  static void raise(const Found& other, Found* found);
  [[nodiscard]] std::string table_of(const std::string& key, bool* is_beside) const;
  [[nodiscard]] Found highest_input(std::string_view node) const;
  [[nodiscard]] Found highest_of(std::string_view key) const;
  [[nodiscard]] Columns columns_of(std::string_view node, const json::object* analysis, const Found& unknown) const;
  bool add_origin(std::string_view node, const json::object& origin, Found* found) const;
  [[nodiscard]] bool is_masked(std::string_view table, const std::string& column) const;
  [[nodiscard]] Status refuse(std::string_view node, const std::string& column, const Found& found,
                              std::string_view judged) const;

  [[nodiscard]] Found seen_by(std::string_view node) const;

  const Grants* grants_ = nullptr;           // nullptr: no class is held
  std::set<std::string, std::less<>> made_;  // Relation::key() of what nodes make

  mutable std::mutex mutex_;
  std::map<std::string, std::vector<Answer>, std::less<>> answers_;  // by node
  std::map<std::string, Columns, std::less<>> beside_;               // by Relation::key()
};

}  // namespace floe::warehouse
