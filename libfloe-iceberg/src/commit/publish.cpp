#include "commit/publish.hpp"

#include "commit/lost_commits.hpp"
#include "metadata/committed_note.hpp"
#include "metadata/metadata_file.hpp"

#include "base/fail.hpp"
#include "base/io/environment.hpp"
#include "base/io/pause.hpp"

#include <algorithm>
#include <chrono>
#include <set>

namespace floe::iceberg {

namespace {

constexpr std::int64_t kMillisecondNs = 1'000'000;
constexpr std::int64_t kDefaultRetries = 20;  // Java's 4 are few for eight writers on one machine
constexpr std::int64_t kDefaultMaxWaitMs = 5'000;

const io::Clock& system_clock() {
  static const std::unique_ptr<io::Clock> kClock = io::make_system_clock();
  return *kClock;
}

// Whether our metadata became part of the table: it is the current one, or a later one builds on it.
Result<bool> is_published(TableStore& store, const Session& session, const Publication& publication,
                          std::string* current_location) {
  const auto table = FLOE_TRY(store.load_if_exists(session, publication.identifier));
  if (!table.has_value()) return false;
  *current_location = table->metadata_location;
  if (table->metadata_location == publication.location) return true;
  const auto& log = table->metadata->metadata_log;
  return std::any_of(log.begin(), log.end(),
                     [&](const auto& entry) { return entry.metadata_file == publication.location; });
}

// Errors after which the catalog certainly kept the old state.
bool is_definite(const Error& error) {
  if (is_commit_state_unknown(error)) return false;
  switch (error.code) {
    case ErrorCode::kInvalidArgument:
    case ErrorCode::kInvalidConfig:
    case ErrorCode::kInvalidState:
    case ErrorCode::kNotFound:
    case ErrorCode::kUnauthenticated:
    case ErrorCode::kPermission:
    case ErrorCode::kUnsupported:
    case ErrorCode::kExhausted:
      return true;
    default:
      return false;
  }
}

Status send(TableStore& store, const Session& session, Publication* publication) {
  const auto& catalog = store.catalog();
  if (!publication->expected.has_value()) {
    return catalog.create_table(session, publication->identifier, publication->location);
  }
  return catalog.swap_pointer(session, {publication->identifier, publication->expected, publication->location});
}

// Codes that say nothing about whether the request was carried out.
bool may_have_happened(const Error& error) {
  return is_commit_state_unknown(error) || error.code == ErrorCode::kTimeout || error.code == ErrorCode::kCancelled ||
         error.code == ErrorCode::kInternal || error.code == ErrorCode::kPanic;
}

// For an error after which the table was not seen to have our commit.
Error unknown_state(Error error) {
  if (!may_have_happened(error)) return error;
  error.message = fmt::format("whether the commit went through is not known: {}", error.message);
  if (!is_commit_state_unknown(error)) error.details.emplace_back("commit_state", "unknown");
  return error;
}

// After an answer that leaves the outcome open. The swap is asked for again while the pointer is still the old one:
// whichever of the two requests comes first, the other one finds our own location.
Result<Outcome> settle(TableStore& store, const Session& session, Publication* publication, Error error) {
  const auto checks = property_int(publication->metadata->properties, property::kStatusChecks, 3);
  for (std::int64_t i = 0; i < std::max<std::int64_t>(1, checks); ++i) {
    std::string current;
    const auto published = is_published(store, session, *publication, &current);
    if (!published.has_value()) continue;
    if (*published) return Outcome::kDone;
    const bool is_unchanged = current == publication->expected.value_or("");
    if (!is_unchanged) return Outcome::kConflict;
    auto again = send(store, session, publication);
    if (again.has_value()) return Outcome::kDone;
    if (is_definite(again.error())) return std::move(again).error();
  }
  return unknown_state(std::move(error));
}

Result<Outcome> commit_through_server(TableStore& store, const Session& session, Publication* publication) {
  auto result =
      store.catalog().commit_table(session, publication->identifier, requirements_to_json(publication->requirements),
                                   updates_to_json(publication->updates));
  if (!result.has_value()) {
    if (result.error().code == ErrorCode::kConflict) return Outcome::kConflict;
    return std::move(result).error();
  }
  publication->location = result->metadata_location;
  if (!result->metadata.empty()) publication->metadata = FLOE_TRY(parse_table_metadata(result->metadata));
  return Outcome::kDone;
}

}  // namespace

std::int64_t now_unix_ms() { return system_clock().now_unix_ns() / kMillisecondNs; }

bool is_commit_state_unknown(const Error& error) {
  const auto* state = error.detail("commit_state");
  return state != nullptr && *state == "unknown";
}

Result<Publication> prepare_publication(TableStore& store, const Session& session, const Identifier& identifier,
                                        const LoadedTable* base, std::vector<TableUpdate> updates, std::int64_t now_ms,
                                        Artifacts* artifacts) {
  Publication publication;
  publication.identifier = identifier;
  const auto* metadata = base == nullptr ? nullptr : base->metadata.get();
  ApplyOptions options;
  options.now_ms = now_ms;
  if (base != nullptr) {
    publication.expected = base->metadata_location;
    options.base_location = base->metadata_location;
  }
  publication.metadata = FLOE_TRY(apply_updates(metadata, updates, options));
  publication.requirements = requirements_for(metadata, updates);
  publication.updates = std::move(updates);
  if (store.catalog().commits_updates()) {
    FLOE_TRY(artifacts->flush(session));
    return publication;
  }
  const auto file_options = metadata_file_options(publication.metadata->location, publication.metadata->properties);
  auto text = FLOE_TRY(write_table_metadata(*publication.metadata));
  auto encoded = FLOE_TRY(encode_metadata(std::move(text), file_options, options.base_location));
  publication.location = std::move(encoded.location);
  FLOE_TRY(artifacts->put_metadata(session, publication.location, encoded.bytes));
  FLOE_TRY(artifacts->flush(session));
  return publication;
}

Result<Outcome> publish(TableStore& store, const Session& session, Publication* publication) {
  if (session.is_cancelled()) return fail(ErrorCode::kCancelled, "cancelled before the commit");
  if (store.catalog().commits_updates()) {
    auto outcome = commit_through_server(store, session, publication);
    if (outcome.has_value() && *outcome == Outcome::kDone) store.remember(publication->location, publication->metadata);
    return outcome;
  }
  if (FLOE_TRY(check_lost_commits(store, session, *publication)) == Outcome::kConflict) return Outcome::kConflict;
  auto sent = send(store, session, publication);
  if (!sent.has_value()) {
    auto error = std::move(sent).error();
    const bool is_taken = error.code == ErrorCode::kAlreadyExists && !publication->expected.has_value();
    if (is_taken && !is_commit_state_unknown(error)) {
      // Ours from a request the catalog repeated by itself, or somebody else's.
      std::string current;
      const auto published = is_published(store, session, *publication, &current);
      if (!published.has_value()) return error;
      // A table is there now: the caller decides by its mode. A view, or nothing we can see: the error stands.
      if (!*published) return current.empty() ? Result<Outcome>(std::move(error)) : Result<Outcome>(Outcome::kConflict);
    } else if (is_definite(error)) {
      return error;
    } else {
      const auto outcome = FLOE_TRY(settle(store, session, publication, std::move(error)));
      if (outcome == Outcome::kConflict) return outcome;
    }
  }
  store.remember(publication->location, publication->metadata);
  note_committed(session, store.storage(), publication->location);
  return Outcome::kDone;
}

Result<Outcome> publish_all(TableStore& store, const Session& session, std::vector<Publication*> publications) {
  std::vector<PointerChange> changes;
  for (const auto* one : publications) {
    if (FLOE_TRY(check_lost_commits(store, session, *one)) == Outcome::kConflict) return Outcome::kConflict;
    changes.push_back({one->identifier, one->expected, one->location});
  }
  auto sent = store.catalog().commit_transaction(session, changes);
  if (!sent.has_value()) {
    auto error = std::move(sent).error();
    if (is_definite(error)) return error;
    // All or none: one table tells for all.
    std::string current;
    const auto published = is_published(store, session, *publications.front(), &current);
    if (!published.has_value()) return unknown_state(std::move(error));
    if (!*published) {
      const bool is_conflict = error.code == ErrorCode::kConflict || error.code == ErrorCode::kAlreadyExists ||
                               current != publications.front()->expected.value_or("");
      return is_conflict ? Result<Outcome>(Outcome::kConflict) : Result<Outcome>(unknown_state(std::move(error)));
    }
  }
  for (const auto* one : publications) {
    store.remember(one->location, one->metadata);
    note_committed(session, store.storage(), one->location);
  }
  return Outcome::kDone;
}

void remove_old_metadata(TableStore& store, const Session& session, const LoadedTable* base,
                         const TableMetadata& published) {
  if (base == nullptr || !property_bool(published.properties, property::kMetadataDeleteAfterCommit, false)) return;
  std::set<std::string> kept;
  for (const auto& entry : published.metadata_log)
    kept.insert(entry.metadata_file);
  std::vector<std::string> gone;
  for (const auto& entry : base->metadata->metadata_log) {
    if (!kept.contains(entry.metadata_file)) gone.push_back(entry.metadata_file);
  }
  store.storage().remove(session, gone);
}

RetryPolicy::RetryPolicy(const StoreOptions& options, const Properties& properties)
    : retries_(options.retries.value_or(property_int(properties, property::kCommitRetries, kDefaultRetries))),
      min_wait_ms_(options.min_wait_ms.value_or(property_int(properties, property::kCommitMinWaitMs, 100))),
      max_wait_ms_(
          options.max_wait_ms.value_or(property_int(properties, property::kCommitMaxWaitMs, kDefaultMaxWaitMs))),
      total_ms_(property_int(properties, property::kCommitTotalTimeoutMs, 1'800'000)),
      started_ns_(system_clock().monotonic_ns()) {}

bool RetryPolicy::wait(const Session& session, int failures) {
  if (failures > retries_) return false;
  std::int64_t wait_ms = std::max<std::int64_t>(0, min_wait_ms_);
  for (int i = 1; i < failures && wait_ms < max_wait_ms_; ++i)
    wait_ms *= 2;
  wait_ms = std::min(wait_ms, max_wait_ms_);
  // Half of it at random, so that committers that met once do not meet again.
  const auto random = static_cast<std::uint64_t>(random_snapshot_id());
  wait_ms = wait_ms / 2 + static_cast<std::int64_t>(random % static_cast<std::uint64_t>(wait_ms / 2 + 1));
  if ((system_clock().monotonic_ns() - started_ns_) / kMillisecondNs + wait_ms > total_ms_) return false;
  return io::pause(std::chrono::milliseconds(wait_ms), [&] { return session.is_cancelled(); });
}

}  // namespace floe::iceberg
