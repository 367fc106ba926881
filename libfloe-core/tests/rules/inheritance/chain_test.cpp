#include "rules/inheritance/chain.hpp"

#include "floe_test.hpp"
#include "rules/inheritance/approval.hpp"
#include "rules/inheritance/override_scope.hpp"
#include "rules/inheritance/settings.hpp"

#include "base/diagnostics/render.hpp"
#include "base/text/text.hpp"
#include "base/yaml/to_json.hpp"

#include <algorithm>
#include <map>
#include <random>

namespace {

using namespace floe;

class FixedEnvironment : public io::Environment {
 public:
  explicit FixedEnvironment(std::map<std::string, std::string> values) : values_(std::move(values)) {}

  [[nodiscard]] std::optional<std::string> get(const std::string& name) const override {
    const auto found = values_.find(name);
    return found == values_.end() ? std::nullopt : std::optional(found->second);
  }

 private:
  std::map<std::string, std::string> values_;
};

using Files = std::map<std::string, std::string>;

struct Loaded {
  std::string merged;    // JSON; "" when there is none
  std::string findings;  // concise, one per line
  std::string chain;
};

// Puts `files` (by path below /) on a disk.
std::shared_ptr<io::FileSystem> disk_of(const Files& files) {
  std::shared_ptr<io::FileSystem> disk = io::make_memory_file_system();
  for (const auto& [path, text] : files) {
    REQUIRE(disk->create_directories(io::parent_path(path)));
    REQUIRE(disk->write_atomic(path, text, io::Durability::kFast));
  }
  REQUIRE(disk->create_directories("/p"));
  return disk;
}

// The settings of that chain below `asked`: ` address manifest:line` for each.
std::string settings(const Files& files, const std::string& reference, const std::string& asked) {
  const auto disk = disk_of(files);
  const FixedEnvironment variables({});
  DiagnosticSink sink;
  const auto chain =
      inheritance::load_chain({reference, "/p", {}, "platform.ref"}, {*disk, variables, "/p"}, nullptr, sink);
  REQUIRE((chain && chain->merged != nullptr));
  std::string out;
  for (const inheritance::Setting& setting : inheritance::settings_of(*chain, asked))
    out += " " + setting.address + " " + setting.manifest + ":" + std::to_string(setting.line);
  return out;
}

// The chain that `reference` begins, in a project /p whose files are `files` (by path below /).
Loaded load(const Files& files, const std::string& reference,
            const std::map<std::string, std::string>& environment = {}) {
  const auto disk = disk_of(files);
  const FixedEnvironment variables(environment);
  DiagnosticSink sink;
  const auto chain = inheritance::load_chain({reference, "/p", Span{"floe.yaml", 1, 1, 1, 2}, "platform.ref"},
                                             {*disk, variables, "/p"}, nullptr, sink);
  RenderOptions render;
  render.format = DiagnosticFormat::kConcise;
  if (!chain) {
    const std::string* details = chain.error().detail("floe.diagnostics");
    REQUIRE(details != nullptr);
    return {"", render_diagnostics(*diagnostics_from_json(*details), render), ""};
  }
  if (chain->merged != nullptr) inheritance::check_override_scope(*chain, sink);
  return {chain->merged == nullptr ? "" : to_json(yaml::to_json_value(*chain->merged)),
          render_diagnostics(sink.sorted(), render), inheritance::chain_text(chain->tiers)};
}

std::string enterprise(const std::string& rest) {
  return "metadata: {name: acme, version: \"1.0.0\"}\nscope: enterprise\n" + rest;
}

std::string domain(const std::string& rest) {
  return "metadata: {name: sales, version: \"2.1.0\"}\nscope: domain\nparent_manifest: enterprise.yaml\n" + rest;
}

// What a domain makes of an enterprise's manifest: without the head of the documents.
Loaded below(const std::string& parent, const std::string& child) {
  Loaded out = load({{"/p/enterprise.yaml", enterprise(parent)}, {"/p/domain.yaml", domain(child)}}, "domain.yaml");
  constexpr std::string_view kHead =
      R"({"metadata":{"name":"sales","version":"2.1.0"},"scope":"domain","parent_manifest":"enterprise.yaml")";
  const auto at = out.merged.find(kHead);
  if (at != std::string::npos) out.merged.erase(at, kHead.size());
  return out;
}

std::string digest_of(const std::string& text) { return "sha256:" + text::sha256_hex(text); }

// An OCI image layout at `directory` whose only image, `tag`, holds `manifest` as manifest.json.
Files layout(const std::string& directory, const std::string& tag, const std::string& manifest) {
  const std::string image =
      R"({"schemaVersion":2,"artifactType":"application/vnd.floe.platform.v1+json","layers":[{"digest":")" +
      digest_of(manifest) + R"(","annotations":{"org.opencontainers.image.title":"manifest.json"}}]})";
  const std::string index = R"({"schemaVersion":2,"manifests":[{"digest":")" + digest_of(image) +
                            R"(","annotations":{"org.opencontainers.image.ref.name":")" + tag + R"("}}]})";
  const std::string blobs = directory + "/blobs/sha256/";
  return {{directory + "/oci-layout", R"({"imageLayoutVersion":"1.0.0"})"},
          {directory + "/index.json", index},
          {blobs + text::sha256_hex(image), image},
          {blobs + text::sha256_hex(manifest), manifest}};
}

}  // namespace

