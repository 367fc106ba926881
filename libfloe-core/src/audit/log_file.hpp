// The audit log of a product, .floe/audit/audit.jsonl, and the head of it that the user keeps where nothing that runs
// in the project writes: $XDG_STATE_HOME/floe/audit, else $HOME/.local/state/floe/audit (decision 0056).
#pragma once

#include "audit/chain.hpp"

#include "base/io/environment.hpp"
#include "base/io/file_system.hpp"
#include "base/result.hpp"

#include <optional>
#include <string>

namespace floe::audit {

struct LogState {
  Chain chain;
  std::optional<Head> users;  // what this user's last command left; nullopt: nothing is known, why_no_head says why
  std::string why_no_head;
  std::string broken;  // of the chain, or against the user's head; "" = the log holds
};

struct Appended {
  Head head;
  std::string line;                   // without its line break
  std::optional<std::string> resume;  // the line before, when it is that of `floe audit resume`: no command has sent it
};

// The log itself is a regular file of its folder. Several processes may use it at once.
class LogFile {
 public:
  // `project_root`: absolute.
  LogFile(const std::string& project_root, io::FileSystem& files, const io::Environment& environment);

  [[nodiscard]] const std::string& path() const { return path_; }

  // Of the log as it is; a missing one without a head is empty and holds. Writes nothing in the project.
  Result<LogState> read();

  // Makes the log where there is none. FLOE-E0807 in the detail "floe.diagnostics" of the error: the log does not hold.
  Status open();

  // Appends a line with these members and syncs it, then keeps the head. Error as open().
  Result<Appended> append(const json::object& members);

  // Sets a log that does not hold aside, and begins a new one with a line of `members`, the command, `broken` and what
  // was kept. kInvalidState when it holds. The path of what was kept, "" when there was nothing to keep.
  Result<std::string> resume(json::object members, std::string_view now);

 private:
  struct Users {
    std::string path;  // "" = there is none
    std::string why_not;
  };

  Users find_users();
  Result<std::string> read_log();
  std::optional<std::string> line_of_resume();
  Status write(const std::string& line);
  Status keep(const Head& head);

  std::string project_root_;
  std::string directory_;
  std::string path_;
  io::FileSystem& files_;
  const io::Environment& environment_;
};

// FLOE-E0807: the log does not hold.
Error broken_log(const std::string& path, const std::string& why);

}  // namespace floe::audit
