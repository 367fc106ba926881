// Waits until files change (inotify), or until the user interrupts.
#pragma once

#include "base/io/file_descriptor.hpp"
#include "base/io/file_system.hpp"
#include "base/result.hpp"

#include <map>
#include <memory>
#include <optional>
#include <set>
#include <string>

namespace floe::cli {

// What floe and dbt write themselves is not looked at: names that begin with a dot, floe.lock, and the folders
// `target`, `logs` and `dbt_packages`.
class FileWatch {
 public:
  FileWatch();

  // Everything below `root`, and `files` elsewhere; what is watched already stays. A folder that cannot be watched is
  // told by wait().
  void add(const std::string& root, const std::vector<std::string>& files);

  [[nodiscard]] bool has_root() const { return !root_.empty(); }

  // What changed since the last call, `models/orders.sql`, when nothing has changed for a moment after it; nullopt when
  // SIGINT or SIGTERM came, which have to be blocked in all threads.
  Result<std::optional<std::string>> wait();

 private:
  void add_tree(const std::string& directory);
  void add_directory(const std::string& directory);
  // The names of changed files that are in the queue.
  void read_events(std::set<std::string>* changed);

  std::unique_ptr<io::FileSystem> files_;
  io::FileDescriptor events_;
  io::FileDescriptor signals_;
  std::string root_;
  std::map<int, std::string> directories_;  // by watch
  std::set<std::string> single_;            // files outside of the root
  std::optional<Error> failed_;
};

}  // namespace floe::cli
