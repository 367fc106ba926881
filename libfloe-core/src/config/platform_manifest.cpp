#include "config/platform_manifest.hpp"

#include "config/governance.hpp"
#include "schema/document_shapes.hpp"

#include "base/json/json.hpp"
#include "base/yaml/to_json.hpp"

#include <fmt/format.h>

#include <algorithm>

namespace floe::config {
namespace {

// Top-level keys that would make a manifest differ by environment; it must not (configuration.md 1).
constexpr std::string_view kEnvironmentKeys[] = {"env_overrides", "environments", "environment", "env",
                                                 "dev",           "staging",      "prod",        "production",
                                                 "target_env",    "floe_env"};

Enforcement parse_enforcement(const std::string& word, Enforcement fallback) {
  if (word == "off") return Enforcement::kOff;
  if (word == "warn") return Enforcement::kWarn;
  if (word == "strict") return Enforcement::kStrict;
  return fallback;
}

std::vector<Layer> layers_of_pattern(const std::string& pattern) {
  if (pattern == "medallion") {
    return {
        {"bronze", "bronze_", {}}, {"silver", "silver_", {"bronze", "silver"}}, {"gold", "gold_", {"silver", "gold"}}};
  }
  if (pattern == "kimball") {
    return {{"staging", "stg_", {}},
            {"dimension", "dim_", {"staging", "dimension"}},
            {"fact", "fact_", {"staging", "dimension", "fact"}},
            {"bridge", "bridge_", {"staging", "dimension", "fact"}}};
  }
  if (pattern == "data_vault") {
    return {{"staging", "stg_", {}},
            {"hub", "hub_", {"staging"}},
            {"link", "link_", {"staging", "hub"}},
            {"satellite", "sat_", {"staging", "hub", "link"}}};
  }
  return {};
}

compile::PluginChoice read_choice(const yaml::Node& node) {
  compile::PluginChoice choice;
  if (node.is_string()) {
    choice.config = "{}";
    choice.type = node.text;
    choice.span = node.span;
    return choice;
  }
  choice.type = member_text(node, "type");
  choice.version = member_text(node, "version");
  if (const yaml::NodePtr type = node.get("type")) choice.span = type->span;
  json::object config;
  if (const yaml::NodePtr written = node.get("config"); written != nullptr && written->is_mapping()) {
    config = yaml::to_json_value(*written).as_object();
  }
  // One more setting: plugins that connect read it as such.
  const std::string secret = member_text(node, "connection_secret_ref");
  if (!secret.empty()) config["connection_secret_ref"] = secret;
  choice.config = to_json(config);
  if (const yaml::NodePtr rules = node.get("rules")) choice.rules = to_json(yaml::to_json_value(*rules));
  return choice;
}

void read_plugins(const yaml::Node& node, PlatformManifest* manifest) {
  for (const yaml::Entry& entry : node.entries) {
    if (!entry.value->is_sequence()) {
      manifest->plugins[entry.key] = read_choice(*entry.value);
      continue;
    }
    for (const yaml::NodePtr& item : entry.value->items)
      manifest->plugin_lists[entry.key].push_back(read_choice(*item));
  }
}

void read_architecture(const yaml::Node& node, PlatformManifest* manifest) {
  manifest->pattern = member_text(node, "pattern");
  manifest->naming = Enforcement::kWarn;
  if (const yaml::NodePtr naming = node.get("naming")) {
    manifest->naming = parse_enforcement(member_text(*naming, "enforcement"), Enforcement::kWarn);
    manifest->naming_patterns = member_texts(*naming, "patterns");
  }
  manifest->layers = layers_of_pattern(manifest->pattern);
  const yaml::NodePtr layers = node.get("layers");
  if (layers == nullptr) return;
  manifest->layers.clear();
  for (const yaml::NodePtr& layer : layers->items) {
    manifest->layers.push_back(
        {member_text(*layer, "name"), member_text(*layer, "prefix"), member_texts(*layer, "reads_from")});
  }
}

compile::SqlFacet read_sql_facet(const yaml::Node& root) {
  const yaml::NodePtr observability = root.get("observability");
  const yaml::NodePtr lineage = observability == nullptr ? nullptr : observability->get("lineage");
  const std::string name = lineage == nullptr ? "" : member_text(*lineage, "sql");
  if (name == "masked") return compile::SqlFacet::kMasked;
  if (name == "hash") return compile::SqlFacet::kHash;
  return name == "off" ? compile::SqlFacet::kOff : compile::SqlFacet::kFull;
}

void read_governance(const yaml::Node& node, PlatformManifest* manifest) {
  manifest->service_levels = read_service_levels(node.get("slos"));
  if (const yaml::NodePtr contracts = node.get("data_contracts")) {
    manifest->contracts = parse_enforcement(member_text(*contracts, "enforcement"), Enforcement::kWarn);
    if (const yaml::NodePtr generated = contracts->get("auto_generation"))
      manifest->default_classification = member_text(*generated, "default_classification");
  }
  manifest->denied_services = member_texts(node, "denied_services");
  manifest->encrypts_pii = member_text(node, "pii_encryption") == "required";
  bool blocks = true;
  if (const yaml::NodePtr gates = node.get("quality_gates")) {
    QualityGates& out = manifest->gates;
    if (gates->find("minimum_test_coverage") != nullptr) {
      out.minimum_test_coverage = member_integer_or(*gates, "minimum_test_coverage", 0);
    }
    if (const yaml::NodePtr thresholds = gates->get("layer_thresholds")) {
      for (const yaml::Entry& entry : thresholds->entries)
        out.layer_thresholds[entry.key] = entry.value->integer;
    }
    out.require_descriptions = member_flag_or(*gates, "require_descriptions", false);
    out.require_column_descriptions = member_flag_or(*gates, "require_column_descriptions", false);
    out.empty_models_count_as_covered = member_text(*gates, "zero_column_coverage_behavior") == "report_100_percent";
    out.action = parse_action(member_text(*gates, "action"));
    blocks = member_flag_or(*gates, "block_on_failure", true);
  }
  // A gate that does not block is one that warns, unless the platform says a level itself.
  manifest->policies = parse_enforcement(member_text(node, "policy_enforcement_level"),
                                         blocks ? Enforcement::kStrict : Enforcement::kWarn);
}

bool is_environment_key(const yaml::Entry& entry) {
  return std::find(std::begin(kEnvironmentKeys), std::end(kEnvironmentKeys), entry.key) != std::end(kEnvironmentKeys);
}

void report_environment_keys(const yaml::Node& root, DiagnosticSink& sink) {
  for (const yaml::Entry& entry : root.entries) {
    if (!is_environment_key(entry)) continue;
    sink.report(error_diagnostic(
                    "FLOE-E0208", "environment-in-manifest",
                    fmt::format("`{}` has no place in a manifest: it is the same for every environment", entry.key))
                    .at(entry.key_span, "environment-specific")
                    .help("write what holds everywhere; platforms that really differ are two manifests")
                    .addressed(entry.key));
  }
}

void check_references(const PlatformManifest& manifest, const yaml::Node& root, DiagnosticSink& sink) {
  const yaml::NodePtr architecture = root.get("data_architecture");
  const bool needs_patterns = manifest.pattern == "custom" && manifest.naming != Enforcement::kOff;
  if (needs_patterns && manifest.naming_patterns.empty() && manifest.layers.empty()) {
    sink.report(error_diagnostic("FLOE-E0209", "patterns-missing",
                                 "pattern `custom` needs `naming.patterns` or `layers` to enforce names by")
                    .at(architecture->get("pattern")->span)
                    .addressed("data_architecture.naming.patterns"));
  }
  const yaml::NodePtr naming = architecture == nullptr ? nullptr : architecture->get("naming");
  const yaml::NodePtr patterns = naming == nullptr ? nullptr : naming->get("patterns");
  for (std::size_t i = 0; patterns != nullptr && i < patterns->items.size(); ++i)
    check_regular_expression(*patterns->items[i], fmt::format("data_architecture.naming.patterns[{}]", i), sink);
  for (std::size_t i = 0; i < manifest.layers.size(); ++i) {
    for (const std::string& wanted : manifest.layers[i].reads_from) {
      const bool known = std::any_of(manifest.layers.begin(), manifest.layers.end(),
                                     [&](const Layer& layer) { return layer.name == wanted; });
      if (known) continue;
      const yaml::NodePtr list = architecture->get("layers");
      const Span span = list == nullptr ? architecture->span : list->items[i]->get("reads_from")->span;
      sink.report(error_diagnostic(
                      "FLOE-E0302", "unknown-layer",
                      fmt::format("layer `{}` reads from `{}`, which is no layer", manifest.layers[i].name, wanted))
                      .at(span)
                      .addressed(fmt::format("data_architecture.layers[{}].reads_from", i)));
    }
  }
}

// Aliases written out: what else reads the tree knows one spelling.
class AliasExpander {
 public:
  using IsInstalled = std::function<bool(std::string_view category, const std::string& type)>;

