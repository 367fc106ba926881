// The resources a selection ranges over, numbered, with their edges: sets of them are bit vectors.
#pragma once

#include "model/manifest.hpp"

#include <cstdint>
#include <string_view>
#include <unordered_map>
#include <vector>

namespace floe::dbt {

struct GraphMember {
  std::string_view unique_id;
  const Node* node = nullptr;  // exactly one of the three
  const Source* source = nullptr;
  const Exposure* exposure = nullptr;

  [[nodiscard]] ResourceType type() const;
  [[nodiscard]] const std::vector<std::string>& fqn() const;
  [[nodiscard]] const std::vector<std::string>& tags() const;
  [[nodiscard]] const std::string& original_file_path() const;
  [[nodiscard]] const std::string& package_name() const;
};

using MemberSet = std::vector<bool>;  // by member number

class GraphMembers {
 public:
  explicit GraphMembers(const Manifest& manifest);

  [[nodiscard]] std::size_t size() const { return members_.size(); }

  [[nodiscard]] const GraphMember& operator[](std::size_t number) const { return members_[number]; }

  [[nodiscard]] const std::vector<std::uint32_t>& parents(std::size_t number) const { return parents_[number]; }

  [[nodiscard]] const std::vector<std::uint32_t>& children(std::size_t number) const { return children_[number]; }

  [[nodiscard]] MemberSet none() const { return MemberSet(members_.size(), false); }

  // Reachable in at most `depth` steps (nullopt: any number); members of `from` only when reached from another.
  [[nodiscard]] MemberSet ancestors(const MemberSet& from, std::optional<int> depth) const;
  [[nodiscard]] MemberSet descendants(const MemberSet& from, std::optional<int> depth) const;

 private:
  using Neighbours = std::vector<std::vector<std::uint32_t>>;
  [[nodiscard]] MemberSet reach(const MemberSet& from, std::optional<int> depth, const Neighbours& next) const;

  std::vector<GraphMember> members_;
  Neighbours parents_;
  Neighbours children_;
};

}  // namespace floe::dbt
