#include "contract/change.hpp"

#include "contract/service_level.hpp"
#include "contract/version.hpp"

#include "base/text/text.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>

namespace floe::contract {
namespace {

template <class Item, class Name>
const Item* find_named(const std::vector<Item>& items, const Item& wanted, Name name) {
  const std::string key = text::to_lower_ascii(name(wanted));
  const auto found = std::find_if(items.begin(), items.end(),
                                  [&](const Item& item) { return text::to_lower_ascii(name(item)) == key; });
  return found == items.end() ? nullptr : &*found;
}

std::string named(const auto& item) { return item.name; }

// A service level is the same one when it promises the same property of the same element.
std::string level_name(const ServiceLevel& level) {
  return level.element.empty() ? level.property : level.property + " of " + level.element;
}

// A wider physical type holds every value of the narrower one.
bool is_widened(std::string_view before, std::string_view after) {
  constexpr std::array<std::pair<std::string_view, std::string_view>, 3> kWider{
      {{"int", "long"}, {"integer", "bigint"}, {"float", "double"}}};
  const auto pair = std::pair(text::to_lower_ascii(before), text::to_lower_ascii(after));
  return std::any_of(kWider.begin(), kWider.end(),
                     [&](const auto& wider) { return wider.first == pair.first && wider.second == pair.second; });
}

class Comparison {
 public:
  std::vector<Change> run(const Contract& older, const Contract& newer) {
    compare_objects(older, newer);
    compare_levels(older, newer);
    return std::move(changes_);
  }

 private:
  void add(ChangeKind kind, std::string address, std::string message, const Span& span) {
    changes_.push_back({kind, std::move(address), std::move(message), span});
  }

  void compare_objects(const Contract& older, const Contract& newer) {
    for (const Object& object : newer.objects) {
      const Object* before = find_named(older.objects, object, named<Object>);
      if (before == nullptr) {
        add(ChangeKind::kAdditive, object.name, fmt::format("`{}` was added", object.name), object.span);
        continue;
      }
      if (before->physical_name != object.physical_name) {
        add(ChangeKind::kBreaking, object.name,
            fmt::format("the table of `{}` is `{}`, it was `{}`", object.name, object.physical_name,
                        before->physical_name),
            object.span);
      }
      compare_words(before->description, object.description, object.name, object.span);
      compare_properties(before->properties, object.properties, object.name);
    }
    for (const Object& object : older.objects) {
      if (find_named(newer.objects, object, named<Object>) != nullptr) continue;
      add(ChangeKind::kBreaking, object.name, fmt::format("`{}` was removed", object.name), object.span);
    }
  }

  void compare_properties(const std::vector<Property>& older, const std::vector<Property>& newer,
                          const std::string& address) {
    for (const Property& property : newer) {
      const std::string at = address + "." + (property.name.empty() ? "items" : property.name);
      const Property* before = find_named(older, property, named<Property>);
      if (before == nullptr) {
        add(ChangeKind::kAdditive, at, fmt::format("`{}` was added", at), property.span);
      } else {
        compare_property(*before, property, at);
      }
    }
    for (const Property& property : older) {
      if (find_named(newer, property, named<Property>) != nullptr) continue;
      const std::string at = address + "." + (property.name.empty() ? "items" : property.name);
      add(ChangeKind::kBreaking, at, fmt::format("`{}` was removed", at), property.span);
    }
  }

  void compare_property(const Property& before, const Property& after, const std::string& at) {
    if (before.logical_type != after.logical_type) {
      add(ChangeKind::kBreaking, at,
          fmt::format("`{}` is {}, it was {}", at, type_words(after.logical_type), type_words(before.logical_type)),
          after.span);
    } else if (before.physical_type != after.physical_type) {
      const bool is_harmless = is_widened(before.physical_type, after.physical_type) || before.physical_type.empty();
      add(is_harmless ? ChangeKind::kAdditive : ChangeKind::kBreaking, at,
          fmt::format("the type of `{}` in the table is {}, it was {}", at, type_words(after.physical_type),
                      type_words(before.physical_type)),
          after.span);
    }
    // Rows without a value: readers of a required column do not expect them, writers of an optional one may send them.
    compare_flag(before.is_required, after.is_required, "required", ChangeKind::kBreaking, at, after.span);
    compare_flag(before.is_unique, after.is_unique, "unique", ChangeKind::kAdditive, at, after.span);
    compare_flag(before.is_primary_key, after.is_primary_key, "a primary key", ChangeKind::kBreaking, at, after.span);
    if (before.classification != after.classification) {
      add(ChangeKind::kBreaking, at,
          fmt::format("`{}` is classified `{}`, it was `{}`", at, after.classification, before.classification),
          after.span);
    }
    compare_words(before.description, after.description, at, after.span);
    if (before.tags != after.tags) add(ChangeKind::kPatch, at, fmt::format("the tags of `{}` changed", at), after.span);
    compare_properties(before.properties, after.properties, at);
    compare_properties(before.items, after.items, at);
  }