  AliasExpander(yaml::Node* root, const IsInstalled& is_installed, DiagnosticSink& sink)
      : root_(root), is_installed_(is_installed), sink_(sink) {}

  // `name`: of a manifest that says none.
  void expand(const std::string& name) {
    expand_name(name);
    expand_kind();
    expand_metadata_scope();
    expand_observability();
    expand_naming();
    root_->index_entries();
  }

 private:
  static yaml::NodePtr text_node(const yaml::Node& like, std::string text) {
    auto node = std::make_shared<yaml::Node>();
    node->kind = yaml::Kind::kString;
    node->span = like.span;
    node->text = std::move(text);
    return node;
  }

  static std::shared_ptr<yaml::Node> mapping_like(const yaml::Node& like) {
    auto node = std::make_shared<yaml::Node>();
    node->kind = yaml::Kind::kMapping;
    node->span = like.span;
    return node;
  }

  // A copy of the mapping `key` of `owner` that may be changed; an empty one where there is none.
  static std::shared_ptr<yaml::Node> own_mapping(yaml::Node* owner, const std::string& key, const Span& span) {
    for (yaml::Entry& entry : owner->entries) {
      if (entry.key != key) continue;
      auto copy = std::make_shared<yaml::Node>(*entry.value);
      entry.value = copy;
      return copy;
    }
    yaml::Node like;
    like.span = span;
    auto made = mapping_like(like);
    owner->entries.push_back({key, span, made, nullptr});
    return made;
  }

