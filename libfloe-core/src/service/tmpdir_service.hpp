// floe.host.tmpdir/1: directories that end with the context.
#pragma once

#include "base/io/environment.hpp"
#include "base/io/file_system.hpp"
#include "base/result.hpp"
#include "floe/interfaces/host_tmpdir.hpp"

#include <map>
#include <mutex>
#include <string>
#include <string_view>

namespace floe::service {

class TmpdirService : public HostTmpdirProvider<TmpdirService> {
 public:
  TmpdirService(io::FileSystem& files, const io::Environment& environment) : files_(files), environment_(environment) {}

  TmpdirService(const TmpdirService&) = delete;
  TmpdirService& operator=(const TmpdirService&) = delete;
  ~TmpdirService();

  Result<std::string> make(Call& c, std::string_view purpose);
  Status remove(Call& c, std::string_view path);

 private:
  io::FileSystem& files_;
  const io::Environment& environment_;
  std::mutex mutex_;
  std::map<std::string, std::string, std::less<>> owners_;  // path -> plugin id
};

}  // namespace floe::service
