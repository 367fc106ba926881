// A SERIAL storage plugin whose streams fail on demand: for what the host does to streams.
#include "floe/plugin.hpp"

#include <cerrno>
#include <cstring>

namespace {

struct Streamer : floe::StoragePlugin<Streamer> {
  struct State {
    std::string prefix;
    int left = 2;
    bool* alive;
    floe::Call call;
    Streamer* owner;
  };

  bool alive = true;
  bool is_woken = false;

  ~Streamer() { alive = false; }

  void list(floe::Call& call, std::string_view prefix, ArrowArrayStream& objects) {
    if (prefix == "none") return;
    if (prefix == "early failure") call.fail(FLOE_IO, "before filling the stream");
    auto* state = new State{std::string(prefix), 2, &alive, call, this};
    objects.get_schema = [](ArrowArrayStream* self, ArrowSchema* out) {
      if (static_cast<State*>(self->private_data)->prefix == "no schema") return ENOSYS;
      *out = {};
      out->format = "+s";
      out->release = [](ArrowSchema* schema) { schema->release = nullptr; };
      return 0;
    };
    objects.get_next = [](ArrowArrayStream* self, ArrowArray* out) {
      auto& mine = *static_cast<State*>(self->private_data);
      if (!*mine.alive) return EFAULT;
      if (mine.prefix == "fails") return EIO;
      if (mine.prefix == "hooks") {  // and forgets to take it back
        mine.call.raw_host()->on_cancel(
            mine.call.raw(), [](void* arg) { static_cast<Streamer*>(arg)->is_woken = true; }, mine.owner);
      }
      std::memset(out, 0, sizeof *out);
      if (mine.left-- > 0) {
        static const void* no_bitmap = nullptr;
        out->length = 7;
        out->n_buffers = 1;
        out->buffers = &no_bitmap;
        out->release = [](ArrowArray* array) { array->release = nullptr; };
      }
      return 0;
    };
    objects.get_last_error = [](ArrowArrayStream*) { return "the bucket is gone"; };
    objects.release = [](ArrowArrayStream* self) {
      delete static_cast<State*>(self->private_data);
      self->release = nullptr;
    };
    objects.private_data = state;
    if (prefix == "late failure") call.fail(FLOE_IO, "after filling the stream");
  }

  std::string stat(floe::Call&, std::string_view) { return is_woken ? "woken" : "{}"; }

  void read(floe::Call&, std::string_view, std::string_view, floe::Sink&) {}

  std::uint64_t open_read(floe::Call&, std::string_view) { return 1; }

  std::string read_next(floe::Call&, std::uint64_t, std::uint64_t) { return {}; }

  void close_read(floe::Call&, std::uint64_t) {}

  std::uint64_t open_write(floe::Call&, std::string_view, std::string_view) { return 1; }

  void write_next(floe::Call&, std::uint64_t, std::string_view) {}

  std::string finish(floe::Call&, std::uint64_t) { return "{}"; }

  void abort(floe::Call&, std::uint64_t) {}

  std::string put(floe::Call&, std::string_view, std::string_view, std::string_view) { return "{}"; }

  std::string remove(floe::Call&, std::string_view) { return "{}"; }

  // Names of secrets are fine, a secret is not.
  std::string binding(floe::Call&) {
    return R"({"kind":"box","credentials":{"secret_refs":{"password":"box-password"}},"properties":{"s3.secret_access_key":"planted"}})";
  }

  std::string client_properties(floe::Call&) { return "{}"; }
};

}  // namespace

FLOE_PLUGIN("org.example.streamer", "1.2.3", "Example Ltd", floe::expose<Streamer>("streamer"));
