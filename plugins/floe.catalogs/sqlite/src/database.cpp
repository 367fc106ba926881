#include "database.hpp"

#include "lock_holder.hpp"

#include "base/fail.hpp"

#include <algorithm>

namespace floe::sqlite {
namespace {

constexpr const char* kTables = R"sql(
CREATE TABLE IF NOT EXISTS iceberg_tables (
  catalog_name VARCHAR(255) NOT NULL,
  table_namespace VARCHAR(255) NOT NULL,
  table_name VARCHAR(255) NOT NULL,
  metadata_location VARCHAR(1000),
  previous_metadata_location VARCHAR(1000),
  iceberg_type VARCHAR(5),
  PRIMARY KEY (catalog_name, table_namespace, table_name)
);
CREATE TABLE IF NOT EXISTS iceberg_namespace_properties (
  catalog_name VARCHAR(255) NOT NULL,
  namespace VARCHAR(255) NOT NULL,
  property_key VARCHAR(255) NOT NULL,
  property_value VARCHAR(1000) NOT NULL,
  PRIMARY KEY (catalog_name, namespace, property_key)
))sql";

// The tables are in the warehouse, whatever became of this file.
constexpr const char* kDamagedHelp =
    "; the file is damaged: restore it from a backup, or move it away and run `floe table register --scan`";

ErrorCode code_of(int sqlite_code) {
  switch (sqlite_code & 0xFF) {
    case SQLITE_BUSY:
    case SQLITE_LOCKED:
      return ErrorCode::kUnavailable;
    case SQLITE_CONSTRAINT:
      return ErrorCode::kAlreadyExists;
    case SQLITE_CORRUPT:
    case SQLITE_NOTADB:
      return ErrorCode::kData;
    case SQLITE_FULL:
    case SQLITE_NOMEM:
      return ErrorCode::kExhausted;
    case SQLITE_READONLY:
    case SQLITE_PERM:
    case SQLITE_AUTH:
      return ErrorCode::kPermission;
    case SQLITE_CANTOPEN:
    case SQLITE_IOERR:
      return ErrorCode::kIo;
    case SQLITE_INTERRUPT:
      return ErrorCode::kCancelled;
    default:
      return ErrorCode::kInternal;
  }
}

}  // namespace

Statement& Statement::bind(std::string_view text) {
  // TRANSIENT: SQLite copies, so the text may be a temporary.
  sqlite3_bind_text64(handle_, next_parameter_++, text.data() == nullptr ? "" : text.data(), text.size(),
                      SQLITE_TRANSIENT, SQLITE_UTF8);
  return *this;
}

Statement& Statement::bind_null() {
  sqlite3_bind_null(handle_, next_parameter_++);
  return *this;
}

Result<bool> Statement::step() {
  const int code = sqlite3_step(handle_);
  if (code == SQLITE_ROW) return true;
  if (code == SQLITE_DONE) return false;
  return connection_->error(code);
}

Result<std::int64_t> Statement::run() {
  for (;;) {
    const bool has_row = FLOE_TRY(step());
    if (!has_row) return connection_->changes();
  }
}

std::optional<std::string> Statement::text(int column) const {
  const unsigned char* text = sqlite3_column_text(handle_, column);
  if (text == nullptr) return std::nullopt;
  const auto length = static_cast<std::size_t>(sqlite3_column_bytes(handle_, column));
  return std::string(reinterpret_cast<const char*>(text), length);
}

Result<std::unique_ptr<Connection>> Connection::open(const Config& config, LockPatience& patience) {
  std::unique_ptr<Connection> connection(new Connection);
  connection->path_ = config.path;
  connection->patience_ = &patience;
  const int flags = SQLITE_OPEN_READWRITE | SQLITE_OPEN_CREATE | SQLITE_OPEN_NOMUTEX | SQLITE_OPEN_EXRESCODE;
  const int code = sqlite3_open_v2(config.path.c_str(), &connection->handle_, flags, nullptr);
  if (code != SQLITE_OK) return connection->error(code);
  FLOE_TRY(connection->set_up(config));
  return connection;
}

