// Which of the versions of a table that lie in storage is the one that the catalog had.
//
// A commit writes the metadata file and then moves the catalog's pointer, from the version that it was made from. So
// the committed versions are one line, and their numbers go up by one. A file of the highest number was made from a
// committed version and holds everything that was committed until then: it is the head itself, or an attempt that was
// made from the head and never came through (a crash before the pointer was moved, or a race that was lost by a writer
// that crashed). Files of a lower number that no later version descends from are attempts that lost.
#pragma once

#include "recover/found_metadata.hpp"

#include <optional>
#include <string>
#include <vector>

namespace floe::iceberg {

struct Alternative {
  FoundMetadata metadata;
  std::string reason;  // why it may be the one, for people
};

struct Head {
  FoundMetadata metadata;
  bool is_committed = false;  // the note beside it names it, or the catalog and no later version lies there
  std::vector<Alternative> alternatives;
};

// What is known of the versions that were committed.
struct KnownVersions {
  std::optional<FoundMetadata> noted = std::nullopt;    // what the note names
  std::optional<FoundMetadata> catalog = std::nullopt;  // what the catalog names
};

// Whether `version` was made from `base`, over any number of versions between.
bool descends(const FoundMetadata& version, const FoundMetadata& base);

// `versions`: at least one, of one table or view, each readable. What is known need not be among them. The head is a
// version of the highest number that descends from the known one: of several the one that holds all snapshots of the
// others, else the newest. Alternatives are what may be the head as well: files of the same number, the known version
// when the head is the first after it, and versions of a line that branched off, as after an older catalog was
// restored and used. What both the catalog and the note name has no such branches: somebody chose it.
Head choose_head(std::vector<FoundMetadata> versions, const KnownVersions& known);

}  // namespace floe::iceberg
