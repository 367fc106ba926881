#include "rules/contract/change.hpp"

#include "rules/contract/change_table.hpp"
#include "rules/contract/service_level.hpp"
#include "rules/contract/sql_type.hpp"

#include "base/json/json.hpp"
#include "base/text/text.hpp"
#include "base/yaml/to_json.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>

namespace floe::contract {
namespace {

using yaml::Node;

std::string text_of(const Node& node) {
  return node.is_scalar() ? node.text : to_canonical_json(yaml::to_json_value(node));
}

// What a member says; nullptr when it says nothing: `false` is what every flag of ODCS is without being said.
const Node* said(const yaml::NodePtr& node) {
  const bool is_nothing = node == nullptr || node->is_null() || (node->kind == yaml::Kind::kBool && !node->boolean) ||
                          (node->is_sequence() && node->items.empty());
  return is_nothing ? nullptr : node.get();
}

std::string member(const Node& node, std::string_view key) { return config::member_text(node, key); }

// ---- which part of one contract is which of the other ----

// What a quality rule measures, without what the measure is compared with.
std::string measure_of(const Node& rule) {
  std::string out;
  for (const char* key : {"metric", "rule", "query", "engine", "implementation", "arguments"}) {
    const yaml::NodePtr value = rule.get(key);
    out += (value == nullptr ? "" : text_of(*value)) + "\n";
  }
  for (const yaml::Entry& entry : rule.entries) {
    if (entry.key.starts_with("must")) out += entry.key;
  }
  return member(rule, "type") == "text" ? out + member(rule, "description") : out;
}

bool is_same_rule(const Node& one, const Node& other) {
  for (const char* key : {"id", "name"}) {
    if (said(one.get(key)) != nullptr && said(other.get(key)) != nullptr) return member(one, key) == member(other, key);
  }
  return measure_of(one) == measure_of(other);
}

bool is_same_relationship(const Node& one, const Node& other) {
  return std::all_of(one.entries.begin(), one.entries.end(), [&](const yaml::Entry& entry) {
    const yaml::NodePtr there = other.get(entry.key);
    const bool is_end = entry.key == "from" || entry.key == "to";
    return !is_end || (there != nullptr && text_of(*entry.value) == text_of(*there));
  });
}

ServiceLevel level_of(const Node& node) {
  ServiceLevel level{member(node, "property"), "", member(node, "unit"), member(node, "element"), {}};
  if (const yaml::NodePtr value = node.get("value")) level.value = value->text;
  return level;
}

// A service level is the same one when it promises the same property of the same element.
std::string level_name(const Node& node) {
  const ServiceLevel level = level_of(node);
  const std::string property(service_property(level.property));
  return level.element.empty() ? property : property + " of " + level.element;
}

// The member that a part of a list is known by.
const char* name_key(Part part) {
  if (part == Part::kServer) return "server";
  return part == Part::kRole ? "role" : "name";
}

bool is_same(Part part, const Node& one, const Node& other) {
  if (part == Part::kRule) return is_same_rule(one, other);
  if (part == Part::kRelationship) return is_same_relationship(one, other);
  if (part == Part::kServiceLevel) return text::equals_ignore_case_ascii(level_name(one), level_name(other));
  return text::equals_ignore_case_ascii(member(one, name_key(part)), member(other, name_key(part)));
}

// ---- what is said of it ----

// A part of a contract in messages, and where it is.
struct Place {
  std::string address;  // orders.id
  std::string subject;  // `orders.id`
  Span span;
};

std::string rule_name(const Node& rule) {
  for (const char* key : {"name", "id", "metric", "rule", "engine", "query", "description"}) {
    if (const std::string text = member(rule, key); !text.empty()) return text;
  }
  return "without a name";
}

Place place_of(Part part, const Node& node, const Place& around) {
  const auto inside = [&](std::string_view name) {
    return around.address.empty() ? std::string(name) : fmt::format("{}.{}", around.address, name);
  };
  const std::string of = around.address.empty() ? "" : " of " + around.subject;
  const yaml::NodePtr key = node.get(part == Part::kServiceLevel ? "value" : name_key(part));
  const Span span = key == nullptr ? node.span : key->span;
  switch (part) {
    case Part::kRule:
      return {inside("quality"), fmt::format("quality rule `{}`{}", rule_name(node), of), node.span};
    case Part::kRelationship:
      return {inside("relationships"), fmt::format("the relationship{} to `{}`", of, text_of(*node.get("to"))),
              node.span};
    case Part::kServiceLevel:
      return {"slaProperties." + std::string(service_property(member(node, "property"))), level_name(node), span};
    case Part::kServer:
    case Part::kRole: {
      const std::string name = member(node, name_key(part));
      return {fmt::format("{}s.{}", name_key(part), name), fmt::format("{} `{}`", name_key(part), name), span};
    }
    default: {
      std::string address = inside(member(node, "name"));
      return {address, "`" + address + "`", span};
    }
  }
}

Place place_of_member(std::string_view key, const Node& node, const Place& around) {
  // Options are told as members of their property.
  if (key == "logicalTypeOptions") return {around.address, around.subject, node.span};
  std::string address = around.address.empty() ? std::string(key) : fmt::format("{}.{}", around.address, key);
  std::string subject = "`" + address + "`";
  return {std::move(address), std::move(subject), node.span};
}

// `orders.id` is now required; "" when the member is no flag with a word.
std::string flag_message(std::string_view key, const Place& at, bool is_set) {
  constexpr std::array<std::pair<std::string_view, std::string_view>, 4> kWords{
      {{"required", "required"}, {"unique", "unique"}, {"primaryKey", "a primary key"}, {"deprecated", "deprecated"}}};
  for (const auto& [flag, word] : kWords) {
    if (flag == key) return fmt::format("{} is {} {}", at.subject, is_set ? "now" : "no longer", word);
  }
  return "";
}

std::string value_words(const Node* value) { return value == nullptr ? "not said" : "`" + text_of(*value) + "`"; }

std::string value_message(Part part, std::string_view key, const Place& at, const Node* before, const Node* after) {
  const bool is_table = part == Part::kObject;
  std::string what = fmt::format("the {} of {}", key, at.subject);
  if (key == "logicalType") what = at.subject;
  if (key == "physicalType" && !is_table) what = fmt::format("the type of {} in the table", at.subject);
  if (key == "physicalName") what = fmt::format("the {} of {}", is_table ? "table" : "column", at.subject);
  return fmt::format("{} is {}, it was {}", what, value_words(after), value_words(before));
}

// ---- what it means ----

ChangeKind by_number(const Node& before, const Node& after, bool higher_breaks) {
  const auto older = plain_number(before.text);
  const auto newer = plain_number(after.text);
  bool is_higher = false;
  if (older && newer) {
    is_higher = *newer > *older;
  } else if (before.text.size() == after.text.size()) {
    is_higher = after.text > before.text;  // dates and times
  } else {
    return ChangeKind::kBreaking;
  }
  return is_higher == higher_breaks ? ChangeKind::kBreaking : ChangeKind::kAdditive;
}

// Values of an `enum`.
ChangeKind by_values(const Node& before, const Node& after) {
  const auto has = [&](const Node& list, const std::string& wanted) {
    return std::any_of(list.items.begin(), list.items.end(),
                       [&](const yaml::NodePtr& each) { return text_of(*each->get("value")) == wanted; });
  };
  const bool is_same = before.items.size() == after.items.size();
  for (const yaml::NodePtr& each : before.items) {
    if (!has(after, text_of(*each->get("value")))) return ChangeKind::kBreaking;
  }
  return is_same ? ChangeKind::kPatch : ChangeKind::kAdditive;  // the same values: their labels changed
}

// nullopt: another spelling of the same.
std::optional<ChangeKind> change_of(const Meaning& meaning, const Node* before, const Node* after) {
  if (before == nullptr) return meaning.added;
  if (after == nullptr) return meaning.removed;
  if (text_of(*before) == text_of(*after)) return std::nullopt;
  switch (meaning.compare) {
    case Compare::kLowerBreaks:
      return by_number(*before, *after, false);
    case Compare::kHigherBreaks:
      return by_number(*before, *after, true);
    case Compare::kType: {
      const TypeChange change = compare_types(before->text, after->text);
      if (change == TypeChange::kNone) return std::nullopt;
      return change == TypeChange::kWider ? ChangeKind::kAdditive : ChangeKind::kBreaking;
    }
    case Compare::kName:
      if (text::equals_ignore_case_ascii(before->text, after->text)) return std::nullopt;
      return meaning.changed;
    case Compare::kStatus:
      return status_change(before->text, after->text);
    case Compare::kValues:
      return by_values(*before, *after);
    default:
      return meaning.changed;
  }
}

class Comparison {
 public:
  std::vector<Change> run(const Node& older, const Node& newer) {
    compare_members(Part::kContract, older, newer, {"", "the contract", newer.span});
    return std::move(changes_);
  }

