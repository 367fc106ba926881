// What earlier compiles of a project found, in the cache folder of the user: $XDG_CACHE_HOME/floe, else
// $HOME/.cache/floe. An entry counts only when it carries a code made with a key that lies in the user's configuration
// folder ($XDG_CONFIG_HOME/floe/cache.key, else $HOME/.config/floe/cache.key) and that nobody else can read: what a
// repository brings along, what was edited or copied from another project or machine, says nothing (decision 0049).
#pragma once

#include "base/io/environment.hpp"
#include "base/io/file_system.hpp"
#include "base/result.hpp"

#include <optional>
#include <string>
#include <string_view>

namespace floe::compile {

class VerdictCache {
 public:
  // Of the project in `project_root` (absolute). Makes the key at the first use. Never fails: without a home, or with
  // one that does not hold a secret, there is no cache, and why_not says so.
  static VerdictCache open(const std::string& project_root, io::FileSystem& files, const io::Environment& environment);

  // Absolute, of the entries of this project; "" when there is no cache.
  [[nodiscard]] const std::string& directory() const { return directory_; }

  [[nodiscard]] const std::string& why_not() const { return why_not_; }

  // nullopt for one that is not there or that this user did not write here.
  [[nodiscard]] std::optional<std::string> read(std::string_view name) const;

  // Nothing is lost when it fails but time.
  Status write(std::string_view name, std::string_view content) const;

 private:
  explicit VerdictCache(io::FileSystem& files) : files_(files) {}

  Status prepare(const std::string& project_root, const io::Environment& environment);
  [[nodiscard]] std::string code_of(std::string_view name, std::string_view content) const;

  io::FileSystem& files_;
  std::string project_root_;
  std::string directory_;
  std::string key_;
  std::string why_not_;
};

}  // namespace floe::compile
