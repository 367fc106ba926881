#include "plugin/leaveable_thread.hpp"

#include "floe_test.hpp"

#include <condition_variable>
#include <mutex>
#include <thread>

namespace floe {
namespace {

using std::chrono::milliseconds;

// Work that returns when it is let go: a test that left it behind lets it end.
struct Stuck {
  std::mutex mutex;
  std::condition_variable changed;
  bool has_begun = false;
  bool is_free = false;

  void run() {
    const RunningCall running(call_name("org.example.stuck", "lineage.emit", "/p/stuck.so"));
    std::unique_lock lock(mutex);
    has_begun = true;
    changed.notify_all();
    changed.wait(lock, [this] { return is_free; });
  }

  void await() {
    std::unique_lock lock(mutex);
    changed.wait(lock, [this] { return has_begun; });
  }

  void free() {
    const std::lock_guard lock(mutex);
    is_free = true;
    changed.notify_all();
  }
};

TEST_CASE("work is run one after another on one thread, which is not the caller's") {
  LeaveableThread thread;
  std::thread::id first;
  std::thread::id second;
  CHECK_FALSE(thread.run([&] { first = std::this_thread::get_id(); }, {}).has_value());
  CHECK_FALSE(thread.run([&] { second = std::this_thread::get_id(); }, {milliseconds(60'000), {}}).has_value());
  CHECK(first == second);
  CHECK(first != std::this_thread::get_id());
  CHECK_FALSE(thread.is_left());
}

TEST_CASE("work that is late is left behind with its thread, and named") {
  const auto stuck = std::make_shared<Stuck>();
  {
    LeaveableThread thread;
    const auto left = thread.run([stuck] { stuck->run(); }, {milliseconds(1'000), {}});
    REQUIRE(left.has_value());
    CHECK(left->code == ErrorCode::kTimeout);
    CHECK(left->message == "`lineage.emit` of plugin `org.example.stuck` did not return within 1 s and is left behind");
    CHECK(left->detail("floe.diagnostics")->find("FLOE-E0438") != std::string::npos);
    CHECK(thread.is_left());
  }  // waits for nobody
  CHECK(stuck.use_count() > 1);
  stuck->free();
}

TEST_CASE("after a cancel work has a moment to return, and is left behind when it does not") {
  const auto stuck = std::make_shared<Stuck>();
  CancelSource cancel;
  LeaveableThread thread;
  std::thread canceller([&] {
    stuck->await();
    cancel.cancel();
  });
  const auto left = thread.run([stuck] { stuck->run(); }, {std::nullopt, cancel});
  canceller.join();
  REQUIRE(left.has_value());
  CHECK(left->code == ErrorCode::kCancelled);
  CHECK(left->detail("floe.diagnostics")
            ->find("`lineage.emit` of plugin `org.example.stuck` did not return and is left behind") !=
        std::string::npos);
  stuck->free();
  LeaveableThread other;
  bool has_run = false;
  CHECK_FALSE(other.run([&] { has_run = true; }, {std::nullopt, cancel}).has_value());
  CHECK(has_run);
}

}  // namespace
}  // namespace floe