 private:
  void add(ChangeKind kind, const Place& at, std::string message, const Span& span) {
    changes_.push_back({kind, at.address, std::move(message), span});
  }

  // In the order of the newer one; what only the older one has comes behind.
  void compare_members(Part part, const Node& before, const Node& after, const Place& at) {
    for (const yaml::Entry& entry : after.entries)
      compare_member(part, entry.key, before, after, at);
    for (const yaml::Entry& entry : before.entries) {
      if (after.find(entry.key) == nullptr) compare_member(part, entry.key, before, after, at);
    }
    if (part == Part::kServiceLevel) compare_level(level_of(before), level_of(after), at);
  }

  void compare_member(Part part, const std::string& key, const Node& before, const Node& after, const Place& at) {
    static const Node kNothing;
    const Meaning* known = find_meaning(part, key);
    const Meaning& meaning = known == nullptr ? other_meaning(part) : *known;
    const bool is_named = meaning.compare == Compare::kName;
    const Node* older = said(is_named && before.find(key) == nullptr ? before.get("name") : before.get(key));
    const Node* newer = said(is_named && after.find(key) == nullptr ? after.get("name") : after.get(key));
    const Node& place = newer != nullptr ? *newer : (older != nullptr ? *older : kNothing);
    if (meaning.compare == Compare::kIgnored || (older == nullptr && newer == nullptr)) return;
    if (meaning.compare == Compare::kParts)
      return compare_parts(meaning, older == nullptr ? kNothing : *older, newer == nullptr ? kNothing : *newer, at);
    if (meaning.compare == Compare::kPart) {
      return compare_members(meaning.part, older == nullptr ? kNothing : *older, newer == nullptr ? kNothing : *newer,
                             place_of_member(key, place, at));
    }
    // Another logical type has another physical type.
    if (part == Part::kProperty && key == "physicalType" && has_other_type(before, after)) return;
    const auto kind = change_of(meaning, older, newer);
    if (kind) add(*kind, at, message(*kind, part, key, at, older, newer), newer == nullptr ? at.span : newer->span);
  }

