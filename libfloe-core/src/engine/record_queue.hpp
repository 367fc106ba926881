// Hands records to one backend on a thread of its own, so that a slow, absent or hanging backend never holds up a run.
#pragma once

#include "plugin/call.hpp"

#include "base/result.hpp"

#include <chrono>
#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <vector>

namespace floe::run {

struct QueuedRecord {
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
// sent again, later and later, up to finish(). Any other error gives the batch up. A call that does not return is left
// behind with its thread and all that `send` owns.
class RecordQueue {
 public:
  using Send = std::function<Status(const std::string& signal, const std::vector<std::string>& batch,
                                    const CallOptions& options)>;

  static constexpr std::chrono::milliseconds kCallLimit{10'000};

  // `on_left_behind` hears that a call of `send` will not return, once at most. Each call has `call_limit`.
  RecordQueue(std::string backend, Send send, std::function<void()> on_left_behind = {},
              std::chrono::milliseconds call_limit = kCallLimit);
  RecordQueue(const RecordQueue&) = delete;
  RecordQueue& operator=(const RecordQueue&) = delete;
  ~RecordQueue();  // as finish(0)

  void add(QueuedRecord item);

  // Sends what is left, and tries a refused batch three times more, a moment apart; after `limit`, or a call that is
  // over its own limit, the running call is cancelled, and left behind when it does not return then. Ends the thread.
  // std::nullopt when everything was taken.
  std::optional<Undelivered> finish(std::chrono::milliseconds limit);

 private:
  class Worker;

  const std::string backend_;
  const std::function<void()> on_left_behind_;
  const std::shared_ptr<Worker> worker_;  // shared with the thread, which may outlive this
};

}  // namespace floe::run
