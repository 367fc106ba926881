// floe.host.kv/1: one file per value, `.floe/kv/<plugin id>/<key>`.
#pragma once

#include "base/io/file_system.hpp"
#include "base/result.hpp"
#include "floe/interfaces/host_kv.hpp"

#include <mutex>
#include <string>
#include <string_view>

namespace floe::service {

class KvService : public HostKvProvider<KvService> {
 public:
  explicit KvService(io::FileSystem& files) : files_(files) {}

  // The project's `.floe`.
  void use(const std::string& state_directory);

  Status get(Call& c, std::string_view key, Sink& value);
  Status put(Call& c, std::string_view key, std::string_view value);
  Status remove(Call& c, std::string_view key);
  Result<std::string> list(Call& c, std::string_view prefix);

 private:
  // kInvalidState outside of a project.
  Result<std::string> directory(Call& c);
  Result<std::string> path(Call& c, std::string_view key);

  io::FileSystem& files_;
  std::mutex mutex_;
  std::string root_;
};

}  // namespace floe::service
