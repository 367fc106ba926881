#include "rules/inheritance/merge.hpp"

#include "base/json/json.hpp"
#include "base/yaml/to_json.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <memory>
#include <optional>

namespace floe::inheritance {
namespace {

using config::Inherit;
using config::Key;
using config::Shape;
using config::ShapeKind;
using yaml::Node;
using yaml::NodePtr;

std::string shown(const Node& node) { return node.is_scalar() ? node.text : to_json(yaml::to_json_value(node)); }

class Merger {
 public:
  explicit Merger(DiagnosticSink& sink) : sink_(sink) {}

  NodePtr merge_object(const Node& parent, const Node& child, const Shape& shape, const std::string& address) {
    auto out = std::make_shared<Node>();
    out->kind = yaml::Kind::kMapping;
    out->span = child.span;
    for (const yaml::Entry& above : parent.entries) {
      const Key* key = config::find_key(shape, above.key);
      const yaml::Entry* below = child.find(above.key);
      if (key != nullptr && key->inherit == Inherit::kOwn) continue;
      const bool stays = below == nullptr || (key != nullptr && is_assumed(*below, *key));
      yaml::Entry entry = stays ? above : *below;
      if (!stays) {
        entry.value = key == nullptr ? merge_map_entry(above.value, below->value, shape, address + above.key)
                                     : merge_value(above.value, below->value, *key, address + above.key);
      }
      out->entries.push_back(std::move(entry));
    }
    for (const yaml::Entry& below : child.entries) {
      const Key* key = config::find_key(shape, below.key);
      const bool is_own = key != nullptr && key->inherit == Inherit::kOwn;
      if (!is_own && parent.find(below.key) != nullptr) continue;
      if (key != nullptr && !is_own) check_default(parent, *below.value, *key, shape, address + below.key);
      out->entries.push_back(below);
    }
    out->index_entries();
    return out;
  }

 private:
  // What an alias stands for without being written (config/platform_manifest.cpp) gives way to what is above.
  static bool is_assumed(const yaml::Entry& below, const Key& key) {
    return below.key_node == nullptr && key.inherit == Inherit::kFixed;
  }

  // Objects by their members; of anything else the lower one holds.
  NodePtr merge_map_entry(const NodePtr& above, const NodePtr& below, const Shape& map, const std::string& address) {
    const bool is_object = map.element != nullptr && map.element->kind == ShapeKind::kObject;
    return is_object ? merge_object(*above, *below, *map.element, address + ".") : below;
  }

  NodePtr merge_value(const NodePtr& above, const NodePtr& below, const Key& key, const std::string& address) {
    switch (key.inherit) {
      case Inherit::kReplace:
      case Inherit::kOwn:
        return below;
      case Inherit::kMerge:
        return merge_object(*above, *below, *key.shape, address + ".");
      case Inherit::kFixed:
        if (canonical(*above, *key.shape) != canonical(*below, *key.shape)) report_fixed(*above, *below, address);
        return above;
      case Inherit::kStrengthen:
        return key.shape->kind == ShapeKind::kMap ? strengthen_map(above, below, key, address)
                                                  : strengthen(above, below, *key.shape, key, address);
      case Inherit::kSwitchOff:
        if (!above->boolean && below->boolean) report_weaker(*above, *below, key, address);
        return above->boolean ? below : above;
      case Inherit::kExtend:
        return extend(*above, *below);
      case Inherit::kNarrow:
        return narrow(*above, *below);
    }
    return below;
  }

  NodePtr strengthen(const NodePtr& above, const NodePtr& below, const Shape& shape, const Key& key,
                     const std::string& address) {
    const auto from = strength(*above, shape);
    const auto to = strength(*below, shape);
    if (!from || !to || *to >= *from) return below;
    report_weaker(*above, *below, key, address);
    return above;
  }

  NodePtr strengthen_map(const NodePtr& above, const NodePtr& below, const Key& key, const std::string& address) {
    auto out = std::make_shared<Node>(*below);
    for (const yaml::Entry& parent : above->entries) {
      const auto found = std::find_if(out->entries.begin(), out->entries.end(),
                                      [&](const yaml::Entry& entry) { return entry.key == parent.key; });
      if (found == out->entries.end()) {
        out->entries.push_back(parent);
        continue;
      }
      found->value =
          strengthen(parent.value, found->value, *key.shape->element, key, fmt::format("{}.{}", address, parent.key));
    }
    out->index_entries();
    return out;
  }

