// A schedule of a product document: five cron fields and a time zone.
#pragma once

#include "base/diagnostics/diagnostic.hpp"
#include "base/yaml/node.hpp"

#include <string>

namespace floe::config {

// `schedule` has passed its shape. FLOE-E0205 for cron fields, E0204 for a zone that the IANA database of this machine
// does not have; `address` is its logical path.
void check_schedule(const yaml::Node& schedule, const std::string& address, DiagnosticSink& sink);

}  // namespace floe::config
