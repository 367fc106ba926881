#include "engine/owned_rows.hpp"

#include <utility>

namespace floe::run {
namespace {

struct OwnedRows {
  std::shared_ptr<void> owner;
  ArrowStream rows;
};

OwnedRows& owned(ArrowArrayStream* stream) { return *static_cast<OwnedRows*>(stream->private_data); }

}  // namespace

ArrowStream own_rows(std::shared_ptr<void> owner, ArrowStream rows) {
  ArrowArrayStream stream{};
  stream.private_data = new OwnedRows{std::move(owner), std::move(rows)};
  stream.get_schema = [](ArrowArrayStream* self, ArrowSchema* out) {
    return owned(self).rows->get_schema(owned(self).rows.get(), out);
  };
  stream.get_next = [](ArrowArrayStream* self, ArrowArray* out) {
    return owned(self).rows->get_next(owned(self).rows.get(), out);
  };
  stream.get_last_error = [](ArrowArrayStream* self) {
    return owned(self).rows->get_last_error(owned(self).rows.get());
  };
  stream.release = [](ArrowArrayStream* self) {
    delete static_cast<OwnedRows*>(self->private_data);
    self->release = nullptr;
  };
  return ArrowStream(&stream);
}

}  // namespace floe::run
