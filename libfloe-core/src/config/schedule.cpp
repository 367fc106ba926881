#include "config/schedule.hpp"

#include "config/cron.hpp"

#include "base/time/zone.hpp"

#include <fmt/format.h>

namespace floe::config {
namespace {

void check_cron(const yaml::Node& schedule, const std::string& address, DiagnosticSink& sink) {
  const yaml::NodePtr cron = schedule.get("cron");
  const std::string problem = cron_problem(cron->text);
  if (problem.empty()) return;
  sink.report(error_diagnostic("FLOE-E0205", "malformed-value", fmt::format("`{}.cron` is not well formed", address))
                  .at(cron->span, problem)
                  .addressed(address + ".cron"));
}

void check_zone(const yaml::Node& schedule, const std::string& address, DiagnosticSink& sink) {
  const yaml::NodePtr zone = schedule.get("timezone");
  if (zone == nullptr || time::Zone::load(zone->text)) return;
  sink.report(error_diagnostic("FLOE-E0204", "unknown-value",
                               fmt::format("`{}.timezone` does not accept `{}`", address, zone->text))
                  .at(zone->span, "no zone of the IANA database of this machine")
                  .help("write a name such as Europe/Berlin, or UTC")
                  .addressed(address + ".timezone"));
}

}  // namespace

void check_schedule(const yaml::Node& schedule, const std::string& address, DiagnosticSink& sink) {
  check_cron(schedule, address, sink);
  check_zone(schedule, address, sink);
}

}  // namespace floe::config
