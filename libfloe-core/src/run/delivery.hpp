// Hands records to one backend on a thread of its own, so that a slow or absent backend never holds up a run.
#pragma once

#include "plugin/call.hpp"

#include "base/io/environment.hpp"
#include "base/result.hpp"

#include <chrono>
#include <condition_variable>
#include <cstdint>
#include <deque>
#include <functional>
#include <memory>
#include <mutex>
#include <optional>
#include <string>
#include <thread>
#include <vector>

namespace floe::run {

struct DeliveryItem {
  std::string signal;  // traces, metrics; "" where there is one kind
  std::string json;
};

// What a backend did not take.
struct Undelivered {
  std::string backend;  // lineage_backend `http`
  std::size_t count = 0;
  std::string reason;  // of the last refusal
};

// Thread-safe. Items go out in their order, in batches of one signal; after kUnavailable and kTimeout the same batch is
// sent again, later and later, up to finish(). Any other error gives the batch up.
class Delivery {
 public:
  using Send = std::function<Status(const std::string& signal, const std::vector<std::string>& batch,
                                    const CallOptions& options)>;

  Delivery(std::string backend, Send send);
  Delivery(const Delivery&) = delete;
  Delivery& operator=(const Delivery&) = delete;
  ~Delivery();  // as finish(0)

  void add(DeliveryItem item);

  // Sends what is left, and tries a refused batch three times more, a moment apart; after `limit` the running call is
  // cancelled. Ends the thread. std::nullopt when everything was taken.
  std::optional<Undelivered> finish(std::chrono::milliseconds limit);

 private:
  void work();
  [[nodiscard]] bool wait_for_items(std::unique_lock<std::mutex>& lock);
  [[nodiscard]] std::vector<std::string> next_batch(std::string* signal) const;
  void settle(const Status& sent, std::size_t count);

  const std::string backend_;
  const Send send_;
  const std::unique_ptr<io::Clock> clock_ = io::make_system_clock();
  CancelSource cancel_;
  std::mutex mutex_;
  std::condition_variable changed_;
  std::deque<DeliveryItem> waiting_;
  std::size_t lost_ = 0;
  std::string reason_;
  std::chrono::milliseconds pause_{0};  // before the next try; 0 after a success
  int last_tries_ = 0;                  // that failed since closing
  bool is_closing_ = false;
  bool is_done_ = false;
  std::thread thread_;  // last: started when the rest is there
};

}  // namespace floe::run