  static std::string type_words(const std::string& type) { return type.empty() ? "not said" : "`" + type + "`"; }

  void compare_flag(bool before, bool after, const char* what, ChangeKind when_set, const std::string& at,
                    const Span& span) {
    if (before == after) return;
    add(after ? when_set : ChangeKind::kBreaking, at,
        fmt::format("`{}` is {} {}", at, after ? "now" : "no longer", what), span);
  }

  void compare_words(const std::string& before, const std::string& after, const std::string& at, const Span& span) {
    if (before != after) add(ChangeKind::kPatch, at, fmt::format("the description of `{}` changed", at), span);
  }

  void compare_levels(const Contract& older, const Contract& newer) {
    for (const ServiceLevel& level : newer.service_levels) {
      const std::string name = level_name(level);
      const std::string at = "slaProperties." + level.property;
      const ServiceLevel* before = find_named(older.service_levels, level, level_name);
      if (before == nullptr) {
        add(ChangeKind::kAdditive, at, fmt::format("{} was promised", name), level.span);
        continue;
      }
      const Strength strength = compare_service_levels(*before, level);
      if (strength == Strength::kEqual) continue;
      const bool is_stronger = strength == Strength::kStronger;
      add(is_stronger ? ChangeKind::kAdditive : ChangeKind::kBreaking, at,
          fmt::format("{} is {}{}, it was {}{}", name, level.value, level.unit, before->value, before->unit),
          level.span);
    }
    for (const ServiceLevel& level : older.service_levels) {
      if (find_named(newer.service_levels, level, level_name) != nullptr) continue;
      add(ChangeKind::kBreaking, "slaProperties." + level.property,
          fmt::format("{} is no longer promised", level_name(level)), level.span);
    }
  }

  std::vector<Change> changes_;
};

// The least version that may follow with such changes. Below 1.0 the second number counts as the first.
Version next_version(const Version& older, ChangeKind kind) {
  const bool is_released = older[0] > 0;
  if (kind == ChangeKind::kBreaking) return is_released ? Version{older[0] + 1, 0, 0} : Version{0, older[1] + 1, 0};
  if (kind == ChangeKind::kAdditive)
    return is_released ? Version{older[0], older[1] + 1, 0} : Version{0, older[1], older[2] + 1};
  return older;
}

}  // namespace

std::string_view change_kind_name(ChangeKind kind) {
  return kind == ChangeKind::kBreaking ? "breaking" : (kind == ChangeKind::kAdditive ? "additive" : "patch");
}

std::string_view version_step(ChangeKind kind) {
  return kind == ChangeKind::kBreaking ? "major" : (kind == ChangeKind::kAdditive ? "minor" : "patch");
}

std::vector<Change> compare_contracts(const Contract& older, const Contract& newer) {
  return Comparison().run(older, newer);
}

void check_version_step(const Contract& older, const Contract& newer, const std::vector<Change>& changes,
                        DiagnosticSink& sink) {
  const auto before = parse_version(older.version);
  const auto after = parse_version(newer.version);
  for (const auto& [contract, version] : {std::pair(&older, before), std::pair(&newer, after)}) {
    if (version) continue;
    sink.report(error_diagnostic("FLOE-E0205", "malformed-value", "`version` is not well formed")
                    .at(contract->version_span, "expected two or three numbers, such as 1.0.0")
                    .addressed("version"));
  }
  if (!before || !after) return;
  ChangeKind worst = ChangeKind::kPatch;
  for (const Change& change : changes)
    worst = std::max(worst, change.kind);
  const Version least = next_version(*before, worst);
  if (*after >= least) return;
  auto diagnostic = error_diagnostic("FLOE-E0375", "contract-version-step",
                                     fmt::format("contract `{}` has {} changes: version {} does not follow {}",
                                                 newer.id, change_kind_name(worst), newer.version, older.version))
                        .at(newer.version_span)
                        .addressed("version");
  for (const Change& change : changes) {
    if (change.kind == worst && worst != ChangeKind::kPatch)
      diagnostic.labels.push_back({change.span, change.message, false});
  }
  diagnostic.helps.push_back(fmt::format("write `version: {}.{}.{}`", least[0], least[1], least[2]));
  sink.report(std::move(diagnostic));
}

}  // namespace floe::contract
