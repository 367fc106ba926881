// floe.host.storage/1: the platform's storage for plugins that are none. Every method is handed on.
#pragma once

#include "service/chosen_instance.hpp"

#include "base/result.hpp"
#include "floe/client/storage.hpp"
#include "floe/interfaces/host_storage.hpp"

#include <cstdint>
#include <string>
#include <string_view>

namespace floe::service {

class StorageService : public HostStorageProvider<StorageService> {
 public:
  explicit StorageService(ChosenInstance& plugin) : plugin_(plugin) {}

  Result<std::string> stat(Call& c, std::string_view uri) {
    return with([&](const StorageClient& storage) { return storage.stat(c.raw(), uri); });
  }

  Result<std::string> read(Call& c, std::string_view uri, std::string_view ranges) {
    return with([&](const StorageClient& storage) { return storage.read(c.raw(), uri, ranges); });
  }

  Result<std::uint64_t> open_read(Call& c, std::string_view uri) {
    return with([&](const StorageClient& storage) { return storage.open_read(c.raw(), uri); });
  }

  Result<std::string> read_next(Call& c, std::uint64_t reader, std::uint64_t max_bytes) {
    return with([&](const StorageClient& storage) { return storage.read_next(c.raw(), reader, max_bytes); });
  }

  Status close_read(Call& c, std::uint64_t reader) {
    return with([&](const StorageClient& storage) { return storage.close_read(c.raw(), reader); });
  }

  Result<std::uint64_t> open_write(Call& c, std::string_view uri, std::string_view options) {
    return with([&](const StorageClient& storage) { return storage.open_write(c.raw(), uri, options); });
  }

  Status write_next(Call& c, std::uint64_t writer, std::string_view content) {
    return with([&](const StorageClient& storage) { return storage.write_next(c.raw(), writer, content); });
  }

  Result<std::string> finish(Call& c, std::uint64_t writer) {
    return with([&](const StorageClient& storage) { return storage.finish(c.raw(), writer); });
  }

  Status abort(Call& c, std::uint64_t writer) {
    return with([&](const StorageClient& storage) { return storage.abort(c.raw(), writer); });
  }

  Result<std::string> put(Call& c, std::string_view uri, std::string_view content, std::string_view options) {
    return with([&](const StorageClient& storage) { return storage.put(c.raw(), uri, content, options); });
  }

  Status list(Call& c, std::string_view prefix, ArrowArrayStream& objects) {
    return with([&](const StorageClient& storage) -> Status {
      ArrowStream found = FLOE_TRY(storage.list(c.raw(), prefix));
      found.move_to(&objects);
      return ok();
    });
  }

  Result<std::string> remove(Call& c, std::string_view uris) {
    return with([&](const StorageClient& storage) { return storage.remove(c.raw(), uris); });
  }

 private:
  template <class F>
  std::invoke_result_t<F, const StorageClient&> with(F&& body) {
    const Instance instance = FLOE_TRY(plugin_.open());
    return body(instance.client<StorageClient>());
  }

  ChosenInstance& plugin_;
};

}  // namespace floe::service
