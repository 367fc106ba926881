#include "profile.hpp"

#include "http/service.hpp"

#include "base/fail.hpp"
#include "base/io/file_descriptor.hpp"
#include "base/io/file_system.hpp"
#include "base/json/json.hpp"
#include "floe/client/host_tmpdir.hpp"

#include <cerrno>
#include <cstring>
#include <fcntl.h>
#include <unistd.h>
#include <utility>

namespace floe::dbt_core {
namespace {

// JSON is YAML.
std::string profile_text(const Invocation& invocation, const std::string& database) {
  json::object output{
      {"type", "duckdb"}, {"path", database}, {"schema", invocation.schema}, {"threads", invocation.threads}};
  json::object outputs;
  outputs[invocation.target] = std::move(output);
  return to_json(json::object{{"floe", json::object{{"target", invocation.target}, {"outputs", std::move(outputs)}}}});
}

Status write_private(const std::string& path, const std::string& text) {
  constexpr int kOwnerOnly = 0600;
  const io::FileDescriptor file(::open(path.c_str(), O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, kOwnerOnly));
  if (!file.is_open() || ::write(file.get(), text.data(), text.size()) != static_cast<ssize_t>(text.size())) {
    return failf(ErrorCode::kIo, "the profile of dbt cannot be written: {}", std::strerror(errno));
  }
  return ok();
}

}  // namespace

Result<Profile> Profile::make(const Call& call, const Invocation& invocation, const std::string& database) {
  if (!invocation.profiles_directory.empty()) return Profile(call, invocation.profiles_directory, false);
  const auto service = http::service<HostTmpdirClient>(call);
  if (!service.has_value()) {
    return fail(ErrorCode::kUnsupported, "dbt-core needs the host service floe.host.tmpdir/1, which is not granted");
  }
  Profile profile(call, FLOE_TRY(service.make(call.raw(), "dbt-profile")), true);
  const auto files = io::make_disk_file_system();
  FLOE_TRY(files->create_directories(io::parent_path(database)));
  FLOE_TRY(write_private(io::join_path(profile.directory_, "profiles.yml"), profile_text(invocation, database)));
  return profile;
}

Profile::Profile(Profile&& other) noexcept
    : call_(other.call_), directory_(std::move(other.directory_)), is_own_(std::exchange(other.is_own_, false)) {}

Profile::~Profile() {
  if (!is_own_) return;
  // The host removes it at the latest when the context ends.
  static_cast<void>(http::service<HostTmpdirClient>(call_).remove(call_.raw(), directory_).has_value());
}

}  // namespace floe::dbt_core
