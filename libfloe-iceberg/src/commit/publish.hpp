// Makes new metadata of a table current: the one step that other readers see.
#pragma once

#include "commit/artifacts.hpp"
#include "metadata/update.hpp"
#include "table/table_store.hpp"

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

namespace floe::iceberg {

// New metadata, not published yet.
struct Publication {
  Identifier identifier;
  std::optional<std::string> expected;  // metadata location it is based on; nothing: a new table
  std::string location;                 // where the metadata is stored
  TableMetadataPtr metadata;
  // For catalogs that apply updates themselves.
  std::vector<TableRequirement> requirements;
  std::vector<TableUpdate> updates;
};

enum class Outcome : std::uint8_t { kDone, kConflict };

// Applies `updates` to `base` (null: a new table) and stores the metadata file (not for catalogs that do it).
Result<Publication> prepare_publication(TableStore& store, const Session& session, const Identifier& identifier,
                                        const LoadedTable* base, std::vector<TableUpdate> updates, std::int64_t now_ms,
                                        Artifacts* artifacts);

// kConflict: somebody else was first. kInvalidState: the catalog lost commits (lost_commits.hpp). An Error with detail
// commit_state=unknown: nobody can tell; nothing may be removed. `*publication` gets what the catalog made of it.
Result<Outcome> publish(TableStore& store, const Session& session, Publication* publication);
// One catalog transaction.
Result<Outcome> publish_all(TableStore& store, const Session& session, std::vector<Publication*> publications);

bool is_commit_state_unknown(const Error& error);
// Removes metadata files that left the metadata log, where the table asks for it.
void remove_old_metadata(TableStore& store, const Session& session, const LoadedTable* base,
                         const TableMetadata& published);

// Waiting between attempts: exponential with jitter.
class RetryPolicy {
 public:
  RetryPolicy(const StoreOptions& options, const Properties& properties);

  // Whether another attempt is allowed after `failures` failed ones; waits for it. False also when the call was
  // cancelled meanwhile.
  bool wait(const Session& session, int failures);

  [[nodiscard]] std::int64_t limit() const { return retries_; }

 private:
  std::int64_t retries_;
  std::int64_t min_wait_ms_;
  std::int64_t max_wait_ms_;
  std::int64_t total_ms_;
  std::int64_t started_ns_;
};

std::int64_t now_unix_ms();

}  // namespace floe::iceberg
