#include "execute/schedule.hpp"

#include <algorithm>
#include <set>
#include <unordered_map>

namespace floe::dbt {
namespace {

using Numbers = std::unordered_map<std::string_view, std::uint32_t>;

class Builder {
 public:
  Builder(const Manifest& manifest, const std::vector<std::string_view>& selected) : manifest_(manifest) {
    for (const std::string_view id : selected) {
      Node* node = manifest.find_node(id);
      if (node == nullptr || node->is_ephemeral()) continue;
      numbers_.emplace(node->unique_id, static_cast<std::uint32_t>(schedule_.size()));
      schedule_.push_back({node, {}, 0, 0});
    }
    waits_.resize(schedule_.size());
  }

  void add_dependencies() {
    for (std::uint32_t i = 0; i < schedule_.size(); ++i) {
      std::set<std::string_view> seen;
      collect(schedule_[i].node->unique_id, i, &seen);
    }
  }

  // A test blocks the nodes below its parents once all of its parents are above them.
  void add_test_edges() {
    for (std::uint32_t test = 0; test < schedule_.size(); ++test) {
      if (schedule_[test].node->type != ResourceType::kTest) continue;
      const std::set<std::uint32_t> parents = waits_[test];
      if (parents.empty()) continue;
      for (std::uint32_t node = 0; node < schedule_.size(); ++node) {
        if (schedule_[node].node->type == ResourceType::kTest || parents.contains(node)) continue;
        const std::set<std::uint32_t>& above = ancestors(node);
        if (std::includes(above.begin(), above.end(), parents.begin(), parents.end()))
          blocked_.emplace_back(test, node);
      }
    }
    for (const auto& [test, node] : blocked_)
      waits_[node].insert(test);
  }

  std::vector<ScheduledNode> finish() {
    for (std::uint32_t i = 0; i < schedule_.size(); ++i) {
      schedule_[i].waits_for = static_cast<std::uint32_t>(waits_[i].size());
      for (const std::uint32_t before : waits_[i])
        schedule_[before].dependents.push_back(i);
    }
    std::vector<bool> done(schedule_.size(), false);
    for (std::uint32_t i = 0; i < schedule_.size(); ++i)
      weigh(i, &done);
    return std::move(schedule_);
  }

 private:
  // Nearest selected nodes above `id`.
  void collect(std::string_view id, std::uint32_t number, std::set<std::string_view>* seen) {
    for (const std::string_view parent : manifest_.parents(id)) {
      if (!seen->insert(parent).second) continue;
      const auto found = numbers_.find(parent);
      if (found != numbers_.end()) {
        waits_[number].insert(found->second);
      } else {
        collect(parent, number, seen);
      }
    }
  }

  const std::set<std::uint32_t>& ancestors(std::uint32_t number) {
    if (const auto known = ancestors_.find(number); known != ancestors_.end()) return known->second;
    std::set<std::uint32_t> all;
    for (const std::uint32_t parent : waits_[number]) {
      all.insert(parent);
      const std::set<std::uint32_t>& further = ancestors(parent);
      all.insert(further.begin(), further.end());
    }
    return ancestors_.emplace(number, std::move(all)).first->second;
  }

  void weigh(std::uint32_t number, std::vector<bool>* done) {
    if ((*done)[number]) return;
    (*done)[number] = true;
    std::uint32_t longest = 0;
    for (const std::uint32_t next : schedule_[number].dependents) {
      weigh(next, done);
      longest = std::max(longest, schedule_[next].weight + 1);
    }
    schedule_[number].weight = longest;
  }

  const Manifest& manifest_;
  Numbers numbers_;
  std::vector<ScheduledNode> schedule_;
  std::vector<std::set<std::uint32_t>> waits_;
  std::unordered_map<std::uint32_t, std::set<std::uint32_t>> ancestors_;
  std::vector<std::pair<std::uint32_t, std::uint32_t>> blocked_;
};

}  // namespace

std::vector<ScheduledNode> make_schedule(const Manifest& manifest, const std::vector<std::string_view>& selected,
                                         bool tests_block) {
  Builder builder(manifest, selected);
  builder.add_dependencies();
  if (tests_block) builder.add_test_edges();
  return builder.finish();
}

}  // namespace floe::dbt
