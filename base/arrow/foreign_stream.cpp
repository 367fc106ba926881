#include "base/arrow/foreign_rows.hpp"
#include "base/fail.hpp"

#include <cerrno>
#include <optional>

namespace floe::arrow {
namespace {

// A borrowed callable, as the plain function that a ForeignCaller runs.
template <class F>
int call_body(void* body) {
  return (*static_cast<F*>(body))();
}

void release_plainly(const void* /*context*/, int (*body)(void* arg), void* arg) noexcept {
  ForeignCaller().end(body, arg);
}

// A struct that was lent, behind one of ours that gives it back once.
template <class Struct>
struct Lent {
  Struct inner;
  ForeignCaller::Release way;

  static void lend(Struct* out, const ForeignCaller::Release& way) {
    auto holder = std::make_unique<Lent>(Lent{*out, way});
    out->private_data = holder.release();
    out->release = [](Struct* outer) noexcept {
      const std::unique_ptr<Lent> held(static_cast<Lent*>(outer->private_data));
      outer->release = nullptr;
      held->way.run(held->way.context, give_back, &held->inner);
    };
  }

  static int give_back(void* inner) {
    auto* lent = static_cast<Struct*>(inner);
    lent->release(lent);
    return 0;
  }
};

class CheckedStream {
 public:
  CheckedStream(const ArrowArrayStream& stream, std::unique_ptr<ForeignCaller> caller)
      : inner_(stream), caller_(std::move(caller)) {}

  CheckedStream(const CheckedStream&) = delete;
  CheckedStream& operator=(const CheckedStream&) = delete;

  ~CheckedStream() { caller_->end(Lent<ArrowArrayStream>::give_back, &inner_); }

  [[nodiscard]] const std::string& error() const { return error_; }

  int take_schema(ArrowSchema* out) {
    const int code = take(out, inner_.get_schema, [&](const ArrowSchema& schema) -> Status {
      schema_ = FLOE_TRY(ForeignSchema::parse(schema, caller_->may_repeat_names()));
      return ok();
    });
    return code != 0 || out->release != nullptr ? code : fail_with(EINVAL, "the stream has no schema");
  }

  int take_batch(ArrowArray* out) {
    if (!schema_ && error_.empty()) {  // who asks for rows first
      ArrowSchemaOwner schema;
      if (const int code = take_schema(schema.get()); code != 0) return code;
    }
    return take(out, inner_.get_next, [&](const ArrowArray& batch) { return check_rows(*schema_, batch); });
  }

 private:
  // Runs `function` of the producer into `out`; what it lends is looked at by `check`, then lent on.
  template <class Struct, class Check>
  int take(Struct* out, int (*function)(ArrowArrayStream*, Struct*), Check&& check) {
    *out = {};
    if (!error_.empty()) return EIO;
    if (function == nullptr) return fail_with(EINVAL, "the stream lacks a function");
    Struct lent{};
    std::string reason;
    auto body = [&] {
      const int answer = function(&inner_, &lent);
      if (answer != 0) reason = producer_error();
      return answer;
    };
    const int code = caller_->run(call_body<decltype(body)>, &body, &reason);
    if (code != 0) return fail_with(code, reason.empty() ? "reading failed" : std::move(reason));
    if (lent.release == nullptr) return 0;
    *out = lent;
    Lent<Struct>::lend(out, caller_->release());
    const Status status = check(lent);
    if (status.has_value()) return 0;
    out->release(out);
    return fail_with(EINVAL, status.error().to_string());
  }

  // Borrowed text of the producer, read while it is there.
  std::string producer_error() {
    const char* text = inner_.get_last_error == nullptr ? nullptr : inner_.get_last_error(&inner_);
    return text == nullptr ? std::string() : std::string(text);
  }

  int fail_with(int code, std::string reason) {
    error_ = caller_->source() + std::move(reason);
    return code;
  }

  ArrowArrayStream inner_;
  std::unique_ptr<ForeignCaller> caller_;
  std::optional<ForeignSchema> schema_;
  std::string error_;  // of the first thing that went wrong
};

CheckedStream& checked(ArrowArrayStream* stream) { return *static_cast<CheckedStream*>(stream->private_data); }

template <class F>
int or_no_memory(F&& body) noexcept {
  try {
    return body();
  } catch (...) {
    return ENOMEM;
  }
}

int get_schema(ArrowArrayStream* stream, ArrowSchema* out) noexcept {
  return or_no_memory([&] { return checked(stream).take_schema(out); });
}

int get_next(ArrowArrayStream* stream, ArrowArray* out) noexcept {
  return or_no_memory([&] { return checked(stream).take_batch(out); });
}

const char* get_last_error(ArrowArrayStream* stream) {
  const std::string& error = checked(stream).error();
  return error.empty() ? nullptr : error.c_str();
}

void release(ArrowArrayStream* stream) noexcept {
  delete &checked(stream);
  stream->release = nullptr;
}

}  // namespace

int ForeignCaller::run(int (*body)(void* arg), void* arg, std::string* error) {
  try {
    return body(arg);
  } catch (const std::exception& exception) {
    *error = exception.what();
  } catch (...) {
    *error = "an unknown exception came out of the stream";
  }
  return EIO;
}

void ForeignCaller::end(int (*body)(void* arg), void* arg) noexcept {
  try {
    body(arg);
  } catch (...) {  // nobody is left to tell
    return;
  }
}

ForeignCaller::Release ForeignCaller::release() const { return {release_plainly, nullptr}; }

ArrowStream checked_stream(ArrowStream stream, std::unique_ptr<ForeignCaller> caller) {
  if (!stream.has_value()) return stream;
  auto state = std::make_unique<CheckedStream>(*stream.get(), std::move(caller));
  stream.get()->release = nullptr;  // the state has it now
  ArrowArrayStream made{get_schema, get_next, get_last_error, release, state.release()};
  return ArrowStream(&made);
}

}  // namespace floe::arrow
