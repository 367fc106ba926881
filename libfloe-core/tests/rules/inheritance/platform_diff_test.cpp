#include "rules/inheritance/platform_diff.hpp"

#include "floe_test.hpp"

#include "base/yaml/node.hpp"

#include <fmt/format.h>

using namespace floe;  // NOLINT: a test of this namespace

namespace {

// A line per change: `tightened governance.pii_encryption null -> "required"`.
std::string changes(std::string_view before, std::string_view after) {
  DiagnosticSink sink;
  const auto old_manifest = yaml::parse(before, {.file = "a.yaml"}, sink);
  const auto new_manifest = yaml::parse(after, {.file = "b.yaml"}, sink);
  REQUIRE_FALSE(sink.has_errors());
  std::string out;
  for (const inheritance::PlatformChange& change : inheritance::compare_platforms(*old_manifest, *new_manifest)) {
    out += fmt::format("{} {} {} -> {}\n", inheritance::effect_name(change.effect), change.address,
                       to_json(change.before), to_json(change.after));
  }
  return out;
}

}  // namespace

TEST_CASE("a change of a platform is tightened, loosened or other") {
  struct Case {
    const char* before;
    const char* after;
    const char* changes;
  };

  const std::vector<Case> cases = {
      {"metadata: {name: a, version: 1.0.0}", "metadata: {name: b, version: 2.0.0}\nscope: domain", ""},
      {"plugins: {compute: duckdb}", "plugins: {compute: {type: duckdb}}", ""},
      {"plugins: {compute: duckdb}", "plugins: {compute: {type: spark, version: 1.0.0}}",
       "other plugins.compute {\"type\":\"duckdb\"} -> {\"type\":\"spark\",\"version\":\"1.0.0\"}\n"},
      {"governance: {}", "governance: {pii_encryption: required}",
       "tightened governance.pii_encryption null -> \"required\"\n"},
      {"governance: {pii_encryption: optional}", "governance: {}",
       "other governance.pii_encryption \"optional\" -> null\n"},
      {"governance: {policy_enforcement_level: strict}", "governance: {policy_enforcement_level: warn}",
       "loosened governance.policy_enforcement_level \"strict\" -> \"warn\"\n"},
      {"governance: {quality_gates: {minimum_test_coverage: 50, layer_thresholds: {gold: 80}, require_descriptions: "
       "true}}",
       "governance: {quality_gates: {minimum_test_coverage: 80, layer_thresholds: {gold: 70, silver: 10}}}",
       "tightened governance.quality_gates.minimum_test_coverage 50 -> 80\n"
       "tightened governance.quality_gates.layer_thresholds.silver null -> 10\n"
       "loosened governance.quality_gates.layer_thresholds.gold 80 -> 70\n"
       "loosened governance.quality_gates.require_descriptions true -> null\n"},
      {"approved_plugins: {compute: [duckdb, spark], catalog: sqlite}",
       "approved_plugins: {compute: [duckdb], catalog: [sqlite]}",
       "tightened approved_plugins.compute [\"duckdb\",\"spark\"] -> [\"duckdb\"]\n"},
      {"approved_plugins: {compute: [duckdb]}", "approved_products: [a]",
       "tightened approved_products null -> [\"a\"]\n"
       "loosened approved_plugins.compute [\"duckdb\"] -> null\n"},
      {"approved_sinks: [a, b]", "approved_sinks: [b, c]", "other approved_sinks [\"a\",\"b\"] -> [\"b\",\"c\"]\n"},
      {"governance: {denied_services: [a]}", "governance: {denied_services: [a, b]}",
       "tightened governance.denied_services [\"a\"] -> [\"a\",\"b\"]\n"},
      {"governance: {policy_overrides: []}",
       "governance: {policy_overrides: [{pattern: x, action: exclude, reason: y}]}",
       "loosened governance.policy_overrides [] -> [{\"pattern\":\"x\",\"action\":\"exclude\",\"reason\":\"y\"}]\n"},
      // What is not written has its default: strict, block, true.
      {"governance: {policy_enforcement_level: warn}", "governance: {}",
       "tightened governance.policy_enforcement_level \"warn\" -> null\n"},
      {"governance: {quality_gates: {action: warn}}", "governance: {quality_gates: {block_on_failure: false}}",
       "tightened governance.quality_gates.action \"warn\" -> null\n"
       "loosened governance.quality_gates.block_on_failure null -> false\n"},
      {"governance: {rbac: {enabled: true}}", "governance: {rbac: {enabled: true, allow_principal_fallback: false}}",
       "tightened governance.rbac.allow_principal_fallback null -> false\n"},
      {"data_architecture: {pattern: medallion}",
       "data_architecture: {pattern: medallion, naming: {enforcement: warn}}",
       "other data_architecture.naming.enforcement null -> \"warn\"\n"},
      {"plugins: {}", "governance: {policy_enforcement_level: warn}",
       "loosened governance.policy_enforcement_level null -> \"warn\"\n"},
      // What else is not written has none.
      {"plugins: {}", "data_architecture: {naming: {enforcement: warn}}",
       "tightened data_architecture.naming.enforcement null -> \"warn\"\n"},
      {"governance: {data_retention_days: 30}", "governance: {data_retention_days: 20}",
       "other governance.data_retention_days 30 -> 20\n"},
      {"plugins: {compute: {type: duckdb, config: {password: hunter2hunter2}}}", "plugins: {compute: duckdb}",
       "other plugins.compute {\"type\":\"duckdb\",\"config\":{\"password\":\"***\"}} -> {\"type\":\"duckdb\"}\n"},
      {"defaults: {password: hunter2hunter2}", "defaults: {region: eu}",
       "other defaults.password \"***\" -> null\nother defaults.region null -> \"eu\"\n"},
  };
  for (const Case& c : cases) {
    INFO(c.before << " => " << c.after);
    CHECK(changes(c.before, c.after) == c.changes);
  }
}

TEST_CASE("the opposite change of a platform has the opposite effect") {
  const char* weak = "governance: {audit_logging: disabled}\napproved_sinks: [a, b]";
  const char* strong = "governance: {audit_logging: enabled, pii_encryption: required}\napproved_sinks: [a]";
  for (const auto& line : {changes(weak, strong)})
    CHECK(line.find("loosened") == std::string::npos);
  for (const auto& line : {changes(strong, weak)})
    CHECK(line.find("tightened") == std::string::npos);
}
