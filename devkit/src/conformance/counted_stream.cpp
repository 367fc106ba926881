#include "conformance/counted_stream.hpp"

#include "base/arrow/builder.hpp"

namespace floe::conformance {
namespace {

struct Counted {
  ArrowStream inner;
  std::shared_ptr<int> releases;
};

ArrowStream& inner_of(ArrowArrayStream* stream) { return static_cast<Counted*>(stream->private_data)->inner; }

ArrowStream one_batch() {
  using arrow::Kind;
  arrow::BatchBuilder batch({{"id", arrow::of(Kind::kInt64), false, {}}});
  batch.column(0).append_int(1);
  auto made = arrow::finish_stream(std::move(batch));
  FLOE_ASSERT(made.has_value());
  return *std::move(made);
}

}  // namespace

CountedStream::CountedStream() : releases_(std::make_shared<int>(0)) {
  stream_.get_schema = [](ArrowArrayStream* stream, ArrowSchema* out) {
    return inner_of(stream)->get_schema(inner_of(stream).get(), out);
  };
  stream_.get_next = [](ArrowArrayStream* stream, ArrowArray* out) {
    return inner_of(stream)->get_next(inner_of(stream).get(), out);
  };
  stream_.get_last_error = [](ArrowArrayStream* stream) {
    return inner_of(stream)->get_last_error(inner_of(stream).get());
  };
  stream_.release = [](ArrowArrayStream* stream) {
    const std::unique_ptr<Counted> owner(static_cast<Counted*>(stream->private_data));
    ++*owner->releases;
    stream->release = nullptr;
  };
  stream_.private_data = new Counted{one_batch(), releases_};
}

CountedStream::~CountedStream() {
  if (stream_.release != nullptr) stream_.release(&stream_);
}

}  // namespace floe::conformance
