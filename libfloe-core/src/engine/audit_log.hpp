// What a command did, for its line in the audit log of a platform with `audit_logging: enabled` (design:
// configuration.md 3; decision 0056).
#pragma once

#include "audit/chain.hpp"
#include "model/compiled.hpp"

#include "base/io/environment.hpp"
#include "base/io/file_system.hpp"
#include "base/result.hpp"

#include <map>
#include <mutex>
#include <optional>
#include <set>
#include <string>
#include <string_view>
#include <vector>

namespace floe::run {

// A line of the log, and who else is to get it.
struct RecordedCommand {
  audit::Head head;
  std::string line;
  std::optional<std::string> resume;  // the line of `floe audit resume` before it, which reads no platform
  std::int64_t time_unix_ns = 0;
  int exit_code = 0;
  std::string product;
  std::vector<compile::PluginChoice> sinks;
};

enum class TableUse : std::uint8_t { kRead, kWritten, kDropped };

// Thread-safe. One command at a time: begin(), what happens, finish(). Names of secrets only, never their values. A log
// that cannot be written is FLOE-E0806, one that was changed FLOE-E0807, in the detail "floe.diagnostics" of the error.
class AuditLog {
 public:
  AuditLog(io::FileSystem& files, io::Clock& clock, const io::Environment& environment)
      : files_(files), clock_(clock), environment_(environment) {}

  // `environment` as given with --env; "" = none.
  void begin(std::string_view command, std::string_view environment);
  // A longer name of the command: `dbt build`.
  void rename(std::string_view command);

  // The platform is known. When it audits, the log is opened: a command that could not be recorded does not begin, nor
  // one behind lines that somebody changed.
  Status on_platform(const compile::Compiled& compiled);
  // Those that get the line as well, when the platform audits.
  void on_sinks(std::vector<compile::PluginChoice> sinks);
  void on_compiled(const compile::Compiled& compiled);
  void on_run(std::string_view run_id);
  // Who it is, when more is known than the user of this machine.
  void on_actor(std::string_view actor);
  void on_secret(std::string_view name);
  void on_table(const std::string& relation, TableUse use);
  // As a statement or floe.yaml names it; one below the project is told relative to it.
  void on_file(const std::string& path, bool is_written);

  // Appends the line and syncs it; nullopt when the platform does not audit. `findings`: codes.
  Result<std::optional<RecordedCommand>> finish(int exit_code, const std::set<std::string>& findings);

 private:
  struct Command {
    std::string name;
    std::string environment;
    std::int64_t started_at_ns = 0;
    std::string project_root;  // of the log; "" = the platform does not audit, or is not known
    std::string product;
    std::string product_version;
    std::string platform;
    std::string artifact_digest;
    std::string run_id;
    std::string actor;  // "" = the user of this machine
    std::set<std::string> secrets;
    std::map<TableUse, std::set<std::string>> tables;
    std::set<std::string> files_read;
    std::set<std::string> files_written;
    std::vector<compile::PluginChoice> sinks;
  };

  io::FileSystem& files_;
  io::Clock& clock_;
  const io::Environment& environment_;
  std::mutex mutex_;
  Command command_;
};

}  // namespace floe::run
