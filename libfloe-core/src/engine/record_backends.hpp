// The platform's lineage and telemetry plugins as receivers of what a run records, in addition to the files of the run.
#pragma once

#include "engine/record_queue.hpp"
#include "model/compiled.hpp"
#include "plugin/host.hpp"

#include "base/diagnostics/diagnostic.hpp"
#include "base/result.hpp"

#include <chrono>
#include <memory>
#include <string>

namespace floe::run {

// Thread-safe. Nothing here fails a run: what a backend did not take is told as a warning, and lies in the run's files.
class RecordBackends {
 public:
  // Opens the plugins the platform chose; one that was chosen and cannot be opened is an error, unless it does not come
  // up in time.
  static Result<std::unique_ptr<RecordBackends>> open(PluginHost& host, const compile::Compiled& compiled,
                                                      const CallOptions& options);

  void lineage(const std::string& event);
  // `signal`: traces or metrics; `request`: an OTLP export request.
  void telemetry(const char* signal, const std::string& request);

  // Gives each backend at most `limit` for the rest, reports what was not taken (FLOE-W0801). Once, at the end.
  void finish(std::chrono::milliseconds limit, DiagnosticSink& sink);

 private:
  RecordBackends() = default;

  std::unique_ptr<RecordQueue> lineage_;
  std::unique_ptr<RecordQueue> telemetry_;
};

// One request with the spans (or metrics) of all; they are of one signal. Public for tests.
Result<std::string> merge_otlp(const std::vector<std::string>& requests);

}  // namespace floe::run
