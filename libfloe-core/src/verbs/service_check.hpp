// The service levels of a contract as they are kept: measured on the table, on the runs, and on earlier checks.
#pragma once

#include "engine/opened_tables.hpp"
#include "rules/contract/contract.hpp"
#include "verbs/verb.hpp"

#include "base/json/json.hpp"

#include <string>
#include <vector>

namespace floe::run {

enum class Kept : std::uint8_t { kYes, kNo, kUnknown };

struct Measured {
  contract::ServiceLevel level;  // as promised
  Kept kept = Kept::kUnknown;
  std::string found;   // `3h 12m`, `99.2%`; "" = nothing could be measured
  std::string reason;  // what it was measured on, or why it could not be

  // `contract `sales.orders.orders` promises freshness of 24h, found is 2d 3h`
  [[nodiscard]] std::string text(const contract::PortContract& made) const;
  // FLOE-E0386 for a broken promise, FLOE-W1301 for one that nothing can be said about.
  void report(const contract::PortContract& made, DiagnosticSink& sink) const;
  [[nodiscard]] json::object to_json() const;
};

class ServiceCheck {
 public:
  ServiceCheck(Context& context, const OpenedTables& opened) : context_(context), opened_(opened) {}

  // Of each service level of the contract. Appends one line to <state>/contracts/checks.jsonl: whether the table could
  // be read now, which is what availability is made of.
  [[nodiscard]] Result<std::vector<Measured>> run(const contract::PortContract& made) const;

 private:
  struct TableState {
    bool is_available = false;
    std::string problem;               // why it is not
    std::int64_t committed_at_us = 0;  // newest snapshot; 0 = none
  };

  [[nodiscard]] TableState look_at(const contract::PortContract& made) const;
  void measure_freshness(const TableState& table, Measured* measured) const;
  [[nodiscard]] Status measure_availability(const contract::PortContract& made, Measured* measured) const;
  [[nodiscard]] Status measure_quality(const contract::PortContract& made, Measured* measured) const;
  [[nodiscard]] std::string checks_path() const;

  Context& context_;
  const OpenedTables& opened_;
};

}  // namespace floe::run
