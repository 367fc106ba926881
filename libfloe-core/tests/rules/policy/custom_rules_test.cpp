// governance.custom_rules, policies and policy_overrides: what they find in one graph.
#include "floe_test.hpp"
#include "rules/policy/overrides.hpp"
#include "rules/policy/policy.hpp"

#include "base/diagnostics/render.hpp"
#include "base/time/civil.hpp"

#include <algorithm>
#include <map>

namespace {

using namespace floe;

struct Read {
  std::optional<config::PlatformManifest> manifest;
  std::string findings;  // concise
};

Read read(const std::string& governance) {
  const std::string text =
      "metadata: {name: acme, version: \"1.0.0\"}\n"
      "data_architecture: {pattern: medallion, naming: {enforcement: \"off\"}}\n"
      "governance:\n" +
      governance;
  config::Document document{"/p/manifest.yaml", "manifest.yaml", text, nullptr};
  DiagnosticSink sink;
  yaml::ParseOptions options;
  options.file = "manifest.yaml";
  document.root = yaml::parse(text, options, sink);
  Read out;
  if (config::check_manifest(&document, nullptr, sink)) out.manifest = config::read_manifest(*document.root, sink);
  RenderOptions render;
  render.format = DiagnosticFormat::kConcise;
  out.findings = sink.all().empty() ? "" : render_diagnostics(sink.sorted(), render);
  return out;
}

// bronze_a has nothing; gold_a has everything that the cases below ask for.
policy::ModelGraph graph() {
  policy::Model bronze{"model.shop.bronze_a", "bronze_a", "models/bronze_a.sql", "", {}, {}};
  policy::Model gold{"model.shop.gold_a", "gold_a", "models/gold_a.sql", "Orders.", {}, {"model.shop.bronze_a"}};
  gold.columns = {{"id", "Key.", true}, {"mail", "Mail.", true}};
  gold.tags = {"finance", "gold"};
  gold.meta_json = R"({"owner": "sales", "empty": " ", "hours": 24})";
  gold.tests = {{"unique", "id"}, {"not_null", "id"}, {"not_null", "mail"}, {"dbt_utils.equal_rowcount", ""}};
  gold.materialized = "table";
  return {"shop", {bronze, gold}, {}, 0, {}};
}

using Checks = void (*)(policy::PolicyRun&);

// `model code action`, one per finding.
std::vector<std::string> found(const std::string& governance, Checks check) {
  const Read manifest = read(governance);
  CHECK(manifest.findings.empty());
  REQUIRE(manifest.manifest.has_value());
  const policy::ModelGraph models = graph();
  policy::PolicyRun run{*manifest.manifest, models, ""};
  check(run);
  std::vector<std::string> out;
  for (const policy::Verdict& verdict : run.verdicts) {
    if (verdict.problem.empty()) continue;
    const char* action = verdict.action == config::Action::kBlock ? "block" : "warn";
    out.push_back(verdict.model + " " + verdict.diagnostic.code + " " + action + ": " + verdict.problem + "; " +
                  verdict.expected);
  }
  return out;
}

struct RuleCase {
  const char* rule;
  std::vector<std::string> found;
};

}  // namespace

