// A floe.compute/1 plugin that is right in everything but what broken_check() says.
#include "floe/interfaces/compute.hpp"

#include "broken_check.h"

#include "base/arrow/builder.hpp"

#include <atomic>
#include <chrono>
#include <cstdio>
#include <cstdlib>
#include <fcntl.h>
#include <mutex>
#include <set>
#include <stdlib.h>
#include <string>
#include <string_view>
#include <thread>
#include <unistd.h>

namespace {

using floe::ArrowStream;
using floe::Call;
using floe::PluginError;

constexpr std::chrono::milliseconds kTooLong{1300};
constexpr std::size_t kMebibyte = std::size_t{1} << 20;

bool breaks(std::string_view check) { return check == broken_check(); }

void take_too_long() { std::this_thread::sleep_for(kTooLong); }

// One visitor at a time; says whether there was another.
class Visit {
 public:
  explicit Visit(std::atomic<int>& visitors) : visitors_(visitors), is_alone_(visitors.fetch_add(1) == 0) {
    std::this_thread::sleep_for(std::chrono::milliseconds(1));
  }

  Visit(const Visit&) = delete;
  Visit& operator=(const Visit&) = delete;

  ~Visit() { visitors_.fetch_sub(1); }

  [[nodiscard]] bool is_alone() const { return is_alone_; }

 private:
  std::atomic<int>& visitors_;
  bool is_alone_;
};

std::atomic<int> entry_visitors;
std::atomic<int> package_visitors;
std::atomic<int> methods_under_way;
std::atomic<int> live_instances;
std::atomic<const floe_host*> last_host;

// What a later release may put behind the table. AddressSanitizer would see it before the guard page does.
[[gnu::noinline, gnu::no_sanitize("address")]] void read_behind(const floe_host* host) {
  const volatile char* behind = reinterpret_cast<const char*>(host) + sizeof(floe_host);
  static_cast<void>(*behind);
}

class Broken : public floe::ComputePlugin<Broken> {
 public:
  static constexpr std::uint32_t kThreads = FLOE_THREADS_CONCURRENT;

  static std::string validate_config(Call& /*call*/, std::string_view config) {
    if (breaks("load.create-invalid")) return "[]";
    const bool is_known = config == "{}" || config.find("\"size\":1}") != std::string_view::npos;
    return is_known ? "[]" : R"([{"path":"size","message":"must be an integer"}])";
  }

  Broken(Call& call, std::string_view config) : probe_host_(call.raw_host()) {
    if (breaks("load.create-empty") && config == "{}") call.fail(FLOE_INTERNAL, "there is nothing to start with");
    if (breaks("contract.lifecycle")) ::open("/dev/null", O_RDONLY | O_CLOEXEC);
    if (breaks("load.no-services")) {
      const auto* service =
          static_cast<const floe_service*>(probe_host_->get_service(probe_host_->ctx, "floe.host.http/1"));
      if (service->table == nullptr) call.fail(FLOE_INTERNAL, "no http");
    }
    if (breaks("load.short-host")) {
      read_behind(probe_host_);
    }
    ++live_instances;
    last_host = probe_host_;
  }

  Broken(const Broken&) = delete;
  Broken& operator=(const Broken&) = delete;

  ~Broken() { --live_instances; }

  static std::string health(Call& /*call*/) {
    return breaks("contract.describe") ? R"({"state":"fine"})" : R"({"state":"ok","message":"","details":{}})";
  }

  std::string dbt_profile(Call& call, std::string_view target) {
    const Visit visit(methods_under_way);
    if (breaks("contract.examples")) call.fail(FLOE_PANIC, "an exception was caught");
    if (breaks("contract.empty") && target.empty()) std::abort();
    if (breaks("contract.huge") && target.size() > kMebibyte) std::abort();
    if (breaks("contract.unknown-member") && target.find("floe_check_unknown") != std::string_view::npos) {
      call.fail(FLOE_INVALID_ARGUMENT, "unknown member");
    }
    if (breaks("contract.environment")) ::setenv("FLOE_TEST_BROKEN", "1", 1);
    if (breaks("contract.silent")) std::printf("here I am\n");
    if (breaks("contract.threads-end")) {
      std::thread([] { ::pause(); }).detach();
    }
    return R"({"type":"duckdb","path":":memory:"})";
  }

