// The opened plugins and tables of one compiled project.
#pragma once

#include "model/compiled.hpp"
#include "plugin/host.hpp"

#include "base/result.hpp"
#include "floe/client/table_format.hpp"

#include <memory>
#include <string>

namespace floe::run {

struct OpenedPlatformOptions {
  bool with_compute = false;       // else it is not opened
  bool with_lost_catalog = false;  // to rebuild it; else FLOE-E0501
};

class OpenedPlatform {
 public:
  // Opens storage, catalog, tables and compute. No connection is made before it is needed.
  static Result<std::unique_ptr<OpenedPlatform>> open(PluginHost& host, const compile::Compiled& compiled,
                                                      const CallOptions& call_options, OpenedPlatformOptions options);
  OpenedPlatform(const OpenedPlatform&) = delete;
  OpenedPlatform& operator=(const OpenedPlatform&) = delete;
  ~OpenedPlatform();

  [[nodiscard]] ComputeClient compute() const { return compute_.client<ComputeClient>(); }

  [[nodiscard]] StorageClient storage() const { return storage_.client<StorageClient>(); }

  [[nodiscard]] CatalogClient catalog() const { return catalog_.client<CatalogClient>(); }

  [[nodiscard]] TableFormatClient tables() const { return tables_; }

 private:
  OpenedPlatform() = default;

  Instance storage_;
  Instance catalog_;
  Instance compute_;
  TableFormatClient tables_;
};

}  // namespace floe::run