  static bool has_other_type(const Node& before, const Node& after) {
    const std::string older = member(before, "logicalType");
    return !older.empty() && older != member(after, "logicalType");
  }

  static std::string message(ChangeKind kind, Part part, std::string_view key, const Place& at, const Node* before,
                             const Node* after) {
    std::string out = flag_message(key, at, after != nullptr);
    if (!out.empty()) return out;
    if (kind == ChangeKind::kPatch) return fmt::format("the {} of {} changed", key, at.subject);
    return value_message(part, key, at, before, after);
  }

  void compare_parts(const Meaning& meaning, const Node& older, const Node& newer, const Place& around) {
    const auto find = [&](const Node& list, const Node& wanted) {
      const auto found = std::find_if(list.items.begin(), list.items.end(),
                                      [&](const yaml::NodePtr& each) { return is_same(meaning.part, *each, wanted); });
      return found == list.items.end() ? nullptr : found->get();
    };
    for (const yaml::NodePtr& after : newer.items) {
      const Place at = place_of(meaning.part, *after, around);
      const Node* before = find(older, *after);
      if (before == nullptr) {
        add(meaning.added, at, at.subject + " was added", at.span);
      } else {
        compare_members(meaning.part, *before, *after, at);
      }
    }
    for (const yaml::NodePtr& before : older.items) {
      if (find(newer, *before) != nullptr) continue;
      const Place at = place_of(meaning.part, *before, around);
      add(meaning.removed, at, at.subject + " was removed", at.span);
    }
  }

