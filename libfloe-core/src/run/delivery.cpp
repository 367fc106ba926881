#include "run/delivery.hpp"

#include <algorithm>

namespace floe::run {
namespace {

using std::chrono::milliseconds;

constexpr std::size_t kMaxBatch = 200;
constexpr std::size_t kMaxWaiting = 50'000;  // of a run of some ten thousand nodes; the run's own files have the rest
constexpr milliseconds kFirstPause{500};
constexpr milliseconds kLongestPause{30'000};
constexpr milliseconds kLastPause{200};
constexpr int kLastTries = 3;
constexpr std::int64_t kCallLimitNs = 10'000'000'000;

bool is_passing(ErrorCode code) { return code == ErrorCode::kUnavailable || code == ErrorCode::kTimeout; }

}  // namespace

Delivery::Delivery(std::string backend, Send send)
    : backend_(std::move(backend)), send_(std::move(send)), thread_([this] { work(); }) {}

Delivery::~Delivery() { (void)finish(milliseconds(0)); }

void Delivery::add(DeliveryItem item) {
  const std::lock_guard lock(mutex_);
  if (waiting_.size() >= kMaxWaiting) {
    ++lost_;
    return;
  }
  waiting_.push_back(std::move(item));
  changed_.notify_all();
}

std::optional<Undelivered> Delivery::finish(milliseconds limit) {
  {
    std::unique_lock lock(mutex_);
    is_closing_ = true;
    changed_.notify_all();
    if (!changed_.wait_for(lock, limit, [this] { return is_done_; })) {
      lock.unlock();
      cancel_.cancel();
    }
  }
  if (thread_.joinable()) thread_.join();
  const std::size_t count = lost_ + waiting_.size();
  if (count == 0) return std::nullopt;
  return Undelivered{backend_, count, reason_};
}

bool Delivery::wait_for_items(std::unique_lock<std::mutex>& lock) {
  if (last_tries_ > 0) {
    changed_.wait_for(lock, kLastPause, [] { return false; });
  } else if (pause_.count() > 0) {
    changed_.wait_for(lock, pause_, [this] { return is_closing_; });
  }
  changed_.wait(lock, [this] { return is_closing_ || !waiting_.empty(); });
  return !waiting_.empty();
}

std::vector<std::string> Delivery::next_batch(std::string* signal) const {
  *signal = waiting_.front().signal;
  std::vector<std::string> batch;
  for (const DeliveryItem& item : waiting_) {
    if (item.signal != *signal || batch.size() == kMaxBatch) break;
    batch.push_back(item.json);
  }
  return batch;
}

void Delivery::settle(const Status& sent, std::size_t count) {
  const bool is_kept = !sent && is_passing(sent.error().code);
  pause_ = is_kept ? std::clamp(pause_ * 2, kFirstPause, kLongestPause) : milliseconds(0);
  if (!sent) reason_ = sent.error().to_string();
  if (is_kept) return;
  if (!sent) lost_ += count;
  waiting_.erase(waiting_.begin(), waiting_.begin() + static_cast<std::ptrdiff_t>(count));
}

void Delivery::work() {
  std::unique_lock lock(mutex_);
  while (wait_for_items(lock)) {
    const bool is_last_try = is_closing_;
    std::string signal;
    const std::vector<std::string> batch = next_batch(&signal);
    lock.unlock();
    CallOptions options;
    options.cancel = cancel_;
    options.deadline_unix_ns = clock_->now_unix_ns() + kCallLimitNs;
    const Status sent = send_(signal, batch, options);
    lock.lock();
    settle(sent, batch.size());
    last_tries_ = is_last_try && pause_.count() > 0 ? last_tries_ + 1 : 0;
    if (cancel_.is_cancelled() || last_tries_ == kLastTries) break;
  }
  is_done_ = true;
  changed_.notify_all();
}

}  // namespace floe::run
