#include "config/governance.hpp"

#include "condition/condition.hpp"

#include "base/json/json.hpp"
#include "base/text/pattern.hpp"
#include "base/text/text.hpp"
#include "base/time/civil.hpp"
#include "base/yaml/to_json.hpp"

#include <fmt/format.h>

#include <algorithm>

namespace floe::config {
namespace {

AppliesTo read_applies_to(const yaml::Node& node) {
  return {member_text_or(node, "applies_to", "*"), member_text(node, "layer")};
}

CustomRule read_rule(const yaml::Node& node) {
  const std::string type = member_text(node, "type");
  CustomRule rule;
  rule.applies_to = read_applies_to(node);
  if (type == "require_tags_for_prefix") {
    rule.prefix = member_text(node, "prefix");
    rule.words = member_texts(node, "required_tags");
  } else if (type == "require_meta_field") {
    rule.type = RuleType::kMeta;
    rule.field = member_text(node, "field");
    rule.is_required = member_flag_or(node, "required", true);
  } else {
    rule.type = RuleType::kTests;
    rule.words = member_texts(node, "test_types");
    rule.minimum_columns = member_integer_or(node, "min_columns", 1);
  }
  return rule;
}

PolicyDefinition read_definition(const yaml::Node& node) {
  PolicyDefinition definition;
  definition.name = member_text(node, "name");
  definition.span = node.get("name")->span;
  definition.message = member_text(node, "message");
  definition.action = parse_action(member_text(node, "action"));
  definition.applies_to = read_applies_to(node);
  const std::string type = member_text(node, "type");
  const yaml::Node& config = *node.get("config");
  if (type == "required_tags") {
    definition.tags = member_texts(config, "required_tags");
  } else if (type == "naming_convention") {
    definition.type = DefinitionType::kPattern;
    definition.text = member_text(config, "pattern");
  } else if (type == "max_transforms") {
    definition.type = DefinitionType::kMaxTransforms;
    definition.threshold = member_integer_or(config, "threshold", 0);
  } else {
    definition.type = DefinitionType::kCondition;
    definition.text = member_text(config, "condition");
  }
  return definition;
}

std::int32_t code_points(std::string_view bytes) {
  return static_cast<std::int32_t>(
      std::count_if(bytes.begin(), bytes.end(), [](char c) { return (c & 0xC0) != 0x80; }));
}

// Part of a scalar in its file, when it is written there as it is: on one line and without escapes.
std::optional<Span> part_of(const yaml::Node& node, std::size_t begin, std::size_t end) {
  const std::int32_t quotes = node.quoted ? 1 : 0;
  const bool is_verbatim = node.span.end_line == node.span.line &&
                           node.span.end_column - node.span.column == code_points(node.text) + 2 * quotes;
  if (!is_verbatim) return std::nullopt;
  const std::string_view text = node.text;
  Span span = node.span;
  span.column += quotes + code_points(text.substr(0, begin));
  span.end_column = span.column + std::max(1, code_points(text.substr(begin, end - begin)));
  return span;
}

class Reader {
 public:
  Reader(PlatformManifest* manifest, DiagnosticSink& sink) : manifest_(*manifest), sink_(sink) {}

  void read(const yaml::Node& governance) {
    each(governance, "custom_rules", [&](const yaml::Node& node, const std::string& address) {
      manifest_.custom_rules.push_back(read_rule(node));
      check_layer_member(node, address);
    });
    each(governance, "policies", [&](const yaml::Node& node, const std::string& address) {
      manifest_.definitions.push_back(read_definition(node));
      check_layer_member(node, address);
      check_definition(manifest_.definitions.back(), *node.get("config"), address + ".config");
    });
    each(governance, "policy_overrides",
         [&](const yaml::Node& node, const std::string& address) { read_override(node, address); });
    check_layer_keys(governance, "quality_gates", "layer_thresholds");
    check_layer_keys(governance, "classification", "layers");
  }

 private:
  template <class Body>
  static void each(const yaml::Node& governance, const std::string& key, Body&& body) {
    const yaml::NodePtr list = governance.get(key);
    if (list == nullptr) return;
    for (std::size_t i = 0; i < list->items.size(); ++i)
      body(*list->items[i], fmt::format("governance.{}[{}]", key, i));
  }

  void check_layer_member(const yaml::Node& node, const std::string& address) {
    if (const yaml::NodePtr layer = node.get("layer")) check_layer(layer->text, layer->span, address + ".layer");
  }

  // A mapping whose keys are layers. A platform without layers says so at the pattern.
  void check_layer_keys(const yaml::Node& governance, const std::string& section, const std::string& key) {
    const yaml::NodePtr owner = governance.get(section);
    const yaml::NodePtr by_layer = owner == nullptr ? nullptr : owner->get(key);
    if (by_layer == nullptr || manifest_.layers.empty()) return;
    for (const yaml::Entry& entry : by_layer->entries)
      check_layer(entry.key, entry.key_span, fmt::format("governance.{}.{}.{}", section, key, entry.key));
  }

