#include "execute/executor.hpp"

#include "execute/relation_payload.hpp"

#include "base/json/json.hpp"
#include "base/text/text.hpp"
#include "floe/client_call.hpp"

#include <fmt/format.h>

#include <set>
#include <string>
#include <thread>

namespace floe::dbt {
namespace {

// Through ephemeral models to the tables that these read; each once.
void add_inputs(const Session& session, const Node& node, std::set<std::string>* seen, json::array* out) {
  for (const std::string& id : node.depends_on_nodes) {
    if (!seen->insert(id).second) continue;
    if (const Source* source = session.manifest.find_source(id)) {
      out->push_back(relation_payload(source->schema, source->identifier));
    } else if (const Node* input = session.manifest.find_node(id)) {
      if (input->relation_name) {
        out->push_back(relation_payload(input->schema, input->alias));
      } else if (input->type == ResourceType::kModel) {
        add_inputs(session, *input, seen, out);
      }
    }
  }
}

json::array node_inputs(const Session& session, const Node& node) {
  json::array out;
  std::set<std::string> seen;
  add_inputs(session, node, &seen, &out);
  return out;
}

json::object record_base(const Session& session, const Node& node, const char* event, std::int64_t started_at_ns) {
  json::array depends_on;
  for (const std::string& id : node.depends_on_nodes)
    depends_on.emplace_back(id);
  json::object record{{"schema", "floe.node_record/1"},
                      {"event", event},
                      {"unique_id", node.unique_id},
                      {"resource_type", resource_type_name(node.type)},
                      {"name", node.name},
                      {"materialized", node.materialized()},
                      {"description", node.description},
                      {"started_at_ns", started_at_ns},
                      {"depends_on", std::move(depends_on)},
                      {"inputs", node_inputs(session, node)}};
  if (node.relation_name) record["relation"] = relation_payload(node.schema, node.alias);
  return record;
}

bool is_good(const NodeRun& run) { return run.result.status != "error" && run.result.status != "fail"; }

}  // namespace

bool Executor::Later::operator()(std::uint32_t left, std::uint32_t right) const {
  const ScheduledNode& a = (*schedule)[left];
  const ScheduledNode& b = (*schedule)[right];
  if (a.weight != b.weight) return a.weight > b.weight;
  return a.node->unique_id < b.node->unique_id;
}

void Executor::record(floe_call* call, const std::string& json_text) {
  if (!options_.executes) return;
  const Status delivered = runner_.warehouse().record(call, json_text);
  if (delivered) return;
  const std::lock_guard lock(mutex_);
  if (!broken_) broken_ = delivered.error();
}

void Executor::record_started(floe_call* call, const Node& node, std::int64_t started_at_ns) {
  record(call, to_json(record_base(runner_.session(), node, "started", started_at_ns)));
}

void Executor::record_finished(floe_call* call, const Node& node, const NodeRun& run) {
  if (!options_.executes) return;
  json::object out = record_base(runner_.session(), node, "finished", run.started_at_ns);
  out["finished_at_ns"] = run.finished_at_ns;
  out["status"] = run.result.status;
  out["message"] = run.result.message;
  out["thread"] = run.result.thread_id;
  if (run.outcome.rows) out["rows"] = *run.outcome.rows;
  if (run.outcome.bytes) out["bytes"] = *run.outcome.bytes;
  if (!run.outcome.snapshot_id.empty()) out["snapshot_id"] = run.outcome.snapshot_id;
  if (run.result.failures) out["failures"] = *run.result.failures;
  if (node.compilation.compiled) {
    out["sql"] = node.compilation.compiled_code;
    out["sql_sha256"] = text::sha256_hex(node.compilation.compiled_code);
  }
  record(call, to_json(out));
}

bool Executor::take(std::uint32_t* number) {
  std::unique_lock lock(mutex_);
  for (;;) {
    if (host_->is_cancelled(call_) != 0) stops_ = true;
    if (stops_ || open_ == 0) {
      changed_.notify_all();
      return false;
    }
    if (!ready_.empty()) {
      *number = *ready_.begin();
      ready_.erase(ready_.begin());
      return true;
    }
    changed_.wait(lock);
  }
}

// With the lock held. A blocked node ends as skipped at once, and so on down.
void Executor::release_dependents(std::uint32_t number, const std::string& failed) {
  for (const std::uint32_t next : schedule_[number].dependents) {
    if (blocked_by_[next].empty()) blocked_by_[next] = failed;
    if (--schedule_[next].waits_for > 0) continue;
    if (blocked_by_[next].empty()) {
      ready_.insert(next);
    } else {
      skip(next);
    }
  }
}

void Executor::skip(std::uint32_t number) {
  NodeRun run;
  run.result.unique_id = schedule_[number].node->unique_id;
  run.result.status = "skipped";
  run.result.message = fmt::format("upstream failed: {}", blocked_by_[number]);
  run.started_at_ns = run.finished_at_ns = runner_.session().clock->now_unix_ns();
  done_.push_back(std::move(run));
  --open_;
  release_dependents(number, blocked_by_[number]);
}

void Executor::finish(std::uint32_t number, NodeRun run) {
  const std::lock_guard lock(mutex_);
  const bool good = is_good(run);
  if (run.is_cancelled || (!good && options_.fail_fast)) stops_ = true;
  done_.push_back(std::move(run));
  --open_;
  release_dependents(number, good ? std::string() : schedule_[number].node->unique_id);
  changed_.notify_all();
}

void Executor::work(floe_call* call) {
  std::uint32_t number = 0;
  while (take(&number)) {
    Node& node = *schedule_[number].node;
    record_started(call, node, runner_.session().clock->now_unix_ns());
    NodeRun run = runner_.run(node, call, options_.executes);
    record_finished(call, node, run);
    finish(number, std::move(run));
  }
}

Result<std::vector<NodeRun>> Executor::run(std::vector<ScheduledNode> schedule) {
  schedule_ = std::move(schedule);
  ready_ = std::set<std::uint32_t, Later>(Later{&schedule_});
  blocked_by_.assign(schedule_.size(), "");
  done_.clear();
  open_ = schedule_.size();
  for (std::uint32_t i = 0; i < schedule_.size(); ++i) {
    if (schedule_[i].waits_for == 0) ready_.insert(i);
  }
  std::vector<std::thread> threads;
  const auto wanted = static_cast<std::size_t>(options_.threads < 1 ? 1 : options_.threads);
  for (std::size_t i = 1; i < std::min(wanted, schedule_.size()); ++i) {
    threads.emplace_back([this] {
      const CallFork fork(host_, call_);
      work(fork.raw());
    });
  }
  work(call_);
  for (std::thread& thread : threads)
    thread.join();
  if (broken_) return *broken_;
  if (host_->is_cancelled(call_) != 0) return fail(ErrorCode::kCancelled, "interrupted");
  // Skipped nodes are told last, once, in order.
  for (const NodeRun& run : done_) {
    if (run.result.status != "skipped") continue;
    record_finished(call_, *runner_.session().manifest.find_node(run.result.unique_id), run);
  }
  return std::move(done_);
}

NodeRun Executor::run_alone(Node& node, const std::function<NodeRun(floe_call*)>& body) {
  record_started(call_, node, runner_.session().clock->now_unix_ns());
  NodeRun run = body(call_);
  record_finished(call_, node, run);
  return run;
}

}  // namespace floe::dbt
