#include "engine/session.hpp"

#include "engine/engine.hpp"
#include "engine/outlines.hpp"
#include "engine/row_stream.hpp"
#include "sql/sql_text.hpp"

#include <chrono>

namespace floe::duckdb_compute {
namespace {

// How often a call that waits for its session looks whether it was cancelled.
constexpr std::chrono::milliseconds kPoll{20};

}  // namespace

Session::Session(Engine& engine, Connection connection, std::uint64_t handle)
    : engine_(engine), connection_(std::move(connection)), handle_(handle) {}

Session::~Session() { close(); }

void Session::interrupt() {
  const std::lock_guard lock(state_mutex_);
  if (current_ != nullptr) {
    current_->cancel();
  } else if (stream_ != nullptr) {
    stream_->cancel();
  }
}

void Session::end_stream() {
  std::shared_ptr<RowStream> stream;
  {
    const std::lock_guard lock(state_mutex_);
    stream.swap(stream_);
  }
  if (stream != nullptr) stream->end();
}

Status Session::choose(Runner& runner, std::uint64_t outline, const std::string& body) {
  const std::string variable = quote_name(scan_variable(outline));
  const std::string sql =
      body.empty() ? "RESET VARIABLE " + variable : "SET VARIABLE " + variable + " = " + quote_text(body);
  FLOE_TRY(runner.run(sql));
  return ok();
}

void Session::set_stream(std::shared_ptr<RowStream> stream) {
  const std::lock_guard lock(state_mutex_);
  stream_ = std::move(stream);
}

void Session::close() {
  {
    const std::lock_guard lock(state_mutex_);
    closed_ = true;
    if (current_ != nullptr) current_->cancel();
  }
  const std::lock_guard busy(busy_);
  end_stream();
  connection_.reset();
}

Result<std::unique_ptr<Statement>> Statement::begin(std::shared_ptr<Session> session, Call& call) {
  std::unique_lock<std::timed_mutex> lock(session->busy_, std::defer_lock);
  while (!lock.try_lock_for(kPoll)) {
    if (call.cancelled()) return fail(ErrorCode::kCancelled, "cancelled");
  }
  std::unique_ptr<Statement> statement(new Statement(std::move(session), std::move(lock)));
  FLOE_TRY(statement->start(call));
  return statement;
}

Statement::Statement(std::shared_ptr<Session> session, std::unique_lock<std::timed_mutex> lock)
    : session_(std::move(session)), lock_(std::move(lock)) {}

Status Statement::start(Call& call) {
  session_->end_stream();
  {
    const std::lock_guard state(session_->state_mutex_);
    if (session_->closed_) return fail(ErrorCode::kInvalidState, "the session is closed");
    runner_.emplace(session_->engine().watcher(), session_->connection(), call);
    session_->current_ = &runner_->watched();
  }
  return runner_->check();
}

Statement::~Statement() {
  const std::lock_guard state(session_->state_mutex_);
  session_->current_ = nullptr;
}

}  // namespace floe::duckdb_compute
