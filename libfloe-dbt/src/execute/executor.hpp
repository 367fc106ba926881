// Runs a schedule on threads: skips what depends on a failure, records every node, stops when cancelled.
#pragma once

#include "execute/node_runner.hpp"
#include "execute/schedule.hpp"

#include <condition_variable>
#include <functional>
#include <mutex>
#include <set>
#include <string>
#include <vector>

namespace floe::dbt {

struct ExecutorOptions {
  int threads = 1;
  bool fail_fast = false;
  bool executes = true;  // false: compile only, nothing is recorded
};

class Executor {
 public:
  Executor(NodeRunner& runner, const floe_host* host, floe_call* call, ExecutorOptions options)
      : runner_(runner), host_(host), call_(call), options_(options) {}

  // Results in the order in which nodes ended.
  Result<std::vector<NodeRun>> run(std::vector<ScheduledNode> schedule);
  // One node of its own, such as a hook; recorded like the others.
  NodeRun run_alone(Node& node, const std::function<NodeRun(floe_call*)>& body);

 private:
  struct Later {
    const std::vector<ScheduledNode>* schedule;
    bool operator()(std::uint32_t left, std::uint32_t right) const;
  };

  void work(floe_call* call);
  bool take(std::uint32_t* number);
  void finish(std::uint32_t number, NodeRun run);
  void skip(std::uint32_t number);
  // `failed`: the unique id of the node that went wrong, "" when this one is good.
  void release_dependents(std::uint32_t number, const std::string& failed);
  void record_started(floe_call* call, const Node& node, std::int64_t started_at_ns);
  void record_finished(floe_call* call, const Node& node, const NodeRun& run);
  void record(floe_call* call, const std::string& json_text);

  NodeRunner& runner_;
  const floe_host* host_;
  floe_call* call_;
  ExecutorOptions options_;

  std::mutex mutex_;
  std::condition_variable changed_;
  std::vector<ScheduledNode> schedule_;
  std::set<std::uint32_t, Later> ready_{Later{nullptr}};
  std::vector<std::string>
      blocked_by_;  // the unique id of the failed node that it waits for, however far up; "" = none
  std::vector<NodeRun> done_;
  std::size_t open_ = 0;  // not ended yet
  bool stops_ = false;
  std::optional<Error> broken_;  // a record could not be delivered
};

}  // namespace floe::dbt