TEST_CASE("custom rules find tags, meta and tests that are missing") {
  for (const RuleCase& one : {
           RuleCase{"{type: require_tags_for_prefix, prefix: gold_, required_tags: [gold, finance]}", {}},
           RuleCase{"{type: require_tags_for_prefix, prefix: gold_, required_tags: [gold, pii, x]}",
                    {"gold_a FLOE-E0760 block: lacks tags `pii`, `x`; `gold`, `pii`, `x` on every model whose name "
                     "begins with `gold_`"}},
           RuleCase{"{type: require_tags_for_prefix, prefix: gold_, required_tags: [pii], applies_to: \"*_b\"}", {}},
           RuleCase{"{type: require_meta_field, field: owner}",
                    {"bronze_a FLOE-E0761 block: has no `meta.owner`; `meta.owner` on every model"}},
           RuleCase{"{type: require_meta_field, field: empty, required: false}",
                    {"gold_a FLOE-E0761 block: has an empty `meta.empty`; `meta.empty` on every model"}},
           RuleCase{"{type: require_meta_field, field: owner, layer: gold}", {}},
           RuleCase{"{type: require_tests_of_type, test_types: [unique, not_null], layer: gold}", {}},
           RuleCase{
               "{type: require_tests_of_type, test_types: [unique, not_null], min_columns: 2, applies_to: \"gold_*\"}",
               {"gold_a FLOE-E0762 block: lacks test `unique` on 2 columns; `unique`, `not_null` on 2 columns on every "
                "model named `gold_*`"}},
           RuleCase{"{type: require_tests_of_type, test_types: [dbt_utils.equal_rowcount], layer: bronze}",
                    {"bronze_a FLOE-E0762 block: lacks test `dbt_utils.equal_rowcount`; `dbt_utils.equal_rowcount` on "
                     "every model in layer bronze"}},
       }) {
    INFO(one.rule);
    CHECK(found(std::string("  custom_rules:\n    - ") + one.rule + "\n", policy::check_custom_rules) == one.found);
  }
}

TEST_CASE("policies of the platform find what breaks them, with the action they say") {
  const std::string head = "{name: p, message: Because., action: ";
  const auto text = [&](const std::string& action, const std::string& rest) {
    return "  policies:\n    - " + head + action + ", " + rest + "}\n";
  };
  const auto check = policy::check_definitions;
  CHECK(found(text("block", "type: required_tags, config: {required_tags: [gold]}"), check) ==
        std::vector<std::string>{"bronze_a FLOE-E0760 block: breaks policy 'p': Because. (lacks gold); tags gold"});
  CHECK(found(text("error", "type: naming_convention, config: {pattern: \"gold_[a-z]+\"}"), check) ==
        std::vector<std::string>{"bronze_a FLOE-E0764 block: breaks policy 'p': Because. (its name does not match); a "
                                 "name that matches `gold_[a-z]+`"});
  CHECK(found(text("warn", "type: max_transforms, config: {threshold: 1}"), check) ==
        std::vector<std::string>{"shop FLOE-E0763 warn: breaks policy 'p': Because. (has 2 models); at most 1"});
  CHECK(found(text("warn", "type: max_transforms, config: {threshold: 1}, layer: gold"), check).empty());
  CHECK(found(text("warn", "type: custom, config: {condition: \"model.meta.hours <= 24 or model.layer == 'bronze'\"}"),
              check) ==
        std::vector<std::string>{
            "bronze_a FLOE-E0767 warn: breaks policy 'p': Because. (the condition cannot be evaluated: nothing and a "
            "number have no order in `model.meta.hours <= 24`); model.meta.hours <= 24 or model.layer == 'bronze'"});
  CHECK(found(text("block",
                   "type: custom, config: {condition: \"'unique' in model.columns[0].tests\"}, applies_to: \"*_a\""),
              check) ==
        std::vector<std::string>{"bronze_a FLOE-E0765 block: breaks policy 'p': Because. (its condition is false); "
                                 "'unique' in model.columns[0].tests"});
}

TEST_CASE("a manifest with a pattern, a condition, a layer or a day that is none is refused") {
  for (const auto& [governance, findings] : std::map<std::string, std::string>{
           {"  policies: [{name: p, type: custom, action: warn, message: m, config: {condition: \"model.nam = 1\"}}]\n",
            "manifest.yaml:4:95: error[FLOE-E0766]: policy `p` has a condition that cannot be read: write `==` to "
            "compare\n"},
           {"  policies: [{name: p, type: naming_convention, action: warn, message: m, config: {pattern: \"(\"}}]\n",
            "manifest.yaml:4:93: error[FLOE-E0704]: `governance.policies[0].config.pattern` is no regular expression "
            "that "
            "floe takes: missing closing parenthesis\n"},
           {"  custom_rules: [{type: require_meta_field, field: owner, layer: golden}]\n",
            "manifest.yaml:4:66: error[FLOE-E0302]: there is no layer `golden`\n"},
           {"  policy_overrides: [{pattern: a, action: exclude, reason: r, expires: 2026-02-30}]\n",
            "manifest.yaml:4:72: error[FLOE-E0205]: `governance.policy_overrides[0].expires` is not well formed\n"},
       }) {
    CHECK(read(governance).findings == findings);
  }
}

