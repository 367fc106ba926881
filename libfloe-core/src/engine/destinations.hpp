// The end of a run: rows of its tables go to the destinations of floe.yaml, through sink plugins.
#pragma once

#include "engine/recorder.hpp"
#include "model/compiled.hpp"
#include "plugin/host.hpp"
#include "warehouse/warehouse.hpp"

#include "base/diagnostics/diagnostic.hpp"
#include "base/io/environment.hpp"
#include "base/result.hpp"
#include "floe/client/sink.hpp"

#include <optional>
#include <string>
#include <vector>

namespace floe::run {

// Opens the sink of each destination at once, so that a wrong one is told before anything runs.
class Destinations {
 public:
  // All outlive it. kData when a destination cannot be opened; each is reported (FLOE-E0811).
  static Result<Destinations> open(PluginHost& host, const compile::Compiled& compiled, const CallOptions& options,
                                   DiagnosticSink& sink);
  Destinations(Destinations&&) noexcept = default;
  Destinations& operator=(Destinations&&) = delete;
  ~Destinations();

  struct Run {
    floe_call* call;
    warehouse::Warehouse& warehouse;
    Recorder& recorder;
    io::Clock& clock;
    bool is_selection;     // of nodes: only what they wrote is delivered
    bool went_well;        // else every destination is skipped
    DiagnosticSink& sink;  // FLOE-E0811 for each delivery that failed
  };

  // Whether all were delivered. An error is an interrupt.
  Result<bool> deliver(const Run& run);

 private:
  struct Opened {
    const compile::Destination* destination;
    Instance instance;
    std::uint64_t handle = 0;
  };

  struct Delivered {
    std::int64_t rows = 0;
    std::int64_t bytes = 0;
    std::string snapshot_id;
    bool is_old = false;  // an earlier run had done it
  };

  Destinations(PluginHost& host, const compile::Compiled& compiled, HostCall call)
      : host_(host), compiled_(compiled), call_(std::move(call)) {}

  [[nodiscard]] std::optional<warehouse::Relation> relation_of(const compile::Destination& destination,
                                                               const Run& run) const;
  Result<Delivered> deliver_one(const Opened& opened, const warehouse::Relation& relation, const Run& run);
  Result<Delivered> send(const Opened& opened, const warehouse::Relation& relation, std::uint64_t session,
                         const Run& run);
  Result<bool> deliver_recorded(const Opened& opened, const warehouse::Relation& relation, const Run& run);

  PluginHost& host_;
  const compile::Compiled& compiled_;
  HostCall call_;
  std::vector<Opened> opened_;
};

}  // namespace floe::run
