// dbt-core's log (--log-format json, one event a line) as node records and findings.
#pragma once

#include "base/diagnostics/diagnostic.hpp"
#include "base/json/json.hpp"

#include <functional>
#include <map>
#include <set>
#include <string>
#include <string_view>
#include <vector>

namespace floe::dbt_core {

class DbtLog {
 public:
  // Gets floe.node_record/1 objects as they happen.
  using OnRecord = std::function<void(const json::object& record)>;

  explicit DbtLog(OnRecord on_record) : on_record_(std::move(on_record)) {}

  // Bytes of the log, cut anywhere.
  void write(std::string_view bytes);

  // Errors that are about no node: of the project, the profile, dbt itself.
  [[nodiscard]] const std::vector<Diagnostic>& errors() const { return errors_; }

  // unique ids of nodes whose end was recorded.
  [[nodiscard]] const std::set<std::string>& finished() const { return finished_; }

  // Rows of `show`, as JSON of dbt's own; "" = none.
  [[nodiscard]] const std::string& preview() const { return preview_; }

  // Lines that are no events: what the program says before its log begins.
  [[nodiscard]] const std::string& other_text() const { return other_text_; }

 private:
  void on_line(std::string_view line);
  void on_node(const std::string& event, const json::object& data, const json::object& node,
               const std::string& message);

  OnRecord on_record_;
  std::string rest_;
  std::string other_text_;
  std::string preview_;
  bool is_planned_ = false;
  std::set<std::string> finished_;
  std::vector<Diagnostic> errors_;
};

// A finding from what dbt says of it: `Compilation Error in model orders (models/orders.sql)\n  ...\n  line 3`.
Diagnostic error_of_dbt(std::string_view text);

// Nanoseconds since 1970 of `2026-01-31T12:00:00.123456`, in UTC; 0 when it is no time.
std::int64_t nanoseconds_of(const std::string& text);

}  // namespace floe::dbt_core
