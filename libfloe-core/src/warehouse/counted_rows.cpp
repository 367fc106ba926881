#include "warehouse/counted_rows.hpp"

#include <utility>

namespace floe::warehouse {
namespace {

struct Counted {
  ArrowStream inner;
  std::shared_ptr<ReadRows> read;
};

Counted& of(ArrowArrayStream* stream) { return *static_cast<Counted*>(stream->private_data); }

int next_rows(ArrowArrayStream* stream, ArrowArray* out) {
  Counted& counted = of(stream);
  const int status = counted.inner->get_next(counted.inner.get(), out);
  if (status != 0) return status;
  if (out->release == nullptr)
    counted.read->is_ended = true;
  else
    counted.read->rows += out->length;
  return 0;
}

}  // namespace

ArrowStream counted_rows(ArrowStream rows, std::shared_ptr<ReadRows> read) {
  ArrowStream stream;
  ArrowArrayStream& raw = *stream.get();
  raw.get_schema = [](ArrowArrayStream* self, ArrowSchema* out) {
    return of(self).inner->get_schema(of(self).inner.get(), out);
  };
  raw.get_next = next_rows;
  raw.get_last_error = [](ArrowArrayStream* self) { return of(self).inner->get_last_error(of(self).inner.get()); };
  raw.release = [](ArrowArrayStream* self) {
    const std::unique_ptr<Counted> owner(static_cast<Counted*>(self->private_data));
    self->release = nullptr;
  };
  raw.private_data = new Counted{std::move(rows), std::move(read)};
  return stream;
}

}  // namespace floe::warehouse
