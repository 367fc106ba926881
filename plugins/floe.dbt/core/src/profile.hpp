// The profile that dbt-core gets: for this command only, and for this user only.
#pragma once

#include "command_line.hpp"

#include "base/result.hpp"
#include "floe/plugin_call.hpp"

#include <string>

namespace floe::dbt_core {

// Removes the folder it made.
class Profile {
 public:
  // Writes profiles.yml (mode 0600) for a DuckDB database into a private folder, unless the request brings a folder.
  // kUnsupported when the platform grants no floe.host.tmpdir/1.
  static Result<Profile> make(const Call& call, const Invocation& invocation, const std::string& database);
  Profile(const Profile&) = delete;
  Profile& operator=(const Profile&) = delete;
  Profile(Profile&& other) noexcept;
  Profile& operator=(Profile&&) = delete;
  ~Profile();

  [[nodiscard]] const std::string& directory() const { return directory_; }

 private:
  Profile(const Call& call, std::string directory, bool is_own)
      : call_(call), directory_(std::move(directory)), is_own_(is_own) {}

  const Call& call_;
  std::string directory_;
  bool is_own_;
};

}  // namespace floe::dbt_core
