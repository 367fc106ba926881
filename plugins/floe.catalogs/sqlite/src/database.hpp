// SQLite as Results: statements, transactions, connections that wait for other writers until they are cancelled.
#pragma once

#include "config.hpp"
#include "lock_patience.hpp"

#include "base/io/file_system.hpp"
#include "base/result.hpp"

#include <sqlite3.h>

#include <cstdint>
#include <functional>
#include <memory>
#include <mutex>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace floe::sqlite {

class Connection;

class Statement {
 public:
  Statement(Statement&& other) noexcept
      : connection_(other.connection_), handle_(std::exchange(other.handle_, nullptr)) {}

  Statement& operator=(Statement&&) = delete;

  ~Statement() { sqlite3_finalize(handle_); }

  // Parameters in order, from the first.
  Statement& bind(std::string_view text);
  Statement& bind_null();

  // True = a row is there, false = done.
  Result<bool> step();
  // Runs to the end; rows changed.
  Result<std::int64_t> run();

  [[nodiscard]] std::optional<std::string> text(int column) const;

 private:
  friend class Connection;

  Statement(Connection& connection, sqlite3_stmt* handle) : connection_(&connection), handle_(handle) {}

  Connection* connection_;
  sqlite3_stmt* handle_;
  int next_parameter_ = 1;
};

// Serves one thread at a time.
class Connection {
 public:
  // Creates the file when it is missing. `patience` is shared by the connections of a file and outlives them.
  static Result<std::unique_ptr<Connection>> open(const Config& config, LockPatience& patience);
  // A database in memory with the tables of a catalog and no rows.
  static Result<std::unique_ptr<Connection>> open_empty();
  Connection(const Connection&) = delete;
  Connection& operator=(const Connection&) = delete;
  ~Connection();

  Result<Statement> prepare(const char* sql);
  Status execute(const char* sql);

  // Reads the whole file, as SQLite does when it is asked whether the indexes have what the tables have; kData when it
  // is damaged. 15 ms for a catalog of 10,000 tables.
  Status check_integrity();
  // `what` is wrong with the content of the file, and what to do.
  [[nodiscard]] Error damage(std::string_view what) const;
  // Error of the last call that returned `code`.
  [[nodiscard]] Error error(int code) const;

  [[nodiscard]] std::int64_t changes() const { return sqlite3_changes64(handle_); }

  // While it waits for other writers it asks this.
  void set_cancelled(std::function<bool()> is_cancelled) { is_cancelled_ = std::move(is_cancelled); }

  // The write lock was had: the next one is waited for in full again.
  void on_locked() {
    if (patience_ != nullptr) patience_->on_locked();
  }

 private:
  Connection() = default;
  Status set_up(const Config& config);
  Status create_tables();
  static int wait_for_lock(void* self, int count);
  [[nodiscard]] Error busy_error() const;

  sqlite3* handle_ = nullptr;
  std::string path_;
  LockPatience* patience_ = nullptr;  // null in memory, where nobody else is
  std::int64_t waited_ms_ = 0;
  bool is_one_wait_ = false;  // what SQLite waits, several times perhaps, and what we wait between
  std::function<bool()> is_cancelled_;
};

// BEGIN IMMEDIATE ... COMMIT; rolled back unless committed.
class Transaction {
 public:
  static Result<Transaction> begin(Connection& connection);

  Transaction(Transaction&& other) noexcept : connection_(std::exchange(other.connection_, nullptr)) {}

  Transaction& operator=(Transaction&&) = delete;
  ~Transaction();

  // A failure whose outcome cannot be known is kUnavailable with detail commit_state=unknown.
  Status commit();

 private:
  explicit Transaction(Connection& connection) : connection_(&connection) {}

  Connection* connection_;
};

// Open connections that nobody uses now.
class ConnectionPool {
 public:
  explicit ConnectionPool(Config config);

  class Lease {
   public:
    // `pool` null: the connection ends with the lease.
    Lease(ConnectionPool* pool, std::unique_ptr<Connection> connection)
        : pool_(pool), connection_(std::move(connection)) {}

    Lease(Lease&&) = default;
    Lease& operator=(Lease&&) = delete;
    ~Lease();

    Connection& operator*() const { return *connection_; }

    Connection* operator->() const { return connection_.get(); }

   private:
    ConnectionPool* pool_;
    std::unique_ptr<Connection> connection_;
  };

  // Creates the file when it is missing. kInvalidState when it is another one than that of the connections before: what
  // is written to a file that was removed or replaced is seen by nobody.
  Result<Lease> acquire(std::function<bool()> is_cancelled);
  // For reading: a file that is missing or empty reads as a catalog without rows and is not created.
  Result<Lease> acquire_to_read(std::function<bool()> is_cancelled);

  [[nodiscard]] const Config& config() const { return config_; }

 private:
  // 0 = missing.
  Result<std::uint64_t> current_inode();
  Status check_same_file();
  Result<bool> note_file();  // whether this is the first connection

  Config config_;
  std::unique_ptr<io::FileSystem> files_;
  LockPatience patience_;
  std::mutex mutex_;         // guards what follows
  std::uint64_t inode_ = 0;  // of the file that connections are open on; 0 = none yet
  std::vector<std::unique_ptr<Connection>> idle_;
};

}  // namespace floe::sqlite
