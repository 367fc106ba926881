#include "engine/opened_platform.hpp"

#include "engine/bindings.hpp"
#include "engine/lost_catalog.hpp"
#include "engine/moved_project.hpp"
#include "engine/storage_root.hpp"
#include "engine/table_format_library.hpp"

#include "base/fail.hpp"
#include "base/io/file_system.hpp"
#include "base/json/json.hpp"

namespace floe::run {
namespace {

std::string table_options(const compile::Compiled& compiled) {
  return to_json(json::object{{"durability", "full"},
                              {"engine_name", "floe"},
                              {"engine_version", FLOE_VERSION},
                              {"warehouse", compiled.warehouse_uri}});
}

// A storage without a binding keeps files anywhere.
Status check_root(Bindings& bindings, const Instance& storage, const compile::Compiled& compiled) {
  const auto binding = bindings.of("storage");
  if (binding.has_value()) return check_storage_root(*binding, compiled.warehouse_uri, storage.plugin());
  return binding.error().code == ErrorCode::kUnsupported ? ok() : Status(binding.error());
}

}  // namespace

Result<std::unique_ptr<OpenedPlatform>> OpenedPlatform::open(PluginHost& host, const compile::Compiled& compiled,
                                                             const CallOptions& call_options,
                                                             OpenedPlatformOptions options) {
  Bindings bindings(host, compiled, call_options);
  FLOE_TRY(bindings.may_open());
  const auto files = io::make_disk_file_system();
  FLOE_TRY(check_not_moved(compiled, *files, options.with_compute));
  std::unique_ptr<OpenedPlatform> platform(new OpenedPlatform());
  platform->storage_ = FLOE_TRY(bindings.open("storage"));
  FLOE_TRY(check_root(bindings, platform->storage_, compiled));
  platform->catalog_ = FLOE_TRY(bindings.open("catalog"));
  const HostCall call = host.make_call(call_options);
  if (!options.with_lost_catalog) {
    FLOE_TRY(check_catalog_not_lost(compiled, platform->catalog_.client<CatalogClient>(),
                                    platform->storage_.client<StorageClient>(), call.raw()));
  }
  if (options.with_compute) platform->compute_ = FLOE_TRY(bindings.open("compute"));

  const floe_table_format_v1* format = FLOE_TRY(load_table_format());
  const TableFormatClient opener(host.raw(), format, nullptr);
  void* tables =
      FLOE_TRY(opener.open(call.raw(), static_cast<const floe_catalog_v1*>(platform->catalog_.table()),
                           platform->catalog_.self(), static_cast<const floe_storage_v1*>(platform->storage_.table()),
                           platform->storage_.self(), table_options(compiled)));
  platform->tables_ = TableFormatClient(host.raw(), format, tables);
  return platform;
}

OpenedPlatform::~OpenedPlatform() {
  if (tables_.has_value() && tables_.self() != nullptr) tables_.table()->close(tables_.self());
}

}  // namespace floe::run
