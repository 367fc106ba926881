#include "engine/record_queue.hpp"

#include "engine/record_backends.hpp"
#include "floe_test.hpp"

#include "base/fail.hpp"

#include <condition_variable>
#include <mutex>
#include <thread>

using floe::ErrorCode;
using floe::run::RecordQueue;
using std::chrono::milliseconds;
using std::chrono::seconds;

namespace {

// A backend that answers from a list, then takes everything, and notes what it got as "signal:item item".
class Backend {
 public:
  std::vector<floe::Status> answers;

  floe::Status send(const std::string& signal, const std::vector<std::string>& batch) {
    const std::lock_guard lock(mutex_);
    std::string line = signal + ":";
    for (const std::string& item : batch)
      line += item + " ";
    got_.push_back(std::move(line));
    changed_.notify_all();
    return got_.size() <= answers.size() ? answers[got_.size() - 1] : floe::ok();
  }

  RecordQueue::Send function() {
    return [this](const std::string& signal, const std::vector<std::string>& batch, const floe::CallOptions&) {
      return send(signal, batch);
    };
  }

  void wait_for_calls(std::size_t count) {
    std::unique_lock lock(mutex_);
    changed_.wait(lock, [&] { return got_.size() >= count; });
  }

  // All items in order, whichever batches they came in.
  std::string items() {
    const std::lock_guard lock(mutex_);
    std::string out;
    for (const std::string& line : got_)
      out += line.substr(line.find(':') + 1);
    return out;
  }

  std::size_t calls() {
    const std::lock_guard lock(mutex_);
    return got_.size();
  }

 private:
  std::mutex mutex_;
  std::condition_variable changed_;
  std::vector<std::string> got_;
};

floe::Error unavailable() { return floe::fail(ErrorCode::kUnavailable, "nobody answers"); }

}  // namespace

TEST_CASE("items arrive in order, a batch has one signal") {
  Backend backend;
  RecordQueue delivery("b", backend.function());
  for (const char* signal : {"traces", "traces", "metrics", "traces"})
    delivery.add({signal, signal});
  CHECK_FALSE(delivery.finish(seconds(60)).has_value());
  CHECK(backend.items() == "traces traces metrics traces ");
  CHECK(backend.calls() >= 3);
}

TEST_CASE("an unavailable backend gets the same batch again") {
  Backend backend;
  backend.answers = {unavailable()};
  RecordQueue delivery("b", backend.function());
  delivery.add({"", "1"});
  backend.wait_for_calls(1);
  CHECK_FALSE(delivery.finish(seconds(60)).has_value());
  CHECK(backend.items() == "1 1 ");
}

TEST_CASE("a backend that stays away costs three more tries, and is told") {
  Backend backend;
  backend.answers.assign(10, unavailable());
  RecordQueue delivery("lineage_backend `http`", backend.function());
  delivery.add({"", "1"});
  backend.wait_for_calls(1);
  delivery.add({"", "2"});
  const auto left = delivery.finish(seconds(60));
  REQUIRE(left.has_value());
  CHECK(left->backend == "lineage_backend `http`");
  CHECK(left->count == 2);
  CHECK(left->reason == "nobody answers");
  CHECK(backend.calls() == 4);
}

TEST_CASE("what a backend refuses for good is given up, the rest goes on") {
  Backend backend;
  backend.answers = {floe::fail(ErrorCode::kInvalidArgument, "no such field")};
  RecordQueue delivery("b", backend.function());
  delivery.add({"a", "1"});
  delivery.add({"b", "2"});
  const auto left = delivery.finish(seconds(60));
  REQUIRE(left.has_value());
  CHECK(left->count == 1);
  CHECK(left->reason == "no such field");
  CHECK(backend.items() == "1 2 ");
}

TEST_CASE("a backend that hangs is cancelled at the limit") {
  RecordQueue delivery("b", [](const std::string&, const std::vector<std::string>&, const floe::CallOptions& options) {
    while (!options.cancel.is_cancelled())
      std::this_thread::yield();
    return floe::Status(floe::fail(ErrorCode::kCancelled, "cancelled"));
  });
  delivery.add({"", "1"});
  const auto left = delivery.finish(milliseconds(1));
  REQUIRE(left.has_value());
  CHECK(left->count == 1);
}

TEST_CASE("requests of one signal become one") {
  const auto merged =
      floe::run::merge_otlp({R"({"resourceSpans":[{"a":1}]})", R"({"resourceSpans":[{"a":2},{"a":3}]})"});
  FLOE_REQUIRE_OK(merged);
  CHECK(*merged == R"({"resourceSpans":[{"a":1},{"a":2},{"a":3}]})");
}
