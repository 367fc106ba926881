#include "engine/record_queue.hpp"

#include "plugin/leaveable_thread.hpp"
#include "plugin/running_call.hpp"

#include "base/io/environment.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <condition_variable>
#include <deque>
#include <mutex>
#include <thread>

namespace floe::run {
namespace {

using std::chrono::milliseconds;
using std::chrono::steady_clock;

constexpr std::size_t kMaxBatch = 200;
constexpr std::size_t kMaxWaiting = 50'000;  // of a run of some ten thousand nodes; the run's own files have the rest
constexpr milliseconds kFirstPause{500};
constexpr milliseconds kLongestPause{30'000};
constexpr milliseconds kLastPause{200};
constexpr int kLastTries = 3;

bool is_passing(ErrorCode code) { return code == ErrorCode::kUnavailable || code == ErrorCode::kTimeout; }

std::string not_returned(const CallName* name) {
  if (name == nullptr) return "it did not return and is left behind";
  return fmt::format("`{}` of plugin `{}` did not return and is left behind", name->method, name->plugin);
}

}  // namespace

// What the thread works on.
class RecordQueue::Worker {
 public:
  Worker(Send send, milliseconds call_limit) : send_(std::move(send)), call_limit_(call_limit) {}

  static void start(const std::shared_ptr<Worker>& worker) {
    worker->thread_ = std::thread([worker] { worker->work(); });
  }

  void add(QueuedRecord item) {
    const std::lock_guard lock(mutex_);
    if (waiting_.size() >= kMaxWaiting) {
      ++lost_;
      return;
    }
    waiting_.push_back(std::move(item));
    changed_.notify_all();
  }

  // False when the thread was left behind just now.
  bool finish(milliseconds limit);

  // After finish.
  [[nodiscard]] std::size_t undelivered() const { return lost_ + waiting_.size(); }

  [[nodiscard]] const std::string& reason() const { return reason_; }

 private:
  void work();
  [[nodiscard]] bool wait_for_items(std::unique_lock<std::mutex>& lock);
  [[nodiscard]] std::vector<std::string> next_batch(std::string* signal) const;
  void settle(const Status& sent, std::size_t count);
  bool wait_for_end(std::unique_lock<std::mutex>& lock, milliseconds limit);

  const Send send_;
  const milliseconds call_limit_;
  const std::unique_ptr<io::Clock> clock_ = io::make_system_clock();
  CancelSource cancel_;
  std::mutex mutex_;
  std::condition_variable changed_;
  std::deque<QueuedRecord> waiting_;
  std::size_t lost_ = 0;
  std::string reason_;
  milliseconds pause_{0};                                            // before the next try; 0 after a success
  int last_tries_ = 0;                                               // that failed since closing
  steady_clock::time_point late_ = steady_clock::time_point::max();  // when the running call is over its limit
  const CallingThread* caller_ = nullptr;
  bool is_closing_ = false;
  bool is_done_ = false;
  bool is_left_ = false;
  std::thread thread_;
};

bool RecordQueue::Worker::wait_for_items(std::unique_lock<std::mutex>& lock) {
  if (last_tries_ > 0) {
    changed_.wait_for(lock, kLastPause, [] { return false; });
  } else if (pause_.count() > 0) {
    changed_.wait_for(lock, pause_, [this] { return is_closing_; });
  }
  changed_.wait(lock, [this] { return is_closing_ || !waiting_.empty(); });
  return !waiting_.empty();
}

std::vector<std::string> RecordQueue::Worker::next_batch(std::string* signal) const {
  *signal = waiting_.front().signal;
  std::vector<std::string> batch;
  for (const QueuedRecord& item : waiting_) {
    if (item.signal != *signal || batch.size() == kMaxBatch) break;
    batch.push_back(item.json);
  }
  return batch;
}

void RecordQueue::Worker::settle(const Status& sent, std::size_t count) {
  const bool is_kept = !sent && is_passing(sent.error().code);
  pause_ = is_kept ? std::clamp(pause_ * 2, kFirstPause, kLongestPause) : milliseconds(0);
  if (!sent) reason_ = sent.error().to_string();
  if (is_kept) return;
  if (!sent) lost_ += count;
  waiting_.erase(waiting_.begin(), waiting_.begin() + static_cast<std::ptrdiff_t>(count));
}

void RecordQueue::Worker::work() {
  const CallingThread& own = calling_thread();
  std::unique_lock lock(mutex_);
  caller_ = &own;
  while (wait_for_items(lock)) {
    const bool is_last_try = is_closing_;
    std::string signal;
    const std::vector<std::string> batch = next_batch(&signal);
    late_ = steady_clock::now() + call_limit_;
    CallOptions options;
    options.cancel = cancel_;
    options.deadline_unix_ns = clock_->now_unix_ns() + std::chrono::nanoseconds(call_limit_).count();
    lock.unlock();
    const Status sent = send_(signal, batch, options);
    lock.lock();
    if (is_left_) {  // who waited has told what was lost, and what `send` owns is not touched again
      keep_for_good(std::make_shared<Send>(send_));
      return;
    }
    late_ = steady_clock::time_point::max();
    settle(sent, batch.size());
    last_tries_ = is_last_try && pause_.count() > 0 ? last_tries_ + 1 : 0;
    if (cancel_.is_cancelled() || last_tries_ == kLastTries) break;
  }
  is_done_ = true;
  changed_.notify_all();
}

// Until the thread is done, `limit` is over or its call is; the next call has a limit of its own.
bool RecordQueue::Worker::wait_for_end(std::unique_lock<std::mutex>& lock, milliseconds limit) {
  const auto end = steady_clock::now() + limit;
  while (!is_done_) {
    const auto wake = std::min(end, late_);
    if (steady_clock::now() >= wake) return false;
    changed_.wait_until(lock, std::min(wake, steady_clock::now() + kFirstPause));
  }
  return true;
}

bool RecordQueue::Worker::finish(milliseconds limit) {
  std::unique_lock lock(mutex_);
  if (is_left_) return true;  // told already
  is_closing_ = true;
  changed_.notify_all();
  if (!wait_for_end(lock, limit)) {
    lock.unlock();
    cancel_.cancel();
    lock.lock();
    is_left_ = !changed_.wait_for(lock, LeaveAfter::kGrace, [this] { return is_done_; });
  }
  if (is_left_) {
    reason_ = not_returned(caller_->running.load());
    if (thread_.joinable()) thread_.detach();
    return false;
  }
  lock.unlock();
  if (thread_.joinable()) thread_.join();
  return true;
}

RecordQueue::RecordQueue(std::string backend, Send send, std::function<void()> on_left_behind, milliseconds call_limit)
    : backend_(std::move(backend)),
      on_left_behind_(std::move(on_left_behind)),
      worker_(std::make_shared<Worker>(std::move(send), call_limit)) {
  Worker::start(worker_);
}

RecordQueue::~RecordQueue() { static_cast<void>(finish(milliseconds(0))); }

void RecordQueue::add(QueuedRecord item) { worker_->add(std::move(item)); }

std::optional<Undelivered> RecordQueue::finish(milliseconds limit) {
  if (!worker_->finish(limit) && on_left_behind_) on_left_behind_();
  const std::size_t count = worker_->undelivered();
  if (count == 0) return std::nullopt;
  return Undelivered{backend_, count, worker_->reason()};
}

}  // namespace floe::run