  // What a group leaves out that is set above has its default there, and that is inherited too. Where a group is
  // switched on by a key of its own, check_override_scope looks at it.
  void check_default(const Node& parent, const Node& below, const Key& key, const Shape& group,
                     const std::string& address) {
    const bool is_ordered = key.inherit == Inherit::kStrengthen || key.inherit == Inherit::kSwitchOff;
    if (!is_ordered || key.default_value.empty() || config::find_key(group, "enabled") != nullptr) return;
    Node inherited;
    inherited.kind = below.kind;
    inherited.text = std::string(key.default_value);
    inherited.boolean = key.default_value == "true";
    const auto from = strength(inherited, *key.shape);
    const auto to = strength(below, *key.shape);
    const bool is_weaker =
        key.inherit == Inherit::kSwitchOff ? below.boolean && !inherited.boolean : from && to && *to < *from;
    if (!is_weaker) return;
    if (!parent.entries.empty()) inherited.span = parent.entries.front().key_span;
    report_weaker(inherited, below, key, address, "set above, without it");
  }

  static bool has_item(const Node& list, const Node& wanted) {
    const json::value value = yaml::to_json_value(wanted);
    return std::any_of(list.items.begin(), list.items.end(),
                       [&](const NodePtr& item) { return yaml::to_json_value(*item) == value; });
  }

  static NodePtr extend(const Node& above, const Node& below) {
    auto out = std::make_shared<Node>(above);
    std::copy_if(below.items.begin(), below.items.end(), std::back_inserter(out->items),
                 [&](const NodePtr& item) { return !has_item(above, *item); });
    return out;
  }

  static NodePtr narrow(const Node& above, const Node& below) {
    auto out = std::make_shared<Node>(below);
    std::erase_if(out->items, [&](const NodePtr& item) { return !has_item(above, *item); });
    return out;
  }

  void report_weaker(const Node& above, const Node& below, const Key& key, const std::string& address,
                     const char* what_is_above = "set above") {
    const std::string change = fmt::format("`{}` would go from `{}` to `{}`", address, shown(above), shown(below));
    Diagnostic diagnostic =
        key.is_security ? overridden_security(change)
                        : error_diagnostic("FLOE-E0322", "policy-weakened", "a policy cannot be weakened: " + change);
    sink_.report(std::move(diagnostic)
                     .at(yaml::head_span(below), "weaker")
                     .beside(yaml::head_span(above), what_is_above)
                     .note("a manifest may make what it inherits stricter, never weaker")
                     .help(fmt::format("remove it, or have `{}` changed where it is set", address))
                     .addressed(address));
  }

  void report_fixed(const Node& above, const Node& below, const std::string& address) {
    sink_.report(error_diagnostic("FLOE-E0323", "inherited-setting-changed",
                                  fmt::format("`{}` is set above and cannot be changed here", address))
                     .at(yaml::head_span(below), "another value")
                     .beside(yaml::head_span(above), "set above")
                     .help(fmt::format("remove it, or have `{}` changed where it is set", address))
                     .addressed(address));
  }

  DiagnosticSink& sink_;
};

}  // namespace

Diagnostic overridden_security(std::string_view change) {
  return error_diagnostic("FLOE-E0321", "security-policy-overridden",
                          fmt::format("Cannot override security policy: {}", change));
}

json::value canonical(const Node& node, const Shape& shape) {
  if (!node.is_scalar() || shape.short_form == nullptr) return yaml::to_json_value(node);
  if (!shape.short_key.empty()) return json::object{{shape.short_key, yaml::to_json_value(node)}};
  return json::array{yaml::to_json_value(node)};
}

std::optional<double> strength(const Node& node, const Shape& shape) {
  switch (shape.kind) {
    case ShapeKind::kChoice: {
      const auto found = std::find(shape.choices.begin(), shape.choices.end(), node.text);
      if (found == shape.choices.end()) return std::nullopt;
      return static_cast<double>(found - shape.choices.begin());
    }
    case ShapeKind::kBoolean:
      return node.boolean ? 1 : 0;
    case ShapeKind::kInteger:
      return static_cast<double>(node.integer);
    case ShapeKind::kNumber:
      return node.real;
    default:
      return std::nullopt;
  }
}

NodePtr merge(const NodePtr& parent, const NodePtr& child, const Shape& shape, DiagnosticSink& sink) {
  return Merger(sink).merge_object(*parent, *child, shape, "");
}

}  // namespace floe::inheritance