Result<std::unique_ptr<Connection>> Connection::open_empty() {
  std::unique_ptr<Connection> connection(new Connection);
  const int code = sqlite3_open_v2(":memory:", &connection->handle_,
                                   SQLITE_OPEN_READWRITE | SQLITE_OPEN_NOMUTEX | SQLITE_OPEN_EXRESCODE, nullptr);
  if (code != SQLITE_OK) return connection->error(code);
  FLOE_TRY(connection->create_tables());
  return connection;
}

Connection::~Connection() { sqlite3_close_v2(handle_); }

Status Connection::set_up(const Config& config) {
  sqlite3_busy_handler(handle_, &Connection::wait_for_lock, this);
  // Changing the journal mode needs the file for itself and does not ask the busy handler while another connection
  // recovers or changes it too, so the waiting is ours.
  is_one_wait_ = true;
  for (int attempt = 0;; ++attempt) {
    Status changed = execute("PRAGMA journal_mode = WAL");
    if (changed.has_value()) break;
    if (changed.error().code != ErrorCode::kUnavailable) return changed;
    if (wait_for_lock(this, attempt) == 0) return busy_error();
  }
  is_one_wait_ = false;
  FLOE_TRY(execute(config.durable ? "PRAGMA synchronous = FULL" : "PRAGMA synchronous = NORMAL"));
  return create_tables();
}

Status Connection::create_tables() {
  const auto probe = prepare("SELECT iceberg_type FROM iceberg_tables LIMIT 0");
  const auto properties = prepare("SELECT 1 FROM iceberg_namespace_properties LIMIT 0");
  if (probe.has_value() && properties.has_value()) return ok();
  Transaction transaction = FLOE_TRY(Transaction::begin(*this));
  FLOE_TRY(execute(kTables));
  // A catalog of schema V0: rows without a type are tables.
  if (!prepare("SELECT iceberg_type FROM iceberg_tables LIMIT 0").has_value()) {
    FLOE_TRY(execute("ALTER TABLE iceberg_tables ADD COLUMN iceberg_type VARCHAR(5)"));
  }
  return transaction.commit();
}

int Connection::wait_for_lock(void* self, int count) {
  auto& connection = *static_cast<Connection*>(self);
  if (count == 0 && !connection.is_one_wait_) connection.waited_ms_ = 0;
  if (connection.is_cancelled_ && connection.is_cancelled_()) return 0;
  if (connection.waited_ms_ >= connection.patience_->limit_ms()) {
    connection.patience_->on_timeout();
    return 0;
  }
  // SQLite has no way to wait for a lock but to try again.
  const int pause_ms = std::min(50, 1 << std::min(count, 5));
  sqlite3_sleep(pause_ms);
  connection.waited_ms_ += pause_ms;
  return 1;
}

Result<Statement> Connection::prepare(const char* sql) {
  sqlite3_stmt* handle = nullptr;
  const int code = sqlite3_prepare_v2(handle_, sql, -1, &handle, nullptr);
  if (code != SQLITE_OK) return error(code);
  return Statement(*this, handle);
}

Status Connection::execute(const char* sql) {
  const int code = sqlite3_exec(handle_, sql, nullptr, nullptr, nullptr);
  return code == SQLITE_OK ? ok() : Status(error(code));
}

Status Connection::check_integrity() {
  Statement statement = FLOE_TRY(prepare("PRAGMA integrity_check(1)"));
  const bool answers = FLOE_TRY(statement.step());
  const std::string found = answers ? statement.text(0).value_or("") : "";
  return found == "ok" ? ok() : Status(damage(found));
}

Error Connection::damage(std::string_view what) const {
  return failf(ErrorCode::kData, "the catalog `{}`: {}{}", path_, what, kDamagedHelp);
}

Error Connection::busy_error() const {
  if (is_cancelled_ && is_cancelled_()) return fail(ErrorCode::kCancelled, "cancelled while waiting for the catalog");
  const std::string holder = lock_holder(path_);
  return failf(ErrorCode::kUnavailable, "the catalog `{}` is locked by {}; waited {} ms for it", path_,
               holder.empty() ? "another program" : holder, waited_ms_);
}