  void expand_name(const std::string& name) {
    if (root_->find("metadata") != nullptr || name.empty()) return;
    const auto metadata = mapping_like(*root_);
    metadata->entries.push_back({"name", root_->span, text_node(*root_, name), nullptr});
    root_->entries.push_back({"metadata", root_->span, metadata, nullptr});
    root_->index_entries();
  }

  // `governance.naming {enforcement, pattern, custom_patterns}`, as Python floe writes it.
  void expand_naming() {
    const yaml::NodePtr written = root_->get("governance");
    const yaml::Entry* found = written == nullptr ? nullptr : written->find("naming");
    if (found == nullptr) return;
    const yaml::Entry other = *found;
    const auto governance = own_mapping(root_, "governance", written->span);
    std::erase_if(governance->entries, [](const yaml::Entry& entry) { return entry.key == "naming"; });
    governance->index_entries();
    const auto architecture = own_mapping(root_, "data_architecture", other.value->span);
    const auto naming = own_mapping(architecture.get(), "naming", other.value->span);
    for (const yaml::Entry& entry : other.value->entries) {
      const bool is_pattern = entry.key == "pattern";
      const std::string key = entry.key == "custom_patterns" ? "patterns" : entry.key;
      yaml::Node& owner = is_pattern ? *architecture : *naming;
      if (const yaml::Entry* twice = owner.find(key)) {
        report_naming_twice(entry, *twice, is_pattern ? "data_architecture." + key : "data_architecture.naming." + key);
        continue;
      }
      owner.entries.push_back({key, entry.key_span, entry.value, entry.key_node});
    }
    // Its default there. Without a key node: nobody wrote it, so that a pattern above stays (inheritance/merge.cpp).
    if (architecture->find("pattern") == nullptr && architecture->find("layers") == nullptr)
      architecture->entries.push_back({"pattern", other.key_span, text_node(*other.value, "medallion"), nullptr});
    naming->index_entries();
    architecture->index_entries();
  }

