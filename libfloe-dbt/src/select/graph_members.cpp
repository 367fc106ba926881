#include "select/graph_members.hpp"

namespace floe::dbt {

ResourceType GraphMember::type() const {
  if (node != nullptr) return node->type;
  return source != nullptr ? ResourceType::kSource : ResourceType::kExposure;
}

const std::vector<std::string>& GraphMember::fqn() const {
  if (node != nullptr) return node->fqn;
  return source != nullptr ? source->fqn : exposure->fqn;
}

const std::vector<std::string>& GraphMember::tags() const {
  if (node != nullptr) return node->tags;
  return source != nullptr ? source->tags : exposure->tags;
}

const std::string& GraphMember::original_file_path() const {
  if (node != nullptr) return node->original_file_path;
  return source != nullptr ? source->original_file_path : exposure->original_file_path;
}

const std::string& GraphMember::package_name() const {
  if (node != nullptr) return node->package_name;
  return source != nullptr ? source->package_name : exposure->package_name;
}

GraphMembers::GraphMembers(const Manifest& manifest) {
  for (const auto& node : manifest.nodes)
    members_.push_back({node->unique_id, node.get(), nullptr, nullptr});
  for (const auto& source : manifest.sources)
    members_.push_back({source->unique_id, nullptr, source.get(), nullptr});
  for (const auto& exposure : manifest.exposures) {
    members_.push_back({exposure->unique_id, nullptr, nullptr, exposure.get()});
  }
  std::unordered_map<std::string_view, std::uint32_t> numbers;
  for (std::size_t i = 0; i < members_.size(); ++i)
    numbers.emplace(members_[i].unique_id, static_cast<std::uint32_t>(i));
  parents_.resize(members_.size());
  children_.resize(members_.size());
  for (std::size_t i = 0; i < members_.size(); ++i) {
    for (const std::string_view parent : manifest.parents(members_[i].unique_id)) {
      const auto found = numbers.find(parent);
      if (found == numbers.end()) continue;
      parents_[i].push_back(found->second);
      children_[found->second].push_back(static_cast<std::uint32_t>(i));
    }
  }
}

MemberSet GraphMembers::reach(const MemberSet& from, std::optional<int> depth, const Neighbours& next) const {
  MemberSet reached = none();
  std::vector<std::uint32_t> layer;
  for (std::size_t i = 0; i < from.size(); ++i) {
    if (from[i]) layer.push_back(static_cast<std::uint32_t>(i));
  }
  for (int step = 0; !layer.empty() && (!depth || step < *depth); ++step) {
    std::vector<std::uint32_t> next_layer;
    for (const std::uint32_t member : layer) {
      for (const std::uint32_t neighbour : next[member]) {
        if (reached[neighbour]) continue;
        reached[neighbour] = true;
        next_layer.push_back(neighbour);
      }
    }
    layer = std::move(next_layer);
  }
  return reached;
}

MemberSet GraphMembers::ancestors(const MemberSet& from, std::optional<int> depth) const {
  return reach(from, depth, parents_);
}

MemberSet GraphMembers::descendants(const MemberSet& from, std::optional<int> depth) const {
  return reach(from, depth, children_);
}

}  // namespace floe::dbt
