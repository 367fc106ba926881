// Files a commit writes below the metadata directory, and which of them to remove when it fails.
#pragma once

#include "table/table_store.hpp"

#include <cstdint>
#include <set>
#include <string>
#include <string_view>
#include <vector>

namespace floe::iceberg {

class Artifacts {
 public:
  explicit Artifacts(TableStore& store) : store_(&store) {}

  void set_directory(std::string directory) { directory_ = std::move(directory); }

  // `<uuid>-m<counter>.avro`, the UUID tells the content; `is_reusable`: later attempts can use it as it is.
  Result<std::string> put_manifest(const Session& session, std::string_view bytes, bool is_reusable);
  // `snap-<snapshot>-<attempt>-<uuid>.avro`, likewise.
  Result<std::string> put_list(const Session& session, std::string_view bytes, std::int64_t snapshot_id, int attempt);
  Status put_metadata(const Session& session, const std::string& location, std::string_view bytes);

  // Data files that the commit will refer to; `flush` makes them durable too.
  void add_data_files(const std::vector<std::string>& uris);
  // Makes everything written so far durable, in one request: a journaling disk then waits once for all of it. Before
  // the catalog is told.
  Status flush(const Session& session);

  // What only the current attempt can use is removed; a new one begins.
  void drop_attempt(const Session& session);
  void drop_all(const Session& session);
  // The commit stands: nothing is removed any more, except manifests no snapshot refers to.
  void keep(const Session& session, const std::vector<std::string>& used_manifests);

 private:
  Status put(const Session& session, const std::string& location, std::string_view bytes, bool is_reusable);

  void forget(const Session& session, std::vector<std::string>* locations);

  TableStore* store_;
  std::string directory_;
  int manifest_counter_ = 0;
  std::set<std::string> manifests_;
  std::vector<std::string> reusable_;
  std::vector<std::string> of_attempt_;
  std::vector<std::string> unsynced_;
};

}  // namespace floe::iceberg
