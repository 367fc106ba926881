#include "base/arrow/builder.hpp"

#include <cerrno>

namespace floe::arrow {
namespace {

struct StreamState {
  std::vector<Field> fields;
  std::function<Result<std::optional<ArrowArrayOwner>>()> next;
  std::string error;
};

StreamState& state_of(ArrowArrayStream* stream) { return *static_cast<StreamState*>(stream->private_data); }

int errno_of(const Error& error) {
  switch (error.code) {
    case ErrorCode::kCancelled:
      return ECANCELED;
    case ErrorCode::kTimeout:
      return ETIMEDOUT;
    case ErrorCode::kExhausted:
      return ENOMEM;
    case ErrorCode::kInvalidArgument:
    case ErrorCode::kData:
      return EINVAL;
    default:
      return EIO;
  }
}

int get_schema(ArrowArrayStream* stream, ArrowSchema* out) noexcept {
  try {
    make_schema(state_of(stream).fields).move_to(out);
    return 0;
  } catch (...) {
    return ENOMEM;
  }
}

int get_next(ArrowArrayStream* stream, ArrowArray* out) noexcept {
  StreamState& state = state_of(stream);
  try {
    auto batch = state.next();
    if (!batch.has_value()) {
      state.error = batch.error().to_string();
      return errno_of(batch.error());
    }
    *out = {};
    if (batch->has_value()) (*batch)->move_to(out);
    return 0;
  } catch (const std::exception& error) {
    try {
      state.error = error.what();
    } catch (...) {  // NOLINT(bugprone-empty-catch): the message is lost, the code is not
    }
    return EIO;
  } catch (...) {
    return EIO;
  }
}

const char* get_last_error(ArrowArrayStream* stream) {
  const StreamState& state = state_of(stream);
  return state.error.empty() ? nullptr : state.error.c_str();
}

void release(ArrowArrayStream* stream) {
  delete static_cast<StreamState*>(stream->private_data);
  stream->release = nullptr;
}

}  // namespace

ArrowStream make_stream(const std::vector<Field>& fields,
                        std::function<Result<std::optional<ArrowArrayOwner>>()> next) {
  auto state = std::make_unique<StreamState>(StreamState{fields, std::move(next), {}});
  ArrowArrayStream stream{get_schema, get_next, get_last_error, release, state.release()};
  return ArrowStream(&stream);
}

ArrowStream make_stream(const std::vector<Field>& fields, std::vector<ArrowArrayOwner> batches) {
  // std::function copies its target, owners do not copy: hence the shared holder.
  struct Pending {
    std::vector<ArrowArrayOwner> batches;
    std::size_t position = 0;
  };

  auto pending = std::make_shared<Pending>(Pending{std::move(batches), 0});
  return make_stream(fields, [pending]() -> Result<std::optional<ArrowArrayOwner>> {
    if (pending->position == pending->batches.size()) return std::optional<ArrowArrayOwner>();
    return std::optional<ArrowArrayOwner>(std::move(pending->batches[pending->position++]));
  });
}

Result<ArrowStream> finish_stream(BatchBuilder batch) {
  std::vector<ArrowArrayOwner> batches;
  const bool is_empty = batch.rows() == 0;
  auto array = FLOE_TRY(batch.finish());
  if (!is_empty) batches.push_back(std::move(array));
  return make_stream(batch.fields(), std::move(batches));
}

}  // namespace floe::arrow
