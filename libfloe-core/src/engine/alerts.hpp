// The platform's alert channels: what people are told of compiles and runs.
#pragma once

#include "engine/record_queue.hpp"
#include "engine/recorder.hpp"
#include "model/compiled.hpp"
#include "plugin/host.hpp"

#include "base/diagnostics/diagnostic.hpp"
#include "base/io/environment.hpp"
#include "base/io/file_system.hpp"

#include <chrono>
#include <memory>
#include <optional>
#include <string>
#include <vector>

namespace floe::run {

// What an alert is about, for all alerts of one command.
struct AlertSubject {
  std::string product;
  std::string domain;       // "" = none
  std::string environment;  // "" = none was named
  std::string run_id;       // "" = no run
};

// alert_channel/event of floe.alert_channel/1, with an id of its own.
std::string alert_event(const compile::Alert& alert, const AlertSubject& subject, io::Clock& clock);

// Opens the channels, sends, and gives each at most `limit`. What was not taken, or a channel that cannot be opened, is
// FLOE-W0802 in `sink`; a channel's own duplicates are fine. Of a project whose writer is not trusted nothing is sent.
void send_alerts(PluginHost& host, const compile::Compiled& compiled, const std::vector<std::string>& events,
                 const CallOptions& options, std::chrono::milliseconds limit, DiagnosticSink& sink);

// What people hear of a run that ended: nullopt when it went well and the last one did too. `whole` says that the run
// was of everything: only such a run recovers the product. Remembers a failure under `<state_directory>/alerts`.
std::optional<compile::Alert> alert_of_run(const compile::Compiled& compiled, const std::vector<NodeResult>& results,
                                           bool success, bool whole, const std::string& reason, io::FileSystem& files);

}  // namespace floe::run
