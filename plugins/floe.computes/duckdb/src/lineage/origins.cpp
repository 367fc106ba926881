#include "lineage/origins.hpp"

#include <array>

namespace floe::duckdb_compute {
namespace {

constexpr std::array<std::string_view, kUses> kSubtypes{
    "IDENTITY", "TRANSFORMATION", "AGGREGATION", "JOIN", "GROUP_BY", "FILTER", "SORT", "WINDOW", "CONDITIONAL"};

constexpr bool is_direct(Use use) { return use <= Use::kAggregation; }

constexpr std::uint16_t bit(Use use) { return static_cast<std::uint16_t>(1U << static_cast<unsigned>(use)); }

}  // namespace

std::string_view use_type(Use use) { return is_direct(use) ? "DIRECT" : "INDIRECT"; }

std::string_view use_subtype(Use use) { return kSubtypes[static_cast<std::size_t>(use)]; }

void Origins::add(Origin origin, Use use) { uses_[origin] |= bit(use); }

void Origins::merge(const Origins& other) {
  for (const auto& [origin, uses] : other.uses_)
    uses_[origin] |= uses;
  is_guessed_ = is_guessed_ || other.is_guessed_;
}

Origins Origins::as(Use use) const {
  Origins out;
  out.is_guessed_ = is_guessed_;
  for (const Entry& entry : entries()) {
    Use now = entry.use;
    if (is_direct(now)) now = is_direct(use) ? std::max(now, use) : use;
    out.add(entry.origin, now);
  }
  return out;
}

std::vector<Origins::Entry> Origins::entries() const {
  std::vector<Entry> list;
  for (const auto& [origin, uses] : uses_) {
    for (std::size_t i = 0; i < kUses; ++i) {
      const Use use = static_cast<Use>(i);
      if ((uses & bit(use)) != 0) list.push_back({origin, use});
    }
  }
  return list;
}

}  // namespace floe::duckdb_compute
