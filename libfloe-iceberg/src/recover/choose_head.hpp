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
  bool is_committed = false;  // known by the note beside it
  std::vector<Alternative> alternatives;
};

// `versions`: at least one, of one table or view, each readable. `committed`: the version that the note names, when it
// is there; it need not be among `versions`. Of several files of the highest number the one that the note names is the
// head, else one that holds all snapshots of the others, else the newest.
Head choose_head(std::vector<FoundMetadata> versions, const std::optional<FoundMetadata>& committed);

}  // namespace floe::iceberg