TEST_CASE("a domain takes over, selects and strengthens") {
  struct Case {
    const char* enterprise;
    const char* domain;
    const char* merged;  // after the head of the domain
  };

  const std::vector<Case> cases = {
      {"plugins: {compute: duckdb, catalog: sqlite}\n", "plugins: {compute: {type: spark, config: {a: 1}}}\n",
       R"({"plugins":{"compute":{"type":"spark","config":{"a":1}},"catalog":"sqlite"},)"},
      {"governance: {pii_encryption: optional, audit_logging: disabled}\n",
       "governance: {pii_encryption: required, data_retention_days: 90}\n",
       R"({"governance":{"pii_encryption":"required","audit_logging":"disabled","data_retention_days":90},)"},
      {"governance: {quality_gates: {layer_thresholds: {gold: 80, silver: 50}, require_descriptions: true}}\n",
       "governance: {quality_gates: {layer_thresholds: {gold: 100, bronze: 10}, minimum_test_coverage: 5}}\n",
       R"({"governance":{"quality_gates":{"layer_thresholds":{"gold":100,"bronze":10,"silver":50},)"
       R"("require_descriptions":true,"minimum_test_coverage":5}},)"},
      {"governance: {denied_services: [a/*, b/*]}\n", "governance: {denied_services: [b/*, c/*]}\n",
       R"({"governance":{"denied_services":["a/*","b/*","c/*"]},)"},
      {"data_architecture: {pattern: medallion, naming: {enforcement: warn}}\n",
       "data_architecture: {pattern: medallion, naming: {enforcement: strict}}\n",
       R"({"data_architecture":{"pattern":"medallion","naming":{"enforcement":"strict"}},)"},
      {"approved_plugins: {compute: duckdb}\nplugins: {telemetry_backend: otlp}\n",
       "plugins: {telemetry_backend: {type: otlp}}\napproved_products: [a]\n",
       R"({"approved_plugins":{"compute":"duckdb"},"plugins":{"telemetry_backend":"otlp"},)"},
      {"resource_presets: {small: {requests: {cpu: 1m, memory: 1Gi}, limits: {cpu: 2m, memory: 2Gi}}}\n"
       "defaults: {a: x, b: x}\nobservability: {tracing: {enabled: true, exporter: otlp}}\n",
       "resource_presets: {small: {limits: {cpu: 4m, memory: 4Gi}}, big: {cpu_limit: 9m}}\n"
       "defaults: {b: y}\nobservability: {tracing: {exporter: console}, logging: {level: INFO}}\n",
       R"({"resource_presets":{"small":{"requests":{"cpu":"1m","memory":"1Gi"},"limits":{"cpu":"4m","memory":"4Gi"}},)"
       R"("big":{"cpu_limit":"9m"}},"defaults":{"a":"x","b":"y"},)"
       R"("observability":{"tracing":{"enabled":true,"exporter":"console"},"logging":{"level":"INFO"}},)"},
      // Without a pattern of its own the alias stands for medallion, but not below another one.
      {"data_architecture: {pattern: kimball}\n", "governance: {naming: {enforcement: strict}}\n",
       R"({"data_architecture":{"pattern":"kimball","naming":{"enforcement":"strict"}},)"},
      {"plugins: {compute: duckdb}\n", "governance: {naming: {enforcement: strict}}\n",
       R"({"plugins":{"compute":"duckdb"},"metadata":{"name":"sales","version":"2.1.0"},"scope":"domain",)"
       R"("parent_manifest":"enterprise.yaml","governance":{},)"
       R"("data_architecture":{"naming":{"enforcement":"strict"},"pattern":"medallion"}})"},
  };
  for (const Case& c : cases) {
    const Loaded loaded = below(c.enterprise, c.domain);
    CHECK(loaded.findings.empty());
    CHECK(loaded.merged.substr(0, std::string_view(c.merged).size()) == c.merged);
    CHECK(loaded.chain == "enterprise acme 1.0.0 (enterprise.yaml) > domain sales 2.1.0 (domain.yaml)");
  }
}

TEST_CASE("a domain weakens nothing") {
  struct Case {
    const char* enterprise;
    const char* domain;
    const char* findings;
  };

  const std::vector<Case> cases = {
      {"governance: {pii_encryption: required}\n", "governance: {pii_encryption: optional}\n",
       "domain.yaml:4:30: error[FLOE-E0321]: Cannot override security policy: `governance.pii_encryption` would go "
       "from "
       "`required` to `optional`\n"},
      {"governance: {audit_logging: enabled}\n", "governance: {audit_logging: disabled}\n",
       "domain.yaml:4:29: error[FLOE-E0321]: Cannot override security policy: `governance.audit_logging` would go from "
       "`enabled` to `disabled`\n"},
      {"governance: {policy_enforcement_level: strict}\n", "governance: {policy_enforcement_level: warn}\n",
       "domain.yaml:4:40: error[FLOE-E0322]: a policy cannot be weakened: `governance.policy_enforcement_level` would "
       "go "
       "from `strict` to `warn`\n"},
      {"governance: {quality_gates: {layer_thresholds: {gold: 100}, minimum_test_coverage: 80}}\n",
       "governance: {quality_gates: {layer_thresholds: {gold: 99}, minimum_test_coverage: 79}}\n",
       "domain.yaml:4:55: error[FLOE-E0322]: a policy cannot be weakened: `governance.quality_gates.layer_thresholds."
       "gold` would go from `100` to `99`\n"
       "domain.yaml:4:83: error[FLOE-E0322]: a policy cannot be weakened: "
       "`governance.quality_gates.minimum_test_coverage`"
       " would go from `80` to `79`\n"},
      {"governance: {quality_gates: {require_descriptions: true}}\n",
       "governance: {quality_gates: {require_descriptions: false}}\n",
       "domain.yaml:4:52: error[FLOE-E0322]: a policy cannot be weakened: "
       "`governance.quality_gates.require_descriptions`"
       " would go from `true` to `false`\n"},
      {"plugins: {observability: datadog}\n", "plugins: {telemetry_backend: jaeger}\n",
       "domain.yaml:4:30: error[FLOE-E0323]: `plugins.telemetry_backend` is set above and cannot be changed here\n"},
      {"data_architecture: {pattern: medallion}\n", "data_architecture: {pattern: kimball}\n",
       "domain.yaml:4:30: error[FLOE-E0323]: `data_architecture.pattern` is set above and cannot be changed here\n"},
      {"governance: {retention: {min: 30, max: 90}}\n", "governance: {data_retention_days: 7}\n",
       "domain.yaml:4:35: error[FLOE-E0332]: `governance.data_retention_days` is 7, below the least 30\n"},
      {"governance: {retention: {min: 30, max: 90}}\n", "governance: {data_retention_days: 100}\n",
       "domain.yaml:4:35: error[FLOE-E0332]: `governance.data_retention_days` is 100, above the most 90\n"},
      {"governance: {retention: {min: 30, max: 90, default: 60}}\n", "governance: {retention: {default: 900}}\n",
       "domain.yaml:4:35: error[FLOE-E0332]: `governance.retention.default` is 900, above the most 90\n"},
      {"governance: {retention: {min: 10}}\n", "governance: {retention: {max: 5}, data_retention_days: 1}\n",
       "domain.yaml:4:31: error[FLOE-E0332]: `governance.retention.max` is 5, below the least 10\n"},
      {"governance: {retention: {min: 30, default: 7}}\n", "governance: {retention: {default: 60}}\n",
       "enterprise.yaml:3:44: error[FLOE-E0332]: `governance.retention.default` is 7, below the least 30\n"},
      {"", "approved_plugins: {compute: [spark]}\n",
       "domain.yaml:4:1: error[FLOE-E0328]: a domain cannot approve plugins: the enterprise does\n"},
  };
  for (const Case& c : cases)
    CHECK(below(c.enterprise, c.domain).findings == c.findings);
}

TEST_CASE("a chain that cannot stand is told with its parts") {
  struct Case {
    Files files;
    const char* reference;
    const char* findings;
  };

  const std::string platform = "metadata: {name: acme, version: \"1.0.0\"}\n";
  const std::vector<Case> cases = {
      {{}, "nowhere.yaml", "floe.yaml:1:1: error[FLOE-E0301]: platform `nowhere.yaml` cannot be reached\n"},
      {{{"/p/domain.yaml", domain("")}},
       "domain.yaml",
       "domain.yaml:3:18: error[FLOE-E0301]: platform `enterprise.yaml` cannot be reached\n"},
      {{{"/p/domain.yaml", domain("")}, {"/p/enterprise.yaml", platform}},
       "domain.yaml",
       "domain.yaml:3:18: error[FLOE-E0328]: `parent_manifest` refers to `enterprise.yaml`, whose scope is platform\n"},
      {{{"/p/a.yaml", platform + "scope: domain\nparent_domain: b.yaml\n"},
        {"/p/b.yaml", platform + "scope: domain\nparent_domain: a.yaml\n"}},
       "a.yaml",
       "b.yaml:3:16: error[FLOE-E0327]: a manifest inherits from itself\n"},
      {{{"/p/a.yaml", platform + "scope: domain\n"}},
       "a.yaml",
       "a.yaml:2:8: error[FLOE-E0328]: a domain needs `parent_manifest`\n"},
      {{{"/p/a.yaml", platform + "parent_manifest: b.yaml\napproved_products: []\napproved_plugins: {}\n"},
        {"/p/b.yaml", enterprise("")}},
       "a.yaml",
       "a.yaml:2:1: error[FLOE-E0328]: only a domain has a `parent_manifest`\n"
       "a.yaml:3:1: error[FLOE-E0328]: only a domain approves products\n"
       "a.yaml:4:1: error[FLOE-E0328]: only an enterprise approves plugins\n"},
      {{{"/p/inner.yaml", domain("parent_domain: domain.yaml\n")},
        {"/p/domain.yaml", domain("")},
        {"/p/enterprise.yaml", enterprise("")}},
       "inner.yaml",
       "inner.yaml:3:1: error[FLOE-E0328]: a domain has one parent, and here are two\n"},
      {{{"/p/a.yaml", platform}},
       "a.yaml@sha256:0000000000000000000000000000000000000000000000000000000000000000",
       "floe.yaml:1:1: error[FLOE-E0324]: `a.yaml` is not what is pinned\n"},
  };
  for (const Case& c : cases)
    CHECK(load(c.files, c.reference).findings == c.findings);
}

TEST_CASE("domains lie in domains") {
  const Files files = {
      {"/p/mesh/enterprise.yaml", enterprise("governance: {audit_logging: enabled}\nplugins: {compute: duckdb}\n")},
      {"/p/mesh/sales.yaml", domain("plugins: {catalog: sqlite}\n")},
      {"/p/mesh/emea/manifest.yaml",
       "metadata: {name: emea, version: \"0.1.0\"}\nscope: domain\nparent_domain: ../sales\n"},
  };
  const Loaded loaded = load(files, "mesh/emea");
  CHECK(loaded.findings.empty());
  CHECK(loaded.chain ==
        "enterprise acme 1.0.0 (enterprise.yaml) > domain sales 2.1.0 (../sales) > domain emea 0.1.0 (mesh/emea)");
  CHECK(loaded.merged ==
        R"({"governance":{"audit_logging":"enabled"},"plugins":{"compute":"duckdb","catalog":"sqlite"},)"
        R"("metadata":{"name":"emea","version":"0.1.0"},"scope":"domain","parent_domain":"../sales"})");
}

TEST_CASE("a short domain is called as its folder, also where it is compiled") {
  const std::string compiled =
      R"({"schema":"floe.platform/1","manifest":{"metadata":{"name":"sales"},"scope":"domain"},"inheritance_chain":[]})";
  const Files files = {{"/p/enterprise.yaml", enterprise("")},
                       {"/p/sales/manifest.yaml", "scope: domain\nparent_manifest: ../enterprise.yaml\n"},
                       {"/p/out/x1/manifest.json", compiled}};
  for (const char* reference : {"sales", "out/x1"}) {
    const Loaded loaded = load(files, reference);
    CHECK(loaded.findings.find("error") == std::string::npos);
    CHECK(loaded.chain.ends_with(std::string("domain sales (") + reference + ")"));
    CHECK(loaded.merged.find(R"("metadata":{"name":"sales"})") != std::string::npos);
  }
}

TEST_CASE("a setting names the manifest that says it") {
  struct Case {
    const char* asked;
    const char* settings;  // address manifest:line, each with a space before
  };

  const std::string above =
      "governance:\n  custom_rules:\n    - {type: require_meta_field, field: a}\n"
      "data_architecture: {pattern: medallion}\nplugins: {compute: duckdb, observability: otlp}\n";
  const std::string below =
      "governance:\n  naming: {enforcement: strict}\n  custom_rules:\n    - {type: require_meta_field, field: b}\n";
  for (const Case& c : {
           Case{"governance.custom_rules", " governance.custom_rules[0] acme:5 governance.custom_rules[1] sales:7"},
           Case{"governance.custom_rules[1]", " governance.custom_rules[1] sales:7"},
           Case{"governance.naming", " data_architecture.pattern acme:6 data_architecture.naming.enforcement sales:5"},
           Case{"governance.naming.enforcement", " data_architecture.naming.enforcement sales:5"},
           Case{"plugins.compute.type", " plugins.compute acme:7"},
           Case{"plugins.observability", " plugins.telemetry_backend acme:7"},
           Case{"governance.nothing", ""},
       }) {
    CHECK(settings({{"/p/enterprise.yaml", enterprise(above)}, {"/p/domain.yaml", domain(below)}}, "domain.yaml",
                   c.asked) == c.settings);
  }
  const std::string compiled =
      R"({"schema":"floe.platform/1","manifest":{"metadata":{"name":"sales","version":"1.0.0"},"scope":"domain",)"
      R"("governance":{"custom_rules":[{"type":"require_meta_field","field":"a"},)"
      R"({"type":"require_meta_field","field":"b"}],"pii_encryption":"required","audit_logging":"enabled"}},)"
      R"("origins":{"governance.custom_rules[0]":"acme","governance.pii_encryption":"acme"},"inheritance_chain":[]})";
  CHECK(settings({{"/p/tree/manifest.json", compiled}}, "tree", "governance") ==
        " governance.custom_rules[0] acme:1 governance.custom_rules[1] sales:1 governance.pii_encryption acme:1"
        " governance.audit_logging sales:1");
}

TEST_CASE("a domain in a domain approves no product that the outer one does not") {
  struct Case {
    const char* outer;
    const char* inner;
    const char* merged;
  };

  for (const Case& c :
       {Case{"approved_products: [a, b]\n", "approved_products: [b, c]\n", R"(["b"])"},
        Case{"approved_products: [a]\n", "", R"(["a"])"}, Case{"", "approved_products: [c]\n", R"(["c"])"}}) {
    const std::string inner = "metadata: {name: emea, version: \"0.1.0\"}\nscope: domain\nparent_domain: sales.yaml\n";
    const Loaded loaded = load(
        {{"/p/enterprise.yaml", enterprise("")}, {"/p/sales.yaml", domain(c.outer)}, {"/p/emea.yaml", inner + c.inner}},
        "emea.yaml");
    CHECK(loaded.findings.empty());
    CHECK(to_json(parse_json_object(loaded.merged)->at("approved_products")) == c.merged);
  }
}

TEST_CASE("a platform comes out of an OCI layout, each blob checked") {
  const std::string manifest =
      R"({"schema":"floe.platform/1","manifest":{"metadata":{"name":"acme","version":"1.2.3"},"scope":"enterprise",)"
      R"("plugins":{"compute":"duckdb"}},"inheritance_chain":[]})";
  const std::string mirrored = "/mirror/registry.acme.com/floe-platform";
  Files files = layout(mirrored, "v1.2.3", manifest);
  const std::map<std::string, std::string> mirror = {{"FLOE_OCI_MIRROR", "/mirror"}};
  const std::string reference = "oci://registry.acme.com/floe-platform:v1.2.3";
  CHECK(load(files, reference, mirror).merged ==
        R"({"metadata":{"name":"acme","version":"1.2.3"},"scope":"enterprise","plugins":{"compute":"duckdb"}})");
  CHECK(load(files, "../mirror/registry.acme.com/floe-platform").findings.empty());
  CHECK(load(files, reference).findings ==
        "floe.yaml:1:1: error[FLOE-E0301]: platform `" + reference + "` cannot be reached\n");
  CHECK(load(files, "oci://registry.acme.com/floe-platform:v9", mirror).findings ==
        "floe.yaml:1:1: error[FLOE-E0301]: platform `oci://registry.acme.com/floe-platform:v9` cannot be reached\n");
  CHECK(load(files, "v1.2.3", {{"FLOE_OCI_MIRROR", "/mirror"}, {"FLOE_REGISTRY", "registry.acme.com/floe-platform"}})
            .findings.empty());
  // `v` is no part of a version.
  CHECK(load(files, "oci://registry.acme.com/floe-platform:1.2.3", mirror).findings.empty());
  Files configured = files;
  configured["/home/ada/.config/floe/config.yaml"] = "registry: registry.acme.com/floe-platform\n";
  CHECK(load(configured, "v1.2.3", {{"FLOE_OCI_MIRROR", "/mirror"}, {"HOME", "/home/ada"}}).findings.empty());
  CHECK_FALSE(load(configured, "v1.2.3", {{"FLOE_OCI_MIRROR", "/mirror"}, {"HOME", "/home/bob"}}).findings.empty());
  const Files other = layout(mirrored, "v1.2.4", manifest);
  CHECK(
      load(other, "oci://registry.acme.com/floe-platform:v1.2.4", mirror).findings ==
      "oci://registry.acme.com/floe-platform:v1.2.4: error[FLOE-E0326]: `oci://registry.acme.com/floe-platform:v1.2.4` "
      "holds version 1.2.3\n");
  files[mirrored + "/blobs/sha256/" + text::sha256_hex(manifest)] = "{}";
  CHECK(load(files, reference, mirror).findings ==
        "floe.yaml:1:1: error[FLOE-E0325]: platform `" + reference + "` is damaged\n");
}

namespace {

// A random manifest as YAML lines; what is left out is not written.
class RandomManifest {
 public:
  explicit RandomManifest(std::mt19937& random) : random_(random) {}

  std::string text() {
    std::string governance;
    add(governance, "pii_encryption", {"optional", "required"});
    add(governance, "audit_logging", {"disabled", "enabled"});
    add(governance, "policy_enforcement_level", {"off", "warn", "strict"});
    add(governance, "denied_services", {"[a/*]", "[b/*]", "[a/*, c/*]"});
    std::string gates;
    add(gates, "minimum_test_coverage", {"0", "50", "100"});
    add(gates, "require_descriptions", {"false", "true"});
    if (!gates.empty()) governance += "  quality_gates:\n" + indented(gates);
    std::string plugins;
    add(plugins, "compute", {"duckdb", "spark", "snowflake"});
    std::string out;
    if (!governance.empty()) out += "governance:\n" + governance;
    if (!plugins.empty()) out += "plugins:\n" + plugins;
    return out;
  }

 private:
  void add(std::string& out, const char* key, const std::vector<const char*>& values) {
    const std::size_t pick = random_() % (values.size() + 1);
    if (pick < values.size()) out += std::string("  ") + key + ": " + values[pick] + "\n";
  }

  static std::string indented(const std::string& lines) {
    std::string out;
    for (const std::string_view line : text::split(lines, '\n')) {
      if (!line.empty()) out += "  " + std::string(line) + "\n";
    }
    return out;
  }

  std::mt19937& random_;
};

// How strict a resolved platform is, field by field; higher is stricter.
std::vector<int> strictness(const json::object& merged) {
  const json::object* governance = get_object(merged, "governance");
  if (governance == nullptr) return {0, 0, 0, 0, 0, 0};
  const auto rank = [&](const char* key, std::initializer_list<std::string_view> words) {
    const std::string word = get_string_or(*governance, key, "");
    const auto found = std::find(words.begin(), words.end(), word);
    return found == words.end() ? 0 : static_cast<int>(found - words.begin());
  };
  const json::object* gates = get_object(*governance, "quality_gates");
  const json::array* denied = get_array(*governance, "denied_services");
  return {rank("pii_encryption", {"optional", "required"}),
          rank("audit_logging", {"disabled", "enabled"}),
          rank("policy_enforcement_level", {"off", "warn", "strict"}),
          gates == nullptr ? 0 : static_cast<int>(get_int(*gates, "minimum_test_coverage").value_or(0)),
          gates == nullptr ? 0 : static_cast<int>(get_bool_or(*gates, "require_descriptions", false)),
          denied == nullptr ? 0 : static_cast<int>(denied->size())};
}

}  // namespace

TEST_CASE("no tree of manifests ends weaker than a manifest above, whatever was written below") {
  std::mt19937 random(20261122);  // NOLINT(cert-msc51-cpp): the same trees each time
  constexpr int kTrees = 400;
  for (int i = 0; i < kTrees; ++i) {
    RandomManifest manifests(random);
    const std::string top = enterprise(manifests.text());
    const std::string middle = domain(manifests.text());
    const std::string bottom =
        "metadata: {name: emea, version: \"1.0.0\"}\nscope: domain\nparent_domain: domain.yaml\n" + manifests.text();
    const Files files = {{"/p/enterprise.yaml", top}, {"/p/domain.yaml", middle}, {"/p/emea.yaml", bottom}};
    const Loaded alone = load(files, "enterprise.yaml");
    const Loaded above = load(files, "domain.yaml");
    const Loaded below = load(files, "emea.yaml");
    const auto weakest = strictness(*parse_json_object(alone.merged));
    const auto between = strictness(*parse_json_object(above.merged));
    const auto strictest = strictness(*parse_json_object(below.merged));
    for (std::size_t field = 0; field < weakest.size(); ++field) {
      INFO(top << "---\n" << middle << "---\n" << bottom);
      REQUIRE(weakest[field] <= between[field]);
      REQUIRE(between[field] <= strictest[field]);
    }
    // Where the text itself goes down, it was said.
    REQUIRE((above.findings.empty() || above.findings.find("FLOE-E032") != std::string::npos));
  }
}

TEST_CASE("an override of a domain softens what the domain sets, not what the enterprise enforces") {
  struct Case {
    const char* enterprise;
    const char* types;  // of the domain's override
    const char* softened;
  };

  for (const Case& one : {
           Case{"quality_gates: {require_descriptions: true}", "", "documentation"},
           Case{"quality_gates: {require_descriptions: true}", ", policy_types: [documentation]", "documentation"},
           Case{"quality_gates: {require_descriptions: true}", ", policy_types: [custom, naming]", ""},
           Case{"quality_gates: {require_descriptions: true}, policy_enforcement_level: \"off\"", "", ""},
           Case{"quality_gates: {minimum_test_coverage: 50}", "", "coverage"},
           Case{"custom_rules: [{type: require_meta_field, field: a}]", "", "custom"},
           Case{"naming: {enforcement: strict}", ", policy_types: [semantic]", "semantic"},
           Case{"naming: {enforcement: strict}", ", policy_types: [naming]", "naming"},
           Case{"pii_encryption: required", "", ""},
       }) {
    INFO(one.enterprise << one.types);
    const std::string parent = std::string("governance: {") + one.enterprise + "}\n";
    const std::string child =
        std::string("governance: {policy_overrides: [{pattern: a, action: exclude, reason: r") + one.types + "}]}\n";
    const std::string expected =
        std::string("domain.yaml:4:43: error[FLOE-E0769]: the override for `a` would soften `") + one.softened +
        "`, which a manifest above enforces\n";
    CHECK(below(parent, child).findings == (*one.softened == '\0' ? "" : expected));
  }
  // The rules of policy plugins are of type custom.
  const Loaded packs = below("plugins: {policies: [house]}\n",
                             "governance: {policy_overrides: [{pattern: a, action: exclude, reason: r, policy_types: "
                             "[custom]}]}\n");
  CHECK(packs.findings ==
        "domain.yaml:4:43: error[FLOE-E0769]: the override for `a` would soften `custom`, which a manifest above "
        "enforces\n");
  // Its own override may stand above, and is inherited.
  const std::string above =
      "governance: {naming: {enforcement: strict}, policy_overrides: [{pattern: a, action: exclude, reason: r}]}\n";
  const Loaded inherited = below(above, "governance: {custom_rules: [{type: require_meta_field, field: b}]}\n");
  CHECK(inherited.findings.empty());
  CHECK(inherited.merged.find("\"policy_overrides\":[{\"pattern\":\"a\"") != std::string::npos);
}

TEST_CASE("rules and policies of a domain come to those of the enterprise") {
  const Loaded merged = below("governance: {custom_rules: [{type: require_meta_field, field: a}]}\n",
                              "governance: {custom_rules: [{type: require_meta_field, field: b, required: false}]}\n");
  CHECK(merged.findings.empty());
  CHECK(merged.merged.find(R"({"governance":{"custom_rules":[{"type":"require_meta_field","field":"a"},)"
                           R"({"type":"require_meta_field","field":"b","required":false}]})") == 0);
}

TEST_CASE("what a manifest leaves out holds below as its default") {
  struct Case {
    const char* enterprise;
    const char* domain;
    const char* code;  // "" = allowed
  };

  const std::vector<Case> cases = {
      {"governance: {quality_gates: {minimum_test_coverage: 80}}\n", "governance: {policy_enforcement_level: warn}\n",
       "FLOE-E0322"},
      {"governance: {quality_gates: {minimum_test_coverage: 80}}\n",
       "governance: {quality_gates: {block_on_failure: false}}\n", "FLOE-E0322"},
      {"governance: {quality_gates: {minimum_test_coverage: 80}}\n", "governance: {quality_gates: {action: notify}}\n",
       "FLOE-E0322"},
      {"governance: {quality_gates: {minimum_test_coverage: 80}}\n",
       "governance: {quality_gates: {layer_thresholds: {bronze: 79}}}\n", "FLOE-E0322"},
      {"governance: {quality_gates: {minimum_test_coverage: 80}}\n",
       "governance: {quality_gates: {layer_thresholds: {bronze: 80}}}\n", ""},
      {"governance: {classification: {layers: {gold: public}}}\n",
       "governance: {classification: {enforcement: warn}}\n", "FLOE-E0321"},
      {"governance: {pii_encryption: required}\n", "governance: {quality_gates: {block_on_failure: false}}\n", ""},
      {"plugins: {compute: duckdb}\n", "governance: {policy_enforcement_level: warn}\n", ""},
      {"data_architecture: {pattern: medallion}\n", "data_architecture: {naming: {patterns: [\".*\"]}}\n",
       "FLOE-E0323"},
      {"data_architecture: {pattern: medallion}\n", "data_architecture: {layers: [{name: any, prefix: \"\"}]}\n",
       "FLOE-E0323"},
      {"data_architecture: {pattern: custom}\n", "data_architecture: {naming: {patterns: [\".*\"]}}\n", ""},
      {"data_architecture: {pattern: custom, layers: [{name: raw, prefix: raw_}]}\n",
       "data_architecture: {naming: {patterns: [\".*\"]}}\n", "FLOE-E0323"},
      {"data_architecture: {layers: [{name: raw, prefix: raw_}]}\n",
       "data_architecture: {naming: {patterns: [\".*\"]}}\n", "FLOE-E0323"},
      {"data_architecture: {pattern: medallion}\n", "data_architecture: {naming: {enforcement: off}}\n", "FLOE-E0322"},
      {"data_architecture: {pattern: medallion}\n", "data_architecture: {naming: {enforcement: strict}}\n", ""},
      {"plugins: {compute: duckdb}\n", "data_architecture: {naming: {enforcement: off}}\n", ""},
      {"data_architecture: {pattern: kimball}\n", "governance: {naming: {pattern: medallion}}\n", "FLOE-E0323"},
      // By a group that is not there above.
      {"data_architecture: {pattern: medallion, naming: {enforcement: strict}}\n",
       "governance: {policy_enforcement_level: off}\n", "FLOE-E0322"},
      {"data_architecture: {pattern: medallion, naming: {enforcement: warn}}\n",
       "governance: {policy_enforcement_level: warn}\n", ""},
      {"governance: {custom_rules: [{type: require_meta_field, field: a}]}\n",
       "governance: {quality_gates: {block_on_failure: false}}\n", "FLOE-E0322"},
      {"governance: {custom_rules: [{type: require_meta_field, field: a}], policy_enforcement_level: strict}\n",
       "governance: {quality_gates: {block_on_failure: false}}\n", ""},
      {"governance: {custom_rules: [{type: require_meta_field, field: a}]}\ndata_architecture: {pattern: custom}\n",
       "governance: {quality_gates: {block_on_failure: false}}\n", "FLOE-E0322"},
      {"plugins: {policies: [house]}\n", "governance: {policy_enforcement_level: warn}\n", "FLOE-E0322"},
      {"governance: {data_contracts: {auto_generation: {default_classification: confidential}}}\n",
       "governance: {data_contracts: {enforcement: off}}\n", "FLOE-E0322"},
      {"governance: {data_contracts: {auto_generation: {default_classification: confidential}}}\n",
       "governance: {data_contracts: {auto_generation: {default_classification: public}}}\n", "FLOE-E0322"},
  };
  for (const Case& c : cases) {
    CAPTURE(c.enterprise, c.domain);
    const std::string findings = below(c.enterprise, c.domain).findings;
    CHECK(std::count(findings.begin(), findings.end(), '\n') == (*c.code == '\0' ? 0 : 1));
    CHECK(findings.find(c.code) != std::string::npos);
  }
}