  void report_naming_twice(const yaml::Entry& here, const yaml::Entry& there, const std::string& address) {
    sink_.report(error_diagnostic("FLOE-E0703", "naming-written-twice",
                                  fmt::format("`governance.naming.{}` and `{}` say the same thing", here.key, address))
                     .at(here.key_span)
                     .beside(there.key_span, "written here as well")
                     .help(fmt::format("keep `{}`", address))
                     .addressed("governance.naming." + here.key));
  }

  // `key` of the root, which may be written already, but not differently.
  void set_scope(const yaml::Node& from, const std::string& scope, const char* address) {
    const yaml::NodePtr written = root_->get("scope");
    if (written == nullptr) {
      root_->entries.push_back({"scope", from.span, text_node(from, scope), nullptr});
      return;
    }
    if (written->text == scope) return;
    sink_.report(error_diagnostic("FLOE-E0212", "contradicting-scopes",
                                  fmt::format("`scope` is `{}`, but `{}` says `{}`", written->text, address, scope))
                     .at(written->span)
                     .beside(from.span, "says otherwise")
                     .help("write the scope once, as `scope`")
                     .addressed("scope"));
  }

  void expand_kind() {
    for (yaml::Entry& entry : root_->entries) {
      const bool is_enterprise = entry.value->text == "EnterpriseManifest";
      if (entry.key != "kind" || (!is_enterprise && entry.value->text != "DomainManifest")) continue;
      const yaml::NodePtr kind = entry.value;
      entry.value = text_node(*kind, "Manifest");
      return set_scope(*kind, is_enterprise ? "enterprise" : "domain", "kind");
    }
  }

  void expand_metadata_scope() {
    const yaml::NodePtr metadata = root_->get("metadata");
    const yaml::NodePtr scope = metadata == nullptr ? nullptr : metadata->get("scope");
    if (scope != nullptr && scope->is_string()) set_scope(*scope, scope->text, "metadata.scope");
  }

  void expand_observability() {
    const auto plugins = std::find_if(root_->entries.begin(), root_->entries.end(),
                                      [](const yaml::Entry& entry) { return entry.key == "plugins"; });
    if (plugins == root_->entries.end() || !plugins->value->is_mapping()) return;
    const yaml::Entry* short_form = plugins->value->find("observability");
    if (short_form == nullptr) return;
    const yaml::Entry chosen = *short_form;
    auto expanded = std::make_shared<yaml::Node>(*plugins->value);
    std::erase_if(expanded->entries, [](const yaml::Entry& entry) { return entry.key == "observability"; });
    const std::string type = chosen.value->is_string() ? chosen.value->text : member_text(*chosen.value, "type");
    for (const char* category : {"telemetry_backend", "lineage_backend"}) {
      const yaml::Entry* written = expanded->find(category);
      if (written != nullptr) {
        report_twice(chosen, *written);
        continue;
      }
      const bool is_lineage = std::string_view(category) == "lineage_backend";
      if (is_lineage && (!is_installed_ || !is_installed_(category, type))) continue;
      expanded->entries.push_back({category, chosen.key_span, chosen.value, chosen.key_node});
    }
    expanded->index_entries();
    plugins->value = std::move(expanded);
  }

  void report_twice(const yaml::Entry& chosen, const yaml::Entry& written) {
    sink_.report(error_diagnostic("FLOE-E0213", "chosen-twice",
                                  fmt::format("`plugins.observability` chooses `{}` too", written.key))
                     .at(chosen.key_span, "short for both backends")
                     .beside(written.key_span, "chosen here")
                     .help("write `telemetry_backend` and `lineage_backend` instead of `observability`")
                     .addressed("plugins.observability"));
  }

