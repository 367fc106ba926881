// A floe.sink/1 plugin that delivers to nowhere, for the check of what a sink says that it delivered.
#include "floe/interfaces/sink.hpp"

#include "broken_check.h"

#include <set>
#include <string>
#include <string_view>

namespace {

using floe::ArrowStream;
using floe::Call;

class Nowhere : public floe::SinkConnector<Nowhere> {
 public:
  std::uint64_t open(Call& /*call*/, std::string_view /*target*/) {
    open_.insert(++last_);
    return last_;
  }

  std::string write(Call& call, std::uint64_t sink, ArrowStream rows, std::string_view /*options*/) {
    need(call, sink);
    const std::string_view broken = broken_check();
    const std::int64_t count = broken == "contract.all-rows"          ? 0
                               : broken == "contract.all-rows-unread" ? 1
                                                                      : read(call, rows);
    return R"({"rows":)" + std::to_string(count) + R"(,"bytes":0,"idempotency_key":"a","errors":[]})";
  }

  void close(Call& call, std::uint64_t sink) {
    need(call, sink);
    open_.erase(sink);
  }

 private:
  void need(Call& call, std::uint64_t sink) {
    if (open_.count(sink) == 0) call.fail(FLOE_INVALID_ARGUMENT, "the sink is not open");
  }

  static std::int64_t read(Call& call, ArrowStream& rows) {
    std::int64_t count = 0;
    for (;;) {
      floe::ArrowArrayOwner batch;
      if (rows->get_next(rows.get(), batch.get()) != 0) call.fail(FLOE_DATA, "the stream fails");
      if (!batch.has_value()) return count;
      count += batch->length;
    }
  }

  std::set<std::uint64_t> open_;
  std::uint64_t last_ = 0;
};

}  // namespace

FLOE_PLUGIN("org.example.broken", "1.0.0", "Example Ltd", floe::expose<Nowhere>("broken"));
