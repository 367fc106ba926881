#include "recover/choose_head.hpp"

#include <algorithm>
#include <tuple>

namespace floe::iceberg {

namespace {

constexpr const char* kSibling = "made from the same version; at most one of them was committed";
constexpr const char* kBase = "the last version that floe is known to have committed";

bool is_newer(const FoundMetadata& left, const FoundMetadata& right) {
  return std::tie(left.last_updated_ms, left.modified_ns, left.uri) >
         std::tie(right.last_updated_ms, right.modified_ns, right.uri);
}

bool holds_all_of(const FoundMetadata& left, const FoundMetadata& right) {
  return std::includes(left.snapshot_ids.begin(), left.snapshot_ids.end(), right.snapshot_ids.begin(),
                       right.snapshot_ids.end());
}

bool is_better(const FoundMetadata& left, const FoundMetadata& right) {
  const bool holds = holds_all_of(left, right);
  const bool is_held = holds_all_of(right, left);
  return holds != is_held ? holds : is_newer(left, right);
}

// Those of the highest number, the newest first.
std::vector<FoundMetadata> latest(std::vector<FoundMetadata> versions) {
  std::int64_t highest = -1;
  for (const auto& one : versions)
    highest = std::max(highest, one.number);
  std::erase_if(versions, [highest](const auto& one) { return one.number != highest; });
  std::sort(versions.begin(), versions.end(), is_newer);
  return versions;
}

// A view, and a table that keeps no log, does not name the version that it was made from.
bool may_follow(const FoundMetadata& version, const FoundMetadata& base) {
  return version.base() == base.file_name() || (version.base().empty() && version.number == base.number + 1);
}

std::size_t best_of(const std::vector<FoundMetadata>& tips, const std::optional<FoundMetadata>& committed) {
  std::size_t best = 0;
  for (std::size_t i = 0; i < tips.size(); ++i) {
    if (committed.has_value() && tips[i].uri == committed->uri) return i;
    if (i > 0 && is_better(tips[i], tips[best])) best = i;
  }
  return best;
}

}  // namespace

Head choose_head(std::vector<FoundMetadata> versions, const std::optional<FoundMetadata>& committed) {
  auto tips = latest(std::move(versions));
  const auto best = best_of(tips, committed);
  Head head;
  head.metadata = std::move(tips[best]);
  tips.erase(tips.begin() + static_cast<std::ptrdiff_t>(best));
  head.is_committed = committed.has_value() && committed->uri == head.metadata.uri;
  if (head.is_committed) return head;
  for (auto& tip : tips)
    head.alternatives.push_back({std::move(tip), kSibling});
  if (committed.has_value() && may_follow(head.metadata, *committed)) head.alternatives.push_back({*committed, kBase});
  return head;
}

}  // namespace floe::iceberg
