// floe.storage/1 over the local storage plugin's class; one chosen call fails. FLOE_TEST_FAULT is `NUMBER:KIND`: the
// NUMBERth call of the process (from 1; 0 never) fails, `before` it does anything or `after` it did everything.
// FLOE_TEST_FAULT_LOG names a file that gets a line per call.
#include "floe/plugin.hpp"

#include "local_storage.hpp"

#include "base/fail.hpp"

#include <charconv>
#include <cstdlib>
#include <fstream>
#include <mutex>

namespace floe::storage {
namespace {

struct Fault {
  std::uint64_t number = 0;
  std::string kind;
};

Fault planned_fault() {
  Fault fault;
  const char* text = std::getenv("FLOE_TEST_FAULT");
  if (text == nullptr) return fault;
  const std::string_view plan(text);
  const std::size_t colon = plan.find(':');
  std::from_chars(plan.data(), plan.data() + plan.size(), fault.number);
  fault.kind = colon == std::string_view::npos ? "before" : plan.substr(colon + 1);
  return fault;
}

}  // namespace

class FaultyStorage : public StoragePlugin<FaultyStorage> {
 public:
  static constexpr std::uint32_t kThreads = FLOE_THREADS_CONCURRENT;

  static std::string validate_config(Call& call, std::string_view config) {
    return LocalStorage::validate_config(call, config);
  }

  static Result<std::unique_ptr<FaultyStorage>> create(Call& call, std::string_view config) {
    auto storage = std::make_unique<FaultyStorage>();
    storage->inner_ = FLOE_TRY(LocalStorage::create(call, config));
    return storage;
  }

  Result<std::string> health(Call& call) { return inner_->health(call); }

  std::string describe(Call& call) { return inner_->describe(call); }

  std::string binding(Call& call) { return inner_->binding(call); }

  std::string client_properties(Call& call) { return inner_->client_properties(call); }

  Result<std::string> stat(Call& call, std::string_view uri) {
    return guarded("stat", uri, [&] { return inner_->stat(call, uri); });
  }

  Status read(Call& call, std::string_view uri, std::string_view ranges, Sink& content) {
    return guarded("read", uri, [&] { return inner_->read(call, uri, ranges, content); });
  }

  Result<std::uint64_t> open_read(Call& call, std::string_view uri) {
    return guarded("open_read", uri, [&] { return inner_->open_read(call, uri); });
  }

  Result<std::string> read_next(Call& call, std::uint64_t reader, std::uint64_t max_bytes) {
    return guarded("read_next", "", [&] { return inner_->read_next(call, reader, max_bytes); });
  }

  Status close_read(Call& call, std::uint64_t reader) { return inner_->close_read(call, reader); }

  Result<std::uint64_t> open_write(Call& call, std::string_view uri, std::string_view options) {
    return guarded("open_write", uri, [&] { return inner_->open_write(call, uri, options); });
  }

  Status write_next(Call& call, std::uint64_t writer, std::string_view content) {
    return guarded("write_next", "", [&] { return inner_->write_next(call, writer, content); });
  }

  Result<std::string> finish(Call& call, std::uint64_t writer) {
    return guarded("finish", "", [&] { return inner_->finish(call, writer); });
  }

  Status abort(Call& call, std::uint64_t writer) { return inner_->abort(call, writer); }

  Result<std::string> put(Call& call, std::string_view uri, std::string_view content, std::string_view options) {
    return guarded("put", uri, [&] { return inner_->put(call, uri, content, options); });
  }

  Result<ArrowStream> list(Call& call, std::string_view prefix) {
    return guarded("list", prefix, [&] { return inner_->list(call, prefix); });
  }

  Result<std::string> remove(Call& call, std::string_view uris) {
    return guarded("remove", uris, [&] { return inner_->remove(call, uris); });
  }

  Result<std::string> local_paths(Call& call, std::string_view request) {
    return guarded("local_paths", request, [&] { return inner_->local_paths(call, request); });
  }

  Status sync(Call& call, std::string_view uris) {
    return guarded("sync", uris, [&] { return inner_->sync(call, uris); });
  }

 private:
  // The call's number in this process, and its line in the log.
  static std::uint64_t count(std::string_view method, std::string_view what) {
    static std::mutex mutex;
    static std::uint64_t calls = 0;
    const std::lock_guard lock(mutex);
    ++calls;
    if (const char* path = std::getenv("FLOE_TEST_FAULT_LOG")) {
      std::ofstream(path, std::ios::app) << calls << ' ' << method << ' ' << what << '\n';
    }
    return calls;
  }

  template <class Work>
  std::invoke_result_t<Work> guarded(std::string_view method, std::string_view what, Work work) {
    if (count(method, what) != fault_.number) return work();
    if (fault_.kind == "after") {
      auto done = work();
      if (!done.has_value()) return done;
    }
    return failf(ErrorCode::kIo, "injected fault {} `{}` of `{}`", fault_.kind, method, what);
  }

  std::unique_ptr<LocalStorage> inner_;
  Fault fault_ = planned_fault();
};

}  // namespace floe::storage

FLOE_PLUGIN("org.example.faulty", "0.1.0", "floe", floe::expose<floe::storage::FaultyStorage>("faulty"));
