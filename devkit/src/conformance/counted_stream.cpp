#include "conformance/counted_stream.hpp"

#include "base/arrow/builder.hpp"

namespace floe::conformance {
namespace {

ArrowStream one_batch() {
  using arrow::Kind;
  arrow::BatchBuilder batch({{"id", arrow::of(Kind::kInt64), false, {}}});
  batch.column(0).append_int(1);
  auto made = arrow::finish_stream(std::move(batch));
  FLOE_ASSERT(made.has_value());
  return *std::move(made);
}

}  // namespace

struct CountedStream::Counted {
  ArrowStream inner;
  std::shared_ptr<Use> use;

  static Counted& of(ArrowArrayStream* stream) { return *static_cast<Counted*>(stream->private_data); }
};

CountedStream::CountedStream() : use_(std::make_shared<Use>()) {
  stream_.get_schema = [](ArrowArrayStream* stream, ArrowSchema* out) {
    ArrowStream& inner = Counted::of(stream).inner;
    return inner->get_schema(inner.get(), out);
  };
  stream_.get_next = [](ArrowArrayStream* stream, ArrowArray* out) {
    Counted& counted = Counted::of(stream);
    const int status = counted.inner->get_next(counted.inner.get(), out);
    if (status == 0 && out->release == nullptr) counted.use->is_read = true;
    return status;
  };
  stream_.get_last_error = [](ArrowArrayStream* stream) {
    ArrowStream& inner = Counted::of(stream).inner;
    return inner->get_last_error(inner.get());
  };
  stream_.release = [](ArrowArrayStream* stream) {
    const std::unique_ptr<Counted> owner(&Counted::of(stream));
    ++owner->use->releases;
    stream->release = nullptr;
  };
  stream_.private_data = new Counted{one_batch(), use_};
}

CountedStream::~CountedStream() {
  if (stream_.release != nullptr) stream_.release(&stream_);
}

}  // namespace floe::conformance
