// The storage table of a host, called with Results.
#pragma once

#include "host/session.hpp"

#include "floe/interfaces/storage.h"

#include <cstdint>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace floe::iceberg {

struct ByteRange {
  std::int64_t offset = 0;
  std::int64_t length = 0;
};

struct StoredObject {
  std::int64_t size = 0;
  std::int64_t modified_ns = 0;  // 0 = the storage does not say
};

struct ListedObject {
  std::string uri;
  std::int64_t modified_ns = 0;
};

struct PutOptions {
  bool is_exclusive = true;  // fails with kAlreadyExists when the object is there
  bool is_durable = false;   // on disk before the call returns
};

class StorageClient {
 public:
  StorageClient(const floe_storage_v1* table, void* self) : table_(table), self_(self) {}

  Result<HostSink> read(const Session& session, std::string_view uri) const;
  Result<HostSink> read_ranges(const Session& session, std::string_view uri, std::span<const ByteRange> ranges) const;
  Result<StoredObject> stat(const Session& session, std::string_view uri) const;
  Status put(const Session& session, std::string_view uri, std::string_view content, PutOptions options) const;
  // Everything below a prefix, sorted by URI. kUnsupported where the storage cannot list.
  Result<std::vector<ListedObject>> list(const Session& session, std::string_view prefix) const;
  // Best effort: what cannot be removed is logged.
  void remove(const Session& session, std::span<const std::string> uris) const;
  // Whether files can be made durable after they were written.
  [[nodiscard]] bool can_sync() const;
  // Makes files durable; nothing to do for storage without local files.
  Status sync(const Session& session, std::span<const std::string> uris) const;

 private:
  const floe_storage_v1* table_;
  void* self_;
};

}  // namespace floe::iceberg
