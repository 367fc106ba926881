#include "commit/committer.hpp"

#include "base/diagnostics/damaged_file.hpp"
#include "base/fail.hpp"

#include <algorithm>
#include <set>

namespace floe::iceberg {

namespace {

Error gave_up(const PendingWrite& write, int attempts) {
  return failf(ErrorCode::kConflict, "table `{}` was changed by others at each of {} attempts to commit",
               write.identifier.to_string(), attempts);
}

Error cancelled() { return fail(ErrorCode::kCancelled, "cancelled while waiting to commit again"); }

Result<std::string> commit_with_retries(TableStore& store, const Session& session, Committer& committer) {
  FLOE_TRY(committer.prepare(session));
  RetryPolicy policy(store.options(), committer.properties());
  const auto lock = store.commit_lock(committer.write().identifier);
  for (int failures = 0;;) {
    {
      const std::lock_guard guard(*lock);
      auto publication = FLOE_TRY(committer.attempt(session));
      if (!publication.has_value()) return committer.result_json();
      const auto outcome = FLOE_TRY(publish(store, session, &*publication));
      if (outcome == Outcome::kDone) {
        committer.finish(session, *publication);
        return committer.result_json();
      }
      committer.discard_attempt(session);
    }
    if (policy.wait(session, ++failures)) continue;
    if (session.is_cancelled()) return cancelled();
    return gave_up(committer.write(), failures);
  }
}

Result<std::string> commit_or_clean_up(TableStore& store, const Session& session, Committer& committer) {
  auto result = commit_with_retries(store, session, committer);
  if (result.has_value()) return result;
  committer.clean_up(session, result.error());
  return with_damaged_file_finding(std::move(result).error(), committer.write().identifier.to_string());
}

std::string error_json(const Error& error) {
  JsonText out;
  out.begin_object().key("error").begin_object().key("code").text(error_code_name(error.code));
  out.key("message").text(error.to_string()).end_object().end_object();
  return std::move(out).take();
}

std::string results_json(const std::vector<std::string>& results, bool is_atomic) {
  JsonText out;
  out.begin_object().key("results").begin_array();
  for (const auto& result : results)
    out.raw(result);
  out.end_array().key("atomic").boolean(is_atomic).end_object();
  return std::move(out).take();
}

// One attempt for all tables. True: published (or nothing to do).
Result<bool> attempt_all(TableStore& store, const Session& session, std::vector<Committer>& committers) {
  std::vector<std::optional<Publication>> publications;
  publications.reserve(committers.size());
  std::vector<Publication*> wanted;
  for (auto& committer : committers)
    publications.push_back(FLOE_TRY(committer.attempt(session)));
  for (auto& publication : publications) {
    if (publication.has_value()) wanted.push_back(&*publication);
  }
  if (!wanted.empty()) {
    const auto outcome = FLOE_TRY(publish_all(store, session, wanted));
    if (outcome == Outcome::kConflict) return false;
  }
  for (std::size_t i = 0; i < committers.size(); ++i) {
    if (publications[i].has_value()) committers[i].finish(session, *publications[i]);
  }
  return true;
}

Status commit_together(TableStore& store, const Session& session, std::vector<Committer>& committers) {
  for (auto& committer : committers)
    FLOE_TRY(committer.prepare(session));
  RetryPolicy policy(store.options(), committers.front().properties());
  for (int failures = 0;;) {
    if (FLOE_TRY(attempt_all(store, session, committers))) return ok();
    for (auto& committer : committers)
      committer.discard_attempt(session);
    if (policy.wait(session, ++failures)) continue;
    if (session.is_cancelled()) return cancelled();
    return gave_up(committers.front().write(), failures);
  }
}

Status check_distinct(const std::vector<PendingWrite>& writes) {
  std::set<std::string> seen;
  for (const auto& write : writes) {
    if (!seen.insert(write.identifier.to_json()).second) {
      return failf(ErrorCode::kInvalidArgument, "table `{}` is written twice in one transaction",
                   write.identifier.to_string());
    }
  }
  return ok();
}

}  // namespace

Result<std::string> run_commit(TableStore& store, const Session& session, PendingWrite write, CommitFiles files) {
  Committer committer(store, std::move(write), std::move(files));
  return commit_or_clean_up(store, session, committer);
}

Result<std::string> run_commit_all(TableStore& store, const Session& session, std::vector<PendingWrite> writes,
                                   std::vector<CommitFiles> files) {
  if (writes.empty()) return results_json({}, true);
  FLOE_TRY(check_distinct(writes));
  const bool is_atomic = store.catalog().commits_transactions() && !store.catalog().commits_updates();
  std::vector<Committer> committers;
  committers.reserve(writes.size());
  for (std::size_t i = 0; i < writes.size(); ++i)
    committers.emplace_back(store, std::move(writes[i]), std::move(files[i]));
  std::vector<std::string> results;
  if (!is_atomic) {
    for (auto& committer : committers) {
      auto result = commit_or_clean_up(store, session, committer);
      results.push_back(result.has_value() ? *std::move(result) : error_json(result.error()));
    }
    return results_json(results, false);
  }
  if (auto status = commit_together(store, session, committers); !status.has_value()) {
    for (auto& committer : committers)
      committer.clean_up(session, status.error());
    return std::move(status).error();
  }
  for (const auto& committer : committers)
    results.push_back(committer.result_json());
  return results_json(results, true);
}

}  // namespace floe::iceberg
