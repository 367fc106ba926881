#include "recover/choose_head.hpp"

#include "metadata/metadata_file.hpp"

#include <algorithm>
#include <tuple>

namespace floe::iceberg {

namespace {

constexpr const char* kSibling = "made from the same version; at most one of them was committed";
constexpr const char* kBase = "the version before it, which was committed";
constexpr const char* kCatalog = "what the catalog names; the two have no later version in common";
constexpr const char* kBranch = "of another line of versions, which an older catalog began or ended";

bool is_newer(const FoundMetadata& left, const FoundMetadata& right) {
  return std::tie(left.last_updated_ms, left.modified_ns, left.uri) >
         std::tie(right.last_updated_ms, right.modified_ns, right.uri);
}

bool holds_all_of(const FoundMetadata& left, const FoundMetadata& right) {
  return std::includes(left.snapshot_ids.begin(), left.snapshot_ids.end(), right.snapshot_ids.begin(),
                       right.snapshot_ids.end());
}

bool holds_current_of(const FoundMetadata& version, const FoundMetadata& base) {
  return !base.current_snapshot_id.has_value() ||
         std::binary_search(version.snapshot_ids.begin(), version.snapshot_ids.end(), *base.current_snapshot_id);
}

bool is_better(const FoundMetadata& left, const FoundMetadata& right) {
  const bool holds = holds_all_of(left, right);
  const bool is_held = holds_all_of(right, left);
  return holds != is_held ? holds : is_newer(left, right);
}

// Those of the highest number, the best first.
std::vector<FoundMetadata> latest(std::vector<FoundMetadata> versions) {
  std::int64_t highest = -1;
  for (const auto& one : versions)
    highest = std::max(highest, one.number);
  std::erase_if(versions, [highest](const auto& one) { return one.number != highest; });
  std::sort(versions.begin(), versions.end(), is_newer);
  for (std::size_t i = 1; i < versions.size(); ++i) {
    if (is_better(versions[i], versions.front())) std::swap(versions[i], versions.front());
  }
  return versions;
}

bool is_same(const FoundMetadata& left, const FoundMetadata& right) { return left.file_name() == right.file_name(); }

bool is_same(const std::optional<FoundMetadata>& left, const std::optional<FoundMetadata>& right) {
  return left.has_value() && right.has_value() && is_same(*left, *right);
}

// The version that is certainly committed, and what stands against it.
struct Base {
  std::optional<FoundMetadata> version;
  std::optional<FoundMetadata> rival;  // the catalog's version, when the noted one is of another line
};

Base base_of(const KnownVersions& known) {
  if (!known.noted.has_value()) return {known.catalog, {}};
  if (!known.catalog.has_value() || is_same(known.noted, known.catalog)) return {known.noted, {}};
  if (descends(*known.noted, *known.catalog)) return {known.noted, {}};
  if (descends(*known.catalog, *known.noted)) return {known.catalog, {}};
  return {known.noted, known.catalog};
}

// What has a number above the base: its own line, and lines that branched off before it.
struct Later {
  std::vector<FoundMetadata> descendants;
  std::vector<FoundMetadata> others;
};

Later later_than(const FoundMetadata& base, std::vector<FoundMetadata> versions) {
  Later later;
  for (auto& one : versions) {
    if (one.number <= base.number) continue;
    (descends(one, base) ? later.descendants : later.others).push_back(std::move(one));
  }
  return later;
}

void add_alternative(const FoundMetadata& metadata, const char* reason, Head* head) {
  const auto is_there = [&](const Alternative& one) { return is_same(one.metadata, metadata); };
  if (is_same(metadata, head->metadata)) return;
  if (std::none_of(head->alternatives.begin(), head->alternatives.end(), is_there)) {
    head->alternatives.push_back({metadata, reason});
  }
}

void add_others(const std::vector<FoundMetadata>& others, const char* reason, Head* head) {
  for (const auto& one : others)
    add_alternative(one, reason, head);
}

// The first of the latest, and its siblings.
Head head_of(std::vector<FoundMetadata> versions) {
  const auto tips = latest(std::move(versions));
  Head head;
  head.metadata = tips.front();
  add_others(tips, kSibling, &head);
  return head;
}

}  // namespace

bool descends(const FoundMetadata& version, const FoundMetadata& base) {
  if (version.number <= base.number) return false;
  const auto& log = version.log;
  if (std::find(log.begin(), log.end(), base.file_name()) != log.end()) return true;
  // A view, and a table that keeps no log, does not name the versions before it; a log that was cut has the newest.
  const bool reaches_back = !log.empty() && metadata_number(log.front()) <= base.number;
  return !reaches_back && holds_current_of(version, base);
}

Head choose_head(std::vector<FoundMetadata> versions, const KnownVersions& known) {
  const auto base = base_of(known);
  if (!base.version.has_value()) return head_of(std::move(versions));
  const auto later = later_than(*base.version, std::move(versions));
  Head head;
  if (later.descendants.empty()) {
    head.metadata = *base.version;
  } else {
    head = head_of(later.descendants);
    if (head.metadata.number == base.version->number + 1) add_alternative(*base.version, kBase, &head);
  }
  if (base.rival.has_value()) add_alternative(*base.rival, kCatalog, &head);
  if (!is_same(known.noted, known.catalog)) add_others(latest(later.others), kBranch, &head);
  head.is_committed = later.descendants.empty() && head.alternatives.empty();
  return head;
}

}  // namespace floe::iceberg
