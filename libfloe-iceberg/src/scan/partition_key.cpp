#include "scan/partition_key.hpp"

namespace floe::iceberg {

std::string partition_key(const DataFile& file) {
  std::string key = std::to_string(file.spec_id);
  for (const auto& value : file.partition) {
    key += '\x1f';
    if (!value.has_value()) continue;
    const auto bytes = literal_to_bytes(*value);
    key += std::to_string(bytes.size());
    key += ':';
    key += bytes;
  }
  return key;
}

}  // namespace floe::iceberg
