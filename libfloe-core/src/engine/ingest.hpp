// Ingestion of raw files into Iceberg tables: one commit per source.
#pragma once

#include "engine/recorder.hpp"
#include "model/compiled.hpp"
#include "plugin/host.hpp"
#include "warehouse/warehouse.hpp"

#include "base/diagnostics/diagnostic.hpp"
#include "base/io/environment.hpp"
#include "base/io/file_system.hpp"
#include "base/result.hpp"

#include <string>
#include <vector>

namespace floe::run {

struct IngestServices {
  io::FileSystem& files;
  io::Clock& clock;
  const floe_host* host;
  floe_call* call;
  warehouse::Warehouse& warehouse;
  Recorder& recorder;
};

// Loads the sources whose names are in `selected` (empty = all). A source that fails is recorded and its diagnostics
// are reported; the others go on. Returns whether all went well; an Error only for cancellation.
Result<bool> ingest_sources(const compile::Compiled& compiled, const std::vector<std::string>& selected,
                            const IngestServices& services, DiagnosticSink& sink);

}  // namespace floe::run