  void check_layer(const std::string& layer, const Span& span, const std::string& address) {
    std::vector<std::string> names;
    names.reserve(manifest_.layers.size());
    for (const Layer& known : manifest_.layers)
      names.push_back(known.name);
    if (std::find(names.begin(), names.end(), layer) != names.end()) return;
    auto diagnostic = error_diagnostic("FLOE-E0302", "unknown-layer", fmt::format("there is no layer `{}`", layer))
                          .at(span)
                          .addressed(address);
    if (names.empty()) {
      diagnostic.notes.emplace_back("the platform has no layers");
    } else {
      diagnostic.notes.push_back("layers: " + text::join(names, ", "));
    }
    if (const auto near = text::nearest(layer, names)) diagnostic.helps.push_back(fmt::format("write `{}`", *near));
    sink_.report(std::move(diagnostic));
  }

  void check_definition(const PolicyDefinition& definition, const yaml::Node& config, const std::string& address) {
    if (definition.type == DefinitionType::kPattern)
      check_regular_expression(*config.get("pattern"), address + ".pattern", sink_);
    if (definition.type != DefinitionType::kCondition) return;
    policy::ConditionProblem problem;
    if (policy::Condition::parse(definition.text, &problem)) return;
    const yaml::Node& node = *config.get("condition");
    const auto part = part_of(node, problem.begin, problem.end);
    auto diagnostic = error_diagnostic("FLOE-E0766", "malformed-condition",
                                       fmt::format("policy `{}` has a condition that cannot be read: {}",
                                                   definition.name, problem.message))
                          .at(part.value_or(node.span))
                          .addressed(address + ".condition");
    if (!part) {
      const std::size_t end = std::min(problem.begin + 40, definition.text.size());
      diagnostic.notes.push_back(
          fmt::format("at `{}`", text::trim(std::string_view(definition.text).substr(problem.begin, end))));
    }
    sink_.report(std::move(diagnostic).help("docs/reference/conditions.md has the grammar and the functions"));
  }

  void read_override(const yaml::Node& node, const std::string& address) {
    PolicyOverride out;
    out.pattern = member_text(node, "pattern");
    out.excludes = member_text(node, "action") == "exclude";
    out.reason = member_text(node, "reason");
    out.policy_types = member_texts(node, "policy_types");
    out.span = node.get("pattern")->span;
    if (const yaml::NodePtr expires = node.get("expires")) {
      out.expires = time::parse_date(expires->text);
      out.span = expires->span;
      if (!out.expires) {
        sink_.report(
            error_diagnostic("FLOE-E0205", "malformed-value", fmt::format("`{}.expires` is not well formed", address))
                .at(expires->span, "no day of the calendar")
                .addressed(address + ".expires"));
      }
    }
    manifest_.overrides.push_back(std::move(out));
  }

  PlatformManifest& manifest_;
  DiagnosticSink& sink_;
};

}  // namespace

namespace {

void read_scanning(const yaml::Node& node, SecretScanning* out, DiagnosticSink& sink) {
  out->is_enabled = member_flag_or(node, "enabled", false);
  out->action = parse_action(member_text(node, "severity"));
  out->excluded = member_texts(node, "exclude_patterns");
  const yaml::NodePtr patterns = node.get("custom_patterns");
  if (patterns == nullptr) return;
  for (std::size_t i = 0; i < patterns->items.size(); ++i) {
    const yaml::Node& item = *patterns->items[i];
    out->patterns.push_back(
        {member_text(item, "name"), member_text(item, "pattern"), parse_action(member_text(item, "severity"))});
    check_regular_expression(*item.get("pattern"),
                             fmt::format("governance.secret_scanning.custom_patterns[{}].pattern", i), sink);
  }
}

}  // namespace

void read_security(const yaml::Node& governance, PlatformManifest* manifest, DiagnosticSink& sink) {
  if (const yaml::NodePtr node = governance.get("secret_scanning")) {
    read_scanning(*node, &manifest->secret_scanning, sink);
  }
  if (const yaml::NodePtr node = governance.get("rbac")) {
    manifest->compile_access = {member_flag_or(*node, "enabled", false), member_text(*node, "required_role"),
                                member_flag_or(*node, "allow_principal_fallback", true)};
  }
  if (const yaml::NodePtr node = governance.get("network_policies")) {
    const yaml::NodePtr egress = node->get("custom_egress_rules");
    manifest->network = {member_flag_or(*node, "enabled", false), member_flag_or(*node, "default_deny", true),
                         egress == nullptr ? "[]" : to_json(yaml::to_json_value(*egress))};
  }
}

void read_governance_lists(const yaml::Node& governance, PlatformManifest* manifest, DiagnosticSink& sink) {
  Reader(manifest, sink).read(governance);
}

void check_regular_expression(const yaml::Node& node, const std::string& address, DiagnosticSink& sink) {
  const auto pattern = text::Pattern::parse(node.text);
  if (pattern) return;
  sink.report(
      error_diagnostic(
          "FLOE-E0704", "malformed-pattern",
          fmt::format("`{}` is no regular expression that floe takes: {}", address, pattern.error().message))
          .at(node.span)
          .help("write a regular expression such as `stg_[a-z0-9_]+`; references back to groups (`\\1`) are not taken")
          .addressed(address));
}

}  // namespace floe::config