  std::string required_packages(Call& call) {
    const Visit visit(methods_under_way);
    if (breaks("contract.parallel") && !Visit(package_visitors).is_alone()) call.fail(FLOE_PANIC, "not alone");
    if (breaks("contract.cancel-before") && call.cancelled()) take_too_long();
    if (breaks("contract.deadline") && call.deadline_unix_ns() != INT64_MAX) take_too_long();
    if (breaks("contract.cancel-during") && !call.cancelled()) wait_for_cancel(call);
    if (breaks("contract.error-text")) call.set_error(FLOE_INTERNAL, "an error of a call that went well");
    return breaks("contract.result-schema") ? R"({"pip":"dbt-duckdb"})" : R"({"pip":["dbt-duckdb>=1.11"]})";
  }

  static std::string resources(Call& call, std::string_view /*request*/) {
    if (breaks("contract.implemented")) call.fail(FLOE_UNSUPPORTED, "not implemented");
    return R"({"requests":{"cpu":"500m","memory":"1Gi"},"limits":{"memory":"4Gi"}})";
  }

  static std::string check_connection(Call& /*call*/) { return R"({"status":"ok"})"; }

  std::uint64_t open_session(Call& /*call*/, std::string_view /*options*/) {
    const std::lock_guard lock(mutex_);
    sessions_.insert(++last_session_);
    return last_session_;
  }

  void close_session(Call& call, std::uint64_t session) {
    const std::lock_guard lock(mutex_);
    const bool was_open = sessions_.erase(session) != 0;
    const bool was_given = session <= last_session_;
    if (was_open || breaks(was_given ? "contract.ended-handle" : "contract.unknown-handle")) return;
    call.fail(FLOE_INVALID_ARGUMENT, "the session is not open");
  }

  void interrupt(Call& call, std::uint64_t session) {
    need(call, session);
    if (breaks("contract.any-thread") && methods_under_way != 0) call.fail(FLOE_PANIC, "busy");
  }

  void query(Call& call, std::uint64_t session, std::string_view /*sql*/, ArrowStream /*params*/,
             ArrowArrayStream& rows, floe::Sink& stats) {
    need(call, session);
    stats.write(R"({"seconds":0.01})");
    numbers(call).move_to(&rows);
  }

  std::string execute(Call& call, std::uint64_t session, std::string_view /*sql*/, std::string_view /*options*/) {
    need(call, session);
    return R"({"rows_affected":0})";
  }

  std::string describe_query(Call& call, std::uint64_t session, std::string_view /*sql*/) {
    need(call, session);
    return R"({"columns":[]})";
  }

  std::string tables_in(Call& call, std::uint64_t session, std::string_view /*sql*/) {
    need(call, session);
    return R"({"tables":[],"other":false,"catalog":false})";
  }

  static std::string catalog_attachment(Call& /*call*/, std::string_view /*binding*/) { return R"({"statements":[]})"; }

 private:
  void need(Call& call, std::uint64_t session) {
    const std::lock_guard lock(mutex_);
    if (sessions_.count(session) == 0) call.fail(FLOE_INVALID_ARGUMENT, "the session is not open");
  }

  // Looks for the cancel as it should, and then does not return.
  static void wait_for_cancel(Call& call) {
    for (int i = 0; i < 100 && !call.cancelled(); ++i)
      std::this_thread::sleep_for(std::chrono::milliseconds(1));
    if (call.cancelled()) take_too_long();
  }

  // One number, and two batches without any.
  static ArrowStream numbers(Call call) {
    const std::vector<floe::arrow::Field> fields{{"one", floe::arrow::of(floe::arrow::Kind::kInt64), false, {}}};
    return floe::arrow::make_stream(
        fields, [fields, call, left = 3]() mutable -> floe::Result<std::optional<floe::ArrowArrayOwner>> {
          if (breaks("contract.stream-after-destroy") && live_instances == 0) std::abort();
          if (breaks("contract.stream-cancel") && call.cancelled()) take_too_long();
          if (left-- == 0) return std::optional<floe::ArrowArrayOwner>();
          floe::arrow::BatchBuilder batch(fields);
          if (left == 2) batch.column(0).append_int(breaks("contract.rows") ? 2 : 1);
          auto made = batch.finish();
          if (!made.has_value()) return std::move(made).error();
          return std::optional<floe::ArrowArrayOwner>(*std::move(made));
        });
  }

