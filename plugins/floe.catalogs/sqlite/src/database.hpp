// SQLite as Results: statements, transactions, connections that wait for other writers until they are cancelled.
#pragma once

#include "config.hpp"

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
  static Result<std::unique_ptr<Connection>> open(const Config& config);
  Connection(const Connection&) = delete;
  Connection& operator=(const Connection&) = delete;
  ~Connection();

  Result<Statement> prepare(const char* sql);
  Status execute(const char* sql);

  // Error of the last call that returned `code`.
  [[nodiscard]] Error error(int code) const;

  [[nodiscard]] std::int64_t changes() const { return sqlite3_changes64(handle_); }

  [[nodiscard]] const std::string& path() const { return path_; }

  // While it waits for other writers it asks this.
  void set_cancelled(std::function<bool()> is_cancelled) { is_cancelled_ = std::move(is_cancelled); }

 private:
  Connection() = default;
  Status set_up(const Config& config);
  Status create_tables();
  static int wait_for_lock(void* self, int count);

  sqlite3* handle_ = nullptr;
  std::string path_;
  std::int64_t busy_timeout_ms_ = 0;
  std::int64_t waited_ms_ = 0;
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
  explicit ConnectionPool(Config config) : config_(std::move(config)) {}

  class Lease {
   public:
    Lease(ConnectionPool& pool, std::unique_ptr<Connection> connection)
        : pool_(&pool), connection_(std::move(connection)) {}

    Lease(Lease&&) = default;
    Lease& operator=(Lease&&) = delete;
    ~Lease();

    Connection& operator*() const { return *connection_; }

    Connection* operator->() const { return connection_.get(); }

   private:
    ConnectionPool* pool_;
    std::unique_ptr<Connection> connection_;
  };

  Result<Lease> acquire(std::function<bool()> is_cancelled);

  [[nodiscard]] const Config& config() const { return config_; }

 private:
  Config config_;
  std::mutex mutex_;
  std::vector<std::unique_ptr<Connection>> idle_;
};

}  // namespace floe::sqlite