TEST_CASE("overrides soften the findings they are about, up to their day") {
  const Read manifest = read(
      "  quality_gates: {require_descriptions: true}\n"
      "  policy_overrides:\n"
      "    - {pattern: \"bronze_*\", action: downgrade, reason: Soon., policy_types: [documentation], expires: "
      "2026-03-01}\n"
      "    - {pattern: \"*\", action: exclude, reason: Never., policy_types: [custom]}\n");
  CHECK(manifest.findings.empty());
  REQUIRE(manifest.manifest.has_value());
  const auto day = [](const char* text) { return *time::parse_date(text); };
  const auto softened = [&](const char* policy_name, const char* today) {
    const auto all = policy::policies();
    const auto rule =
        std::find_if(all.begin(), all.end(), [&](const policy::Policy& one) { return one.name == policy_name; });
    REQUIRE(rule != all.end());
    std::vector<policy::Verdict> verdicts{{"bronze_a", "is bad", "good"}, {"gold_a", "", ""}};
    policy::Overrides overrides(manifest.manifest->overrides, day(today));
    overrides.soften(*rule, &verdicts);
    DiagnosticSink sink;
    overrides.warn_expired(sink);
    const policy::Verdict& verdict = verdicts.front();
    return std::string(verdict.action == config::Action::kBlock ? "block" : "warn") +
           (verdict.is_excluded ? " excluded" : "") + " " + verdict.override_reason +
           (sink.all().empty() ? "" : " " + sink.all().front().code);
  };
  CHECK(softened("descriptions", "2026-03-01") == "warn Soon.");
  CHECK(softened("descriptions", "2026-03-02") == "block  FLOE-W1701");
  CHECK(softened("custom_rules", "2026-03-01") == "warn excluded Never.");
  CHECK(softened("naming", "2026-03-01") == "block ");
  CHECK(softened("namespaces", "2026-03-01") == "block ");
  CHECK(softened("pii_encryption", "2026-03-01") == "block ");
}

TEST_CASE("the naming of Python floe is written out as the architecture") {
  const auto naming = [](const std::string& text) {
    config::Document document{"/p/manifest.yaml", "manifest.yaml", text, nullptr};
    DiagnosticSink sink;
    document.root = yaml::parse(text, {}, sink);
    std::string out;
    if (config::check_manifest(&document, nullptr, sink)) {
      const auto manifest = config::read_manifest(*document.root, sink);
      if (manifest) {
        out = manifest->pattern + " " + std::string(config::enforcement_name(manifest->naming));
        for (const std::string& pattern : manifest->naming_patterns)
          out += " " + pattern;
      }
    }
    for (const Diagnostic& finding : sink.all()) {
      if (finding.severity == Severity::kError) out += finding.code + " " + finding.message;
    }
    return out;
  };
  const std::string head = "metadata: {name: acme, version: \"1.0.0\"}\n";
  CHECK(naming(head + "governance: {naming: {enforcement: strict}}\n") == "medallion strict");
  CHECK(naming(head + "governance: {naming: {pattern: kimball}}\n") == "kimball warn");
  CHECK(naming(head + "governance: {naming: {pattern: custom, custom_patterns: [\"a.*\"], enforcement: strict}}\n") ==
        "custom strict a.*");
  CHECK(naming(head + "data_architecture: {pattern: kimball}\ngovernance: {naming: {enforcement: strict}}\n") ==
        "kimball strict");
  CHECK(naming(head + "data_architecture: {pattern: kimball}\ngovernance: {naming: {pattern: medallion}}\n") ==
        "FLOE-E0703 `governance.naming.pattern` and `data_architecture.pattern` say the same thing");
}
