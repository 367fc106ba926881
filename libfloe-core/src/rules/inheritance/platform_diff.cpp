#include "rules/inheritance/platform_diff.hpp"

#include "config/platform_manifest.hpp"
#include "rules/inheritance/merge.hpp"
#include "schema/document_shapes.hpp"
#include "schema/shape.hpp"
#include "secrets/without_secrets.hpp"

#include "base/yaml/to_json.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>

namespace floe::inheritance {
namespace {

using config::Inherit;
using config::Key;
using config::Shape;
using config::ShapeKind;

// A value on one side of the comparison. What a group that holds leaves out has its default; what has none, or belongs
// to a group that does not hold, counts as the weakest value.
struct Side {
  const yaml::Node* node = nullptr;  // nullptr = not set
  bool has_group = true;
};

// Groups whose defaults hold wherever the one around them does, written or not.
constexpr std::array<std::string_view, 3> kHoldUnwritten{"governance", "governance.quality_gates",
                                                         "data_architecture.naming"};

bool holds(const Side& group, std::string_view address) {
  const bool is_known = std::find(kHoldUnwritten.begin(), kHoldUnwritten.end(), address) != kHoldUnwritten.end();
  return group.node != nullptr || (is_known && group.has_group);
}

double strength_of(const Side& side, const Key& key) {
  const Shape& shape = *key.shape;
  if (side.node != nullptr) return strength(*side.node, shape).value_or(0);
  if (side.has_group && !key.default_value.empty()) {
    yaml::Node fallback;
    fallback.text = std::string(key.default_value);
    fallback.boolean = key.default_value == "true";
    return strength(fallback, shape).value_or(0);
  }
  return shape.kind == ShapeKind::kChoice || shape.kind == ShapeKind::kBoolean ? 0 : -1;
}

Effect compared(double before, double after) {
  if (after == before) return Effect::kOther;
  return after > before ? Effect::kTightened : Effect::kLoosened;
}

// The items as data; one that is no list is a list of itself.
std::vector<json::value> items_of(const yaml::Node& node) {
  if (!node.is_sequence()) return {yaml::to_json_value(node)};
  std::vector<json::value> out;
  out.reserve(node.items.size());
  for (const yaml::NodePtr& item : node.items)
    out.push_back(yaml::to_json_value(*item));
  return out;
}

bool has_all(const std::vector<json::value>& all, const std::vector<json::value>& some) {
  return std::all_of(some.begin(), some.end(),
                     [&](const json::value& one) { return std::find(all.begin(), all.end(), one) != all.end(); });
}

// Of a list that demands something with each item. A list that is not there demands nothing.
Effect demands(const yaml::Node* before, const yaml::Node* after) {
  const auto old_items = before == nullptr ? std::vector<json::value>() : items_of(*before);
  const auto new_items = after == nullptr ? std::vector<json::value>() : items_of(*after);
  const bool keeps = has_all(new_items, old_items);
  if (keeps) return Effect::kTightened;
  return has_all(old_items, new_items) ? Effect::kLoosened : Effect::kOther;
}

Effect opposite(Effect effect) {
  if (effect == Effect::kOther) return effect;
  return effect == Effect::kTightened ? Effect::kLoosened : Effect::kTightened;
}

// Of a list that allows what it names. A list that is not there allows everything.
Effect allows(const yaml::Node* before, const yaml::Node* after) {
  if (before == nullptr) return Effect::kTightened;
  if (after == nullptr) return Effect::kLoosened;
  return opposite(demands(before, after));
}

class PlatformComparison {
 public:
  void compare(const Side& before, const Side& after, const Key& key, const std::string& address) {
    if (key.inherit == Inherit::kOwn) return;
    const Shape& shape = *key.shape;
    const bool is_tree = (shape.kind == ShapeKind::kObject || shape.kind == ShapeKind::kMap) &&
                         (before.node == nullptr || before.node->is_mapping()) &&
                         (after.node == nullptr || after.node->is_mapping());
    if (is_tree) return compare_members(before, after, key, address);
    const json::value old_value = before.node == nullptr ? json::value() : canonical(*before.node, shape);
    const json::value new_value = after.node == nullptr ? json::value() : canonical(*after.node, shape);
    if (old_value == new_value) return;
    const Effect effect = effect_of(before, after, key, address);
    changes_.push_back(
        {effect, address, policy::without_secrets(key.name, old_value), policy::without_secrets(key.name, new_value)});
  }

  std::vector<PlatformChange> take() {
    std::stable_sort(changes_.begin(), changes_.end(),
                     [](const PlatformChange& a, const PlatformChange& b) { return a.effect < b.effect; });
    return std::move(changes_);
  }

 private:
  void compare_members(const Side& before, const Side& after, const Key& key, const std::string& address) {
    std::vector<std::string> names;
    for (const yaml::Node* node : {before.node, after.node}) {
      if (node == nullptr) continue;
      for (const yaml::Entry& entry : node->entries) {
        if (std::find(names.begin(), names.end(), entry.key) == names.end()) names.push_back(entry.key);
      }
    }
    for (const std::string& name : names) {
      const yaml::NodePtr old_member = before.node == nullptr ? nullptr : before.node->get(name);
      const yaml::NodePtr new_member = after.node == nullptr ? nullptr : after.node->get(name);
      const Key* known = config::find_key(*key.shape, name);
      // Entries of a map are under the rule of the map.
      Key member = known != nullptr ? *known : key;
      if (known == nullptr) member.shape = key.shape->element != nullptr ? key.shape->element : &kUnknown;
      member.name = name;
      compare({old_member.get(), holds(before, address)}, {new_member.get(), holds(after, address)}, member,
              address.empty() ? name : fmt::format("{}.{}", address, name));
    }
  }

  static Effect effect_of(const Side& before, const Side& after, const Key& key, const std::string& address) {
    if (address.starts_with("approved_")) return allows(before.node, after.node);
    if (address == "governance.policy_overrides") return opposite(demands(before.node, after.node));
    switch (key.inherit) {
      case Inherit::kStrengthen:
        return compared(strength_of(before, key), strength_of(after, key));
      case Inherit::kSwitchOff:
        return opposite(compared(strength_of(before, key), strength_of(after, key)));
      case Inherit::kExtend:
        return demands(before.node, after.node);
      default:
        return Effect::kOther;
    }
  }

  static constexpr Shape kUnknown{.kind = ShapeKind::kAny};
  std::vector<PlatformChange> changes_;
};

}  // namespace

std::string_view effect_name(Effect effect) {
  if (effect == Effect::kOther) return "other";
  return effect == Effect::kTightened ? "tightened" : "loosened";
}

std::vector<PlatformChange> compare_platforms(const yaml::Node& before, const yaml::Node& after) {
  PlatformComparison comparison;
  const Key root{.name = "", .shape = &config::kManifestShape, .description = "", .inherit = Inherit::kMerge};
  comparison.compare({&before}, {&after}, root, "");
  return comparison.take();
}

}  // namespace floe::inheritance