  const floe_host* probe_host_;
  std::mutex mutex_;
  std::set<std::uint64_t> sessions_;
  std::uint64_t last_session_ = 0;
};

using Table = floe_compute_v1;

const Table& right_table() {
  static const Table kTable = Broken::table();
  return kTable;
}

// The caller keeps its stream.
floe_status FLOE_CALL query_of_a_copy(void* self, floe_call* call, std::uint64_t session, const char* sql,
                                      std::size_t length, ArrowArrayStream* params, ArrowArrayStream* rows,
                                      floe_sink* stats) {
  ArrowArrayStream copy{};
  if (params != nullptr) copy = *params;
  return right_table().query(self, call, session, sql, length, params == nullptr ? nullptr : &copy, rows, stats);
}

floe_status FLOE_CALL query_with_leftovers(void* self, floe_call* call, std::uint64_t session, const char* sql,
                                           std::size_t length, ArrowArrayStream* params, ArrowArrayStream* rows,
                                           floe_sink* stats) {
  const floe_status status = right_table().query(self, call, session, sql, length, params, rows, stats);
  if (status != FLOE_OK) rows->release = [](ArrowArrayStream*) {};
  return status;
}

floe_status FLOE_CALL query_never_released(void* self, floe_call* call, std::uint64_t session, const char* sql,
                                           std::size_t length, ArrowArrayStream* params, ArrowArrayStream* rows,
                                           floe_sink* stats) {
  const floe_status status = right_table().query(self, call, session, sql, length, params, rows, stats);
  if (status == FLOE_OK) rows->release = [](ArrowArrayStream*) {};
  return status;
}

floe_status FLOE_CALL packages_despite_all(void* self, floe_call* call, floe_sink* result) {
  right_table().required_packages(self, call, result);
  return FLOE_OK;
}

floe_status FLOE_CALL profile_without_reason(void* self, floe_call* call, const char* target, std::size_t length,
                                             floe_sink* result) {
  const floe_status status = right_table().dbt_profile(self, call, target, length, result);
  if (status != FLOE_INVALID_ARGUMENT) return status;
  constexpr std::string_view kMessage = "something went wrong";
  last_host.load()->set_error(call, FLOE_INTERNAL, kMessage.data(), kMessage.size());
  return FLOE_INTERNAL;
}

floe_status FLOE_CALL tables_in_any_bytes(void* self, floe_call* call, std::uint64_t session, const char* /*sql*/,
                                          std::size_t /*length*/, floe_sink* result) {
  return right_table().tables_in(self, call, session, "", 0, result);
}

void FLOE_CALL destroy_always(void* self) {
  if (self == nullptr) std::abort();
  right_table().destroy(self);
}

Table made_table() {
  Table table = right_table();
  table.capabilities = FLOE_COMPUTE_NATIVE_ICEBERG;
  if (breaks("load.table")) table.tables_in = nullptr;
  if (breaks("load.capabilities")) table.capabilities |= FLOE_COMPUTE_ANALYZE;
  if (breaks("load.choices")) {
    table.capabilities = 0;
    table.catalog_attachment = nullptr;
  }
  if (breaks("contract.any-thread")) table.threading = FLOE_THREADS_SERIAL;
  if (breaks("contract.destroy-null")) table.destroy = destroy_always;
  if (breaks("contract.stream-in-moved")) table.query = query_of_a_copy;
  if (breaks("contract.stream-out-empty")) table.query = query_with_leftovers;
  if (breaks("contract.stream-early-release")) table.query = query_never_released;
  if (breaks("contract.sink-refuses")) table.required_packages = packages_despite_all;
  if (breaks("contract.invalid-json")) table.dbt_profile = profile_without_reason;
  if (breaks("contract.invalid-utf8")) table.tables_in = tables_in_any_bytes;
  return table;
}

floe_plugin described(const floe_interface* interfaces) {
  return {sizeof(floe_plugin),
          FLOE_ABI_VERSION,
          0,
          1,
          interfaces,
          "org.example.broken",
          breaks("load.descriptor") ? "9.9.9" : "1.0.0",
          "Example Ltd",
          nullptr};
}

}  // namespace

extern "C" FLOE_EXPORT floe_status FLOE_CALL floe_plugin_entry_v1(const floe_host* host, floe_call* call,
                                                                  const floe_plugin** out) {
  static const Table kTable = made_table();
  static const floe_interface kInterfaces[] = {{FLOE_COMPUTE_INTERFACE, "broken", &kTable}};
  static const floe_plugin kPlugins[] = {described(kInterfaces), described(kInterfaces)};
  static std::atomic<int> calls;
  static_cast<void>(call);
  if (breaks("load.entry")) return FLOE_INTERNAL;
  if (breaks("load.entry-time")) std::this_thread::sleep_for(std::chrono::milliseconds(150));
  if (breaks("load.entry-threads") && !Visit(entry_visitors).is_alone()) return FLOE_INTERNAL;
  if (host->abi_version >> 16 != FLOE_ABI_MAJOR && !breaks("load.wrong-major")) return FLOE_UNSUPPORTED;
  *out = &kPlugins[breaks("load.entry-twice") && calls.fetch_add(1) != 0 ? 1 : 0];
  return FLOE_OK;
}
