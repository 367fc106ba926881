#include "engine/row_stream.hpp"

#include "engine/engine.hpp"
#include "engine/session.hpp"

#include <cerrno>

namespace floe::duckdb_compute {

RowStream::RowStream(Session& session, const Call& call, Rows rows) : rows_(std::move(rows)), call_(call) {
  options_ = ArrowOptions(duckdb_result_get_arrow_options(rows_.raw()));
  const idx_t count = rows_.column_count();
  for (idx_t i = 0; i < count; ++i) {
    names_.emplace_back(duckdb_column_name(rows_.raw(), i));
    types_.emplace_back(duckdb_column_logical_type(rows_.raw(), i));
  }
  watched_.emplace(session.engine().watcher(), session.connection(), call.deadline_unix_ns());
}

void RowStream::cancel() {
  const std::lock_guard lock(life_mutex_);
  if (watched_) watched_->cancel();
}

void RowStream::end() {
  cancel();
  const std::lock_guard lock(mutex_);
  open_ = false;
  rows_.reset();
  const std::lock_guard life(life_mutex_);
  watched_.reset();
}

int RowStream::set_error(std::string message, int code) {
  error_ = std::move(message);
  return code;
}

int RowStream::read_schema(ArrowSchema* out) {
  if (!options_) return set_error("the stream has no schema", EINVAL);
  std::vector<const char*> names;
  std::vector<duckdb_logical_type> types;
  for (std::size_t i = 0; i < names_.size(); ++i) {
    names.push_back(names_[i].c_str());
    types.push_back(types_[i].get());
  }
  const ErrorData error(
      duckdb_to_arrow_schema(options_.get(), types.data(), names.data(), static_cast<idx_t>(names.size()), out));
  if (duckdb_error_data_has_error(error.get())) return set_error(duckdb_error_data_message(error.get()), EINVAL);
  return 0;
}

int RowStream::read_next(ArrowArray* out) {
  out->release = nullptr;
  if (!open_) return set_error("the stream was ended by a later statement of its session", ECANCELED);
  if (finished_) return 0;
  // The host forgets hooks when a method returns, so each fetch brings its own.
  const CancelHook hook(call_, [watched = &*watched_] { watched->cancel(); });
  if (const Status stopped = watched_->check(); !stopped) return set_error(stopped.error().message, ECANCELED);
  DataChunk chunk;
  {
    const Running running(*watched_);
    chunk = DataChunk(duckdb_fetch_chunk(*rows_.raw()));
  }
  if (!chunk) {
    if (const Status stopped = watched_->check(); !stopped) return set_error(stopped.error().message, ECANCELED);
    const char* message = duckdb_result_error(rows_.raw());
    if (message != nullptr && *message != '\0') return set_error(duckdb_failure(message).message, EIO);
    finished_ = true;
    return 0;
  }
  const ErrorData error(duckdb_data_chunk_to_arrow(options_.get(), chunk.get(), out));
  if (duckdb_error_data_has_error(error.get())) return set_error(duckdb_error_data_message(error.get()), EINVAL);
  return 0;
}

namespace {

RowStream& stream_of(ArrowArrayStream* self) { return **static_cast<std::shared_ptr<RowStream>*>(self->private_data); }

}  // namespace

int RowStream::get_schema(ArrowArrayStream* self, ArrowSchema* out) {
  RowStream& stream = stream_of(self);
  const std::lock_guard lock(stream.mutex_);
  try {
    return stream.read_schema(out);
  } catch (...) {
    return ENOMEM;
  }
}

int RowStream::get_next(ArrowArrayStream* self, ArrowArray* out) {
  RowStream& stream = stream_of(self);
  const std::lock_guard lock(stream.mutex_);
  try {
    return stream.read_next(out);
  } catch (...) {
    return ENOMEM;
  }
}

const char* RowStream::last_error(ArrowArrayStream* self) {
  RowStream& stream = stream_of(self);
  const std::lock_guard lock(stream.mutex_);
  return stream.error_.empty() ? nullptr : stream.error_.c_str();
}

void RowStream::release(ArrowArrayStream* self) {
  auto* holder = static_cast<std::shared_ptr<RowStream>*>(self->private_data);
  (*holder)->end();
  delete holder;
  self->private_data = nullptr;
  self->release = nullptr;
}

ArrowStream RowStream::arrow(std::shared_ptr<RowStream> stream) {
  ArrowArrayStream raw{};
  raw.private_data = new std::shared_ptr<RowStream>(std::move(stream));
  raw.get_schema = &RowStream::get_schema;
  raw.get_next = &RowStream::get_next;
  raw.get_last_error = &RowStream::last_error;
  raw.release = &RowStream::release;
  return ArrowStream(&raw);
}

}  // namespace floe::duckdb_compute