  yaml::Node* root_;
  const IsInstalled& is_installed_;
  DiagnosticSink& sink_;
};

// Without `metadata` a manifest has neither name nor version (design: configuration.md 1.1, short documents).
void warn_short(const Document& document, DiagnosticSink& sink) {
  if (document.root->find("metadata") != nullptr) return;
  sink.report(warning_diagnostic("FLOE-W1201", "short-manifest", "the manifest has no `metadata`")
                  .at(Span{document.name, 0, 0, 0, 0})
                  .note(fmt::format("it is named `{}` after its folder and has no version", short_name(document)))
                  .help("write `metadata: {name: ..., version: \"1.0.0\"}`"));
}

}  // namespace

std::string_view enforcement_name(Enforcement level) {
  if (level == Enforcement::kOff) return "off";
  return level == Enforcement::kWarn ? "warn" : "strict";
}

std::string_view action_name(Action action) {
  if (action == Action::kBlock) return "block";
  return action == Action::kWarn ? "warn" : "notify";
}

Action parse_action(std::string_view word) {
  if (word == "warn" || word == "warning") return Action::kWarn;
  return word == "notify" ? Action::kNotify : Action::kBlock;
}

std::string_view scope_name(Scope scope) {
  if (scope == Scope::kPlatform) return "platform";
  return scope == Scope::kEnterprise ? "enterprise" : "domain";
}

Scope scope_of(const yaml::Node& root) {
  const std::string scope = member_text(root, "scope");
  if (scope == "enterprise") return Scope::kEnterprise;
  return scope == "domain" ? Scope::kDomain : Scope::kPlatform;
}

bool check_manifest(Document* document,
                    const std::function<bool(std::string_view category, const std::string& type)>& is_installed,
                    DiagnosticSink& sink) {
  if (document->root == nullptr) return false;
  DiagnosticSink own;
  report_environment_keys(*document->root, own);
  yaml::Node rest = *document->root;  // said once is enough: what is left out here is not an unknown key as well
  std::erase_if(rest.entries, is_environment_key);
  rest.index_entries();
  check_shape(rest, kManifestShape, "", own);
  if (!own.has_errors()) {
    warn_short(*document, own);
    AliasExpander(&rest, is_installed, own).expand(short_name(*document));
    document->root = std::make_shared<const yaml::Node>(std::move(rest));
  }
  const bool is_usable = !own.has_errors();
  sink.merge(std::move(own));
  return is_usable;
}

PlatformManifest read_members(const yaml::Node& root, DiagnosticSink& sink) {
  PlatformManifest manifest;
  manifest.scope = scope_of(root);
  if (const yaml::NodePtr metadata = root.get("metadata")) {
    manifest.name = member_text(*metadata, "name");
    manifest.version = member_text(*metadata, "version");
  }
  if (root.find("approved_products") != nullptr) manifest.approved_products = member_texts(root, "approved_products");
  if (const yaml::NodePtr plugins = root.get("plugins")) read_plugins(*plugins, &manifest);
  if (const yaml::NodePtr node = root.get("data_architecture")) read_architecture(*node, &manifest);
  manifest.lineage_sql = read_sql_facet(root);
  manifest.governance = root.get("governance");
  if (manifest.governance != nullptr) read_governance(*manifest.governance, &manifest);
  if (manifest.governance != nullptr) {
    read_governance_lists(*manifest.governance, &manifest, sink);
    read_security(*manifest.governance, &manifest, sink);
  }
  check_references(manifest, root, sink);
  return manifest;
}

std::optional<PlatformManifest> read_manifest(const yaml::Node& root, DiagnosticSink& sink) {
  DiagnosticSink own;
  PlatformManifest manifest = read_members(root, own);
  const bool is_usable = !own.has_errors();
  sink.merge(std::move(own));
  if (!is_usable) return std::nullopt;
  return manifest;
}

}  // namespace floe::config
