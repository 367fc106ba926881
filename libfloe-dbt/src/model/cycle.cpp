#include "model/cycle.hpp"

#include <algorithm>
#include <unordered_map>

namespace floe::dbt {
namespace {

enum class Mark : std::uint8_t { kNew, kOpen, kDone };

struct Step {
  const Node* node;
  std::size_t next = 0;  // index into depends_on_nodes
};

}  // namespace

std::vector<std::vector<const Node*>> find_cycles(const Manifest& manifest) {
  std::unordered_map<const Node*, Mark> marks;
  std::vector<std::vector<const Node*>> rings;
  std::vector<Step> path;
  for (const auto& start : manifest.nodes) {
    if (marks[start.get()] != Mark::kNew) continue;
    path.push_back({start.get()});
    marks[start.get()] = Mark::kOpen;
    while (!path.empty()) {
      Step& step = path.back();
      if (step.next == step.node->depends_on_nodes.size()) {
        marks[step.node] = Mark::kDone;
        path.pop_back();
        continue;
      }
      const Node* target = manifest.find_node(step.node->depends_on_nodes[step.next++]);
      if (target == nullptr) continue;
      Mark& mark = marks[target];
      if (mark == Mark::kNew) {
        mark = Mark::kOpen;
        path.push_back({target});
      } else if (mark == Mark::kOpen) {
        const auto first =
            std::find_if(path.begin(), path.end(), [target](const Step& each) { return each.node == target; });
        std::vector<const Node*> ring;
        for (auto it = first; it != path.end(); ++it)
          ring.push_back(it->node);
        rings.push_back(std::move(ring));
      }
    }
  }
  return rings;
}

}  // namespace floe::dbt