Error Connection::error(int code) const {
  if ((code & 0xFF) == SQLITE_BUSY) return busy_error();
  const ErrorCode kind = code_of(code);
  return failf(kind, "the catalog `{}`: {}{}", path_,
               handle_ == nullptr ? sqlite3_errstr(code) : sqlite3_errmsg(handle_),
               kind == ErrorCode::kData ? kDamagedHelp : "")
      .with_detail("vendor_code", std::to_string(code));
}

Result<Transaction> Transaction::begin(Connection& connection) {
  FLOE_TRY(connection.execute("BEGIN IMMEDIATE"));
  connection.on_locked();
  return Transaction(connection);
}

Transaction::~Transaction() {
  // An error has ended it already when this fails.
  if (connection_ != nullptr) static_cast<void>(connection_->execute("ROLLBACK"));
}

Status Transaction::commit() {
  auto committed = connection_->execute("COMMIT");
  if (committed.has_value()) {
    connection_ = nullptr;
    return committed;
  }
  // These say that nothing was written; after any other failure only reading tells, and that is the caller's.
  const ErrorCode code = committed.error().code;
  const bool is_known =
      code == ErrorCode::kUnavailable || code == ErrorCode::kExhausted || code == ErrorCode::kCancelled;
  if (is_known) return committed;
  Error error = std::move(committed).error();
  error.code = ErrorCode::kUnavailable;
  return std::move(error).with_detail("commit_state", "unknown");
}

ConnectionPool::Lease::~Lease() {
  if (connection_ == nullptr || pool_ == nullptr) return;
  connection_->set_cancelled(nullptr);
  const std::lock_guard lock(pool_->mutex_);
  pool_->idle_.push_back(std::move(connection_));
}

ConnectionPool::ConnectionPool(Config config)
    : config_(std::move(config)), files_(io::make_disk_file_system()), patience_(config_.busy_timeout_ms) {}

Result<std::uint64_t> ConnectionPool::current_inode() {
  const io::FileInfo info = FLOE_TRY(files_->stat(config_.path));
  return info.inode;
}

Status ConnectionPool::check_same_file() {
  const std::uint64_t inode = FLOE_TRY(current_inode());
  const std::lock_guard lock(mutex_);
  if (inode_ == 0 || inode == inode_) return ok();
  return failf(ErrorCode::kInvalidState, "the catalog `{}` was {} while it was in use", config_.path,
               inode == 0 ? "removed" : "replaced");
}

Result<bool> ConnectionPool::note_file() {
  const std::uint64_t inode = FLOE_TRY(current_inode());
  const std::lock_guard lock(mutex_);
  const bool is_first = inode_ == 0;
  if (is_first) inode_ = inode;
  return is_first;
}

Result<ConnectionPool::Lease> ConnectionPool::acquire(std::function<bool()> is_cancelled) {
  FLOE_TRY(check_same_file());
  std::unique_ptr<Connection> connection;
  {
    const std::lock_guard lock(mutex_);
    if (!idle_.empty()) {
      connection = std::move(idle_.back());
      idle_.pop_back();
    }
  }
  if (connection == nullptr) {
    connection = FLOE_TRY(Connection::open(config_, patience_));
    // An index that lost an entry hides a table, and one that points to another row gives the rows of another table.
    const bool is_first = FLOE_TRY(note_file());
    if (is_first) FLOE_TRY(connection->check_integrity());
  }
  connection->set_cancelled(std::move(is_cancelled));
  return Lease(this, std::move(connection));
}

Result<ConnectionPool::Lease> ConnectionPool::acquire_to_read(std::function<bool()> is_cancelled) {
  const io::FileInfo info = FLOE_TRY(files_->stat(config_.path));
  const bool is_absent = info.kind == io::FileKind::kMissing || (info.kind == io::FileKind::kRegular && info.size == 0);
  if (!is_absent) return acquire(std::move(is_cancelled));
  FLOE_TRY(check_same_file());
  return Lease(nullptr, FLOE_TRY(Connection::open_empty()));
}

}  // namespace floe::sqlite
