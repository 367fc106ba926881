// Session: a connection that runs one statement at a time. Statement: the time in which one method uses it.
#pragma once

#include "engine/duck_type.hpp"
#include "engine/duckdb_api.hpp"
#include "engine/runner.hpp"
#include "engine/watcher.hpp"

#include "base/result.hpp"
#include "floe/plugin_call.hpp"

#include <duckdb.h>

#include <atomic>
#include <cstdint>
#include <memory>
#include <mutex>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace floe::duckdb_compute {

class Engine;
class RowStream;
class Statement;

class Session {
 public:
  Session(Engine& engine, Connection connection, std::uint64_t handle);
  ~Session();

  Engine& engine() { return engine_; }

  [[nodiscard]] std::uint64_t handle() const { return handle_; }

  [[nodiscard]] duckdb_connection connection() const { return connection_.get(); }

  // Stops the statement that runs now; lost when none does.
  void interrupt();
  // Ends the running statement and the open stream, and drops what the session staged with its connection.
  void close();

  void set_stream(std::shared_ptr<RowStream> stream);

  // What describe_query found last: write_files of the same query need not bind it again. Valid while `layout` is the
  // bound views'.
  struct Described {
    std::string sql;
    std::uint64_t layout = 0;
    std::vector<QueryColumn> columns;
  };

  Described described;

  // What this session reads of a relation with an outline; empty = what every session reads.
  Status choose(Runner& runner, std::uint64_t outline, const std::string& body);

  // Keys of what is bound in this session only, by lower-case name.
  std::vector<std::pair<std::string, std::string>> private_keys;

 private:
  friend class Statement;
  void end_stream();

  Engine& engine_;
  Connection connection_;
  std::uint64_t handle_;
  std::timed_mutex busy_;   // one statement at a time
  std::mutex state_mutex_;  // current_, stream_, closed_
  Watched* current_ = nullptr;
  std::shared_ptr<RowStream> stream_;
  bool closed_ = false;
};

class Statement {
 public:
  // Waits for the session's running statement (kCancelled when the call is cancelled meanwhile) and ends its stream.
  static Result<std::unique_ptr<Statement>> begin(std::shared_ptr<Session> session, Call& call);
  Statement(const Statement&) = delete;
  Statement& operator=(const Statement&) = delete;
  ~Statement();

  [[nodiscard]] Engine& engine() { return session_->engine(); }

  [[nodiscard]] Session& session() { return *session_; }

  [[nodiscard]] Runner& runner() { return *runner_; }

 private:
  Statement(std::shared_ptr<Session> session, std::unique_lock<std::timed_mutex> lock);
  Status start(Call& call);

  std::shared_ptr<Session> session_;
  std::unique_lock<std::timed_mutex> lock_;
  std::optional<Runner> runner_;
};

}  // namespace floe::duckdb_compute