  void compare_level(const ServiceLevel& before, const ServiceLevel& after, const Place& at) {
    const Strength strength = compare_service_levels(before, after);
    if (strength == Strength::kEqual) return;
    add(strength == Strength::kStronger ? ChangeKind::kAdditive : ChangeKind::kBreaking, at,
        fmt::format("{} is {}{}, it was {}{}", at.subject, after.value, after.unit, before.value, before.unit),
        at.span);
  }

  std::vector<Change> changes_;
};

// Where a step begins in the numbers of a version. Below 1.0 the second number counts as the first.
std::size_t number_of_step(const Version& version, ChangeKind kind) {
  const std::size_t first = version.numbers[0] > 0 ? 0 : 1;
  return kind == ChangeKind::kBreaking ? first : first + 1;
}

// The least numbers that may follow with such changes. A pre-release of a step has taken it already.
std::array<int, 3> next_numbers(const Version& older, ChangeKind kind) {
  std::array<int, 3> next = older.numbers;
  if (kind == ChangeKind::kPatch) return next;
  const std::size_t step = number_of_step(older, kind);
  std::fill(next.begin() + static_cast<std::ptrdiff_t>(step) + 1, next.end(), 0);
  if (older.prerelease.empty() || next != older.numbers) ++next[step];
  return next;
}

}  // namespace

std::string_view change_kind_name(ChangeKind kind) {
  return kind == ChangeKind::kBreaking ? "breaking" : (kind == ChangeKind::kAdditive ? "additive" : "patch");
}

std::string_view version_step(ChangeKind kind) {
  return kind == ChangeKind::kBreaking ? "major" : (kind == ChangeKind::kAdditive ? "minor" : "patch");
}

std::vector<Change> compare_contracts(const Contract& older, const Contract& newer) {
  return Comparison().run(*older.root, *newer.root);
}

bool takes_step(const Version& older, const Version& newer, ChangeKind kind) {
  return newer >= older && newer.numbers >= next_numbers(older, kind);
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
  if (takes_step(*before, *after, worst)) return;
  auto diagnostic = error_diagnostic("FLOE-E0375", "contract-version-step",
                                     fmt::format("contract `{}` has {} changes: version {} does not follow {}",
                                                 newer.id, change_kind_name(worst), newer.version, older.version))
                        .at(newer.version_span)
                        .addressed("version");
  for (const Change& change : changes) {
    if (change.kind == worst && worst != ChangeKind::kPatch)
      diagnostic.labels.push_back({change.span, change.message, false});
  }
  const std::array<int, 3> least = next_numbers(*before, worst);
  diagnostic.helps.push_back(fmt::format("write `version: {}.{}.{}`", least[0], least[1], least[2]));
  sink.report(std::move(diagnostic));
}

// Whoever reads it fails.
void check_lost_port(const LostPort& lost, const Span& place, DiagnosticSink& sink) {
  const auto older = parse_version(lost.before);
  const auto newer = parse_version(lost.now);
  if (older && newer && takes_step(*older, *newer, ChangeKind::kBreaking)) return;
  auto diagnostic = error_diagnostic("FLOE-E0798", "port-removed",
                                     fmt::format("product `{}` {} had output port `{}`, {} has not", lost.product,
                                                 lost.before, lost.port, lost.now))
                        .at(place)
                        .note("who reads the port fails: that demands a major step")
                        .addressed("output_ports");
  if (older) {
    const std::array<int, 3> least = next_numbers(*older, ChangeKind::kBreaking);
    diagnostic.helps.push_back(fmt::format("offer the port again, or write `version: \"{}.{}.{}\"` of the product",
                                           least[0], least[1], least[2]));
  }
  sink.report(std::move(diagnostic));
}

}  // namespace floe::contract
