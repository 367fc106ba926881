#include "artifact/compiled_artifacts.hpp"

#include "rules/inheritance/settings.hpp"
#include "rules/lineage/lineage_graph.hpp"
#include "rules/policy/classification.hpp"
#include "secrets/without_secrets.hpp"

#include "base/io/file_system.hpp"
#include "base/json/json.hpp"
#include "base/text/text.hpp"
#include "base/time/civil.hpp"
#include "base/yaml/to_json.hpp"
#include "base/yaml/write.hpp"

namespace floe::artifact {
namespace {

using policy::without_secrets;

json::object plugin_config(const std::string& config) {
  const auto parsed = parse_json(config);
  if (!parsed || !parsed->is_object()) return {};
  const json::value clean = without_secrets("", *parsed);
  return clean.get_object();
}

std::string_view write_mode_name(compile::WriteMode mode) {
  switch (mode) {
    case compile::WriteMode::kAppend:
      return "append";
    case compile::WriteMode::kMerge:
      return "merge";
    case compile::WriteMode::kReplace:
      break;
  }
  return "replace";
}

std::string_view schema_contract_name(compile::SchemaContract contract) {
  switch (contract) {
    case compile::SchemaContract::kFreeze:
      return "freeze";
    case compile::SchemaContract::kDiscard:
      return "discard";
    case compile::SchemaContract::kEvolve:
      break;
  }
  return "evolve";
}

json::array columns_array(const compile::IngestionSource& source) {
  json::array out;
  for (const compile::IngestionColumn& column : source.columns)
    out.push_back(json::object{{"name", column.name}, {"type", column.sql_type}});
  return out;
}

// `id` and `version` are null where no plugin of that name is installed.
json::object plugin_object(const ArtifactInput& input, const std::string& category, const std::string& type,
                           json::object config) {
  const auto found = input.installed.find({category, type});
  const PluginIdentity installed = found == input.installed.end() ? PluginIdentity() : found->second;
  return {{"type", type},
          {"id", text_or_null(installed.id)},
          {"version", text_or_null(installed.version)},
          {"config", std::move(config)}};
}

json::object source_object(const compile::IngestionSource& source) {
  std::string table;
  for (const std::string& level : source.table)
    table.append(table.empty() ? "" : ".").append(level);
  json::object entry{{"name", source.name},
                     {"format", source.format},
                     {"path", source.path},
                     {"table", table},
                     {"write_mode", write_mode_name(source.write_mode)},
                     {"schema_contract", schema_contract_name(source.contract)},
                     {"on_bad_rows", source.bad_rows == compile::BadRows::kRejects ? "rejects" : "fail"},
                     {"options", plugin_config(source.options)}};
  if (!source.columns.empty()) entry["columns"] = columns_array(source);
  if (!source.properties.empty()) {
    json::object properties;
    for (const auto& [key, value] : source.properties)
      properties[key] = value;
    entry["properties"] = std::move(properties);
  }
  if (!source.keys.empty()) entry["keys"] = json::array(source.keys.begin(), source.keys.end());
  return entry;
}

json::object plugins_object(const ArtifactInput& input) {
  json::object out;
  // What the platform says; places of the local default depend on the machine and are bound at run.
  for (const auto& [category, choice] : input.compiled.plugins) {
    if (choice.is_of_environment) continue;
    json::object plugin = plugin_object(input, category, choice.type, json::object());
    if (input.manifest != nullptr) {
      const auto chosen = input.manifest->plugins.find(category);
      if (chosen != input.manifest->plugins.end()) plugin["config"] = plugin_config(chosen->second.config);
    }
    out[category] = std::move(plugin);
  }
  for (const auto& [category, choices] : input.compiled.plugin_lists) {
    json::array list;
    for (const compile::PluginChoice& choice : choices)
      list.push_back(plugin_object(input, category, choice.type, plugin_config(choice.config)));
    out[category] = std::move(list);
  }
  if (input.product != nullptr && !input.product->ingestion.empty()) {
    json::array sources;
    for (const compile::IngestionSource& source : input.product->ingestion)
      sources.push_back(source_object(source));
    json::object config{{"sources", std::move(sources)}};
    out["ingestion"] = plugin_object(input, "ingestion", "files", std::move(config));  // floe itself
  }
  return out;
}

json::array destinations_array(const compile::Compiled& compiled) {
  json::array out;
  for (const compile::Destination& destination : compiled.destinations) {
    out.push_back(json::object{{"name", destination.name},
                               {"sink_type", destination.sink.type},
                               {"source_table", destination.source_table},
                               {"target", plugin_config(destination.target)}});
  }
  return out;
}

// Those with a class: what it is, what is declared, and how it came here.
json::array classified_columns(const std::vector<policy::ColumnClass>& columns) {
  json::array out;
  for (const policy::ColumnClass& column : columns) {
    if (column.classification.empty()) continue;
    json::array path;
    for (const std::string& step : column.path)
      path.emplace_back(step);
    out.push_back(json::object{{"name", column.name},
                               {"classification", column.classification},
                               {"declared", text_or_null(column.declared)},
                               {"masked", column.is_masked},
                               {"path", std::move(path)}});
  }
  return out;
}

// What a FloeSpec says of the model beside its dependencies.
void add_annotation(const ArtifactInput& input, const std::string& model, json::object* transform) {
  if (input.product == nullptr) return;
  for (const config::ModelAnnotation& annotation : input.product->annotations) {
    if (annotation.model != model) continue;
    if (!annotation.tier.empty()) (*transform)["tier"] = annotation.tier;
    if (!annotation.tags.empty()) (*transform)["tags"] = json::array(annotation.tags.begin(), annotation.tags.end());
  }
}

json::array transforms_array(const ArtifactInput& input) {
  json::array out;
  const std::string prefix = compile::dbt_project_prefix(input.compiled);
  const policy::ColumnClasses classes = policy::classify(input.graph);
  for (const policy::Model& model : input.graph.models) {
    json::array inputs;
    for (const std::string& id : model.inputs)
      inputs.emplace_back(id);
    const config::Layer* layer = input.manifest == nullptr ? nullptr : policy::layer_of(*input.manifest, model.name);
    json::object transform{{"unique_id", model.unique_id},
                           {"name", model.name},
                           {"type", "dbt"},
                           {"path", io::normalize_path(prefix + model.file)},
                           {"layer", layer == nullptr ? json::value(nullptr) : json::value(layer->name)},
                           {"depends_on", std::move(inputs)}};
    json::array classified = classified_columns(classes.at(model.unique_id));
    if (!classified.empty()) transform["classified_columns"] = std::move(classified);
    add_annotation(input, model.name, &transform);
    out.push_back(std::move(transform));
  }
  return out;
}

std::string_view action_of(const policy::Verdict& verdict) {
  if (verdict.is_excluded) return "exclude";
  return config::action_name(verdict.action);
}

json::array overrides_array(const ArtifactInput& input) {
  json::array out;
  for (const policy::OverrideUse& use : input.overrides) {
    const config::PolicyOverride& written = *use.written;
    json::array types;
    for (const std::string& type : written.policy_types)
      types.emplace_back(type);
    json::array softened;
    for (const auto& [policy, model] : use.softened)
      softened.push_back(json::object{{"policy", policy}, {"model", model}});
    out.push_back(json::object{
        {"pattern", written.pattern},
        {"action", written.excludes ? "exclude" : "downgrade"},
        {"reason", written.reason},
        {"expires", written.expires ? json::value(time::format_date(*written.expires)) : json::value(nullptr)},
        {"is_expired", use.is_expired},
        {"policy_types", std::move(types)},
        {"softened", std::move(softened)}});
  }
  return out;
}

json::object enforcement_object(const ArtifactInput& input) {
  json::array results;
  std::int64_t errors = 0;
  std::int64_t warnings = 0;
  for (const PolicyResult& result : input.policies) {
    json::array violations;
    for (const policy::Verdict& verdict : result.verdicts) {
      if (verdict.problem.empty()) continue;
      if (!verdict.is_excluded) (verdict.action == config::Action::kBlock ? errors : warnings) += 1;
      violations.push_back(json::object{{"model", verdict.model},
                                        {"code", verdict.diagnostic.code},
                                        {"action", action_of(verdict)},
                                        {"problem", verdict.problem},
                                        {"expected", verdict.expected},
                                        {"override", text_or_null(verdict.override_reason)}});
    }
    results.push_back(json::object{{"policy", result.name},
                                   {"level", config::enforcement_name(result.level)},
                                   {"checked", result.verdicts.size()},
                                   {"violations", std::move(violations)}});
  }
  return json::object{{"passed", errors == 0},
                      {"errors", errors},
                      {"warnings", warnings},
                      {"models_validated", input.graph.models.size()},
                      {"overrides", overrides_array(input)},
                      {"policies", std::move(results)}};
}

// For a dbt beside floe: places come from the environment, which no artifact knows.
json::object profile_output(const ArtifactInput& input) {
  const std::string& compute = input.compiled.plugins.at("compute").type;
  json::object out{{"type", compute}};
  if (compute == "duckdb") {
    out["path"] = "{{ env_var('FLOE_DUCKDB_PATH', '.floe/floe.duckdb') }}";  // dbt names the database after the file
  } else {
    out["database"] = "floe";
  }
  out["schema"] = input.compiled.default_schema;
  out["threads"] = 4;
  return out;
}

json::object dbt_profiles(const ArtifactInput& input) {
  return json::object{
      {"floe", json::object{{"target", "dev"}, {"outputs", json::object{{"dev", profile_output(input)}}}}}};
}

// A section of the manifest as it was inherited.
json::value section_of(const ArtifactInput& input, std::string_view key) {
  const bool has_platform = input.chain != nullptr && input.chain->merged != nullptr;  // else it is broken
  const yaml::NodePtr section = has_platform ? input.chain->merged->get(key) : nullptr;
  return section == nullptr ? json::value(nullptr) : without_secrets("", yaml::to_json_value(*section));
}

json::array chain_array(const ArtifactInput& input) {
  if (input.chain == nullptr) return {};
  return inheritance::chain_json(input.chain->tiers);
}

// Which manifest says each member of `governance`.
json::object governance_origins(const ArtifactInput& input) {
  json::object out;
  if (input.chain == nullptr || input.chain->merged == nullptr) return out;
  for (const inheritance::Setting& setting : inheritance::settings_of(*input.chain, "governance")) {
    if (!setting.manifest.empty()) out[setting.address] = setting.manifest;
  }
  return out;
}

std::string_view mode_of(const ArtifactInput& input) {
  if (input.manifest == nullptr) return "simple";
  return input.manifest->scope == config::Scope::kDomain ? "mesh" : "centralized";
}

json::value domain_context(const ArtifactInput& input) {
  const inheritance::Tier* domain = input.chain == nullptr ? nullptr : inheritance::domain_of(*input.chain);
  if (domain == nullptr) return nullptr;
  return json::object{{"domain", domain->name}, {"namespace", domain->name}, {"manifest", domain->reference}};
}

json::object identity_object(const ArtifactInput& input) {
  json::object out{{"name", input.compiled.product_name}, {"version", text_or_null(input.compiled.product_version)}};
  if (input.product != nullptr) {
    out["owner"] = text_or_null(input.product->owner);
    out["description"] = text_or_null(input.product->description);
    if (input.product->labels != nullptr) out["labels"] = yaml::to_json_value(*input.product->labels);
  }
  return out;
}

json::object levels_object(const config::ServiceLevels& levels) {
  json::object out;
  for (const std::string_view property : config::kServiceProperties) {
    const std::string& written = levels.of(property).name;
    if (!written.empty()) out[property] = written;
  }
  return out;
}

json::object ports_object(const ArtifactInput& input) {
  json::array inputs;
  json::array outputs;
  if (input.product != nullptr) {
    const config::Ports& ports = input.product->ports;
    for (const config::InputPort& port : ports.inputs) {
      inputs.push_back(json::object{
          {"product", port.product.name}, {"port", port.port.name}, {"version", text_or_null(port.version.name)}});
    }
    for (const config::OutputPort& port : ports.outputs) {
      const policy::Model* model = policy::find_model(input.graph, port.model.name);
      outputs.push_back(json::object{
          {"name", port.name},
          {"qualified_name", config::qualified_port_name(input.compiled.domain.value_or(""), *input.product, port)},
          {"model", port.model.name},
          {"table", text_or_null(model == nullptr ? "" : model->schema + "." + model->table)},
          {"description", text_or_null(port.description)},
          {"classification", text_or_null(port.classification)},
          {"contract", text_or_null(port.contract.name)},
          {"sla", levels_object(config::levels_of(port, ports))}});
    }
  }
  return {{"inputs", std::move(inputs)}, {"outputs", std::move(outputs)}};
}

json::array contracts_array(const compile::Compiled& compiled) {
  json::array out;
  if (!compiled.examined) return out;
  for (const contract::PortContract& made : compiled.examined->contracts) {
    DiagnosticSink unused;
    const yaml::NodePtr document = yaml::parse(made.document, {}, unused);
    out.push_back(json::object{{"port", made.port},
                               {"id", made.contract.id},
                               {"version", made.contract.version},
                               {"table", made.table},
                               {"document", yaml::to_json_value(*document)}});
  }
  return out;
}

json::array sensors_array(const ArtifactInput& input) {
  json::array out;
  if (input.product == nullptr) return out;
  for (const config::Sensor& sensor : input.product->ports.sensors) {
    json::array transforms;
    for (const config::NamedPlace& transform : sensor.transforms)
      transforms.emplace_back(transform.name);
    out.push_back(json::object{{"name", sensor.name},
                               {"on", sensor.on},
                               {sensor.on == "file" ? "path" : sensor.on, sensor.subject.name},
                               {"transforms", std::move(transforms)}});
  }
  return out;
}

// What others see of the product.
json::value data_product(const ArtifactInput& input) {
  if (input.product == nullptr) return nullptr;
  json::array contracts;
  for (const config::OutputPort& port : input.product->ports.outputs)
    contracts.emplace_back(config::qualified_port_name(input.compiled.domain.value_or(""), *input.product, port));
  return json::object{{"owner", text_or_null(input.product->owner)},
                      {"slas", levels_object(input.product->ports.levels)},
                      {"contracts", std::move(contracts)}};
}

json::array documents_array(const std::vector<DeployDocument>& documents) {
  json::array out;
  for (const DeployDocument& document : documents) {
    out.push_back(json::object{{"path", document.path},
                               {"kind", document.kind},
                               {"name", document.name},
                               {"namespace", text_or_null(document.name_space)},
                               {"plugin", document.plugin},
                               {"sha256", text::sha256_hex(document.text)}});
  }
  return out;
}

}  // namespace

json::object compiled_artifacts(const ArtifactInput& input) {
  json::object metadata{{"floe_version", FLOE_VERSION}, {"source_hash", input.source_hash}};
  if (input.compiled_at) metadata["compiled_at"] = *input.compiled_at;
  json::value governance = nullptr;
  if (input.manifest != nullptr && input.manifest->governance != nullptr) {
    governance = without_secrets("", yaml::to_json_value(*input.manifest->governance));
  }
  json::array schedules;
  if (input.product != nullptr && input.product->schedule != nullptr) {
    schedules.push_back(yaml::to_json_value(*input.product->schedule));
  }
  if (input.product != nullptr && input.product->schedules != nullptr) {
    for (const yaml::NodePtr& schedule : input.product->schedules->items)
      schedules.push_back(yaml::to_json_value(*schedule));
  }
  json::object out{
      {"schema", "floe.compiled_artifacts/1"},
      {"metadata", std::move(metadata)},
      {"identity", identity_object(input)},
      {"mode", mode_of(input)},
      {"inheritance_chain", chain_array(input)},
      {"domain_context", domain_context(input)},
      {"plugins", plugins_object(input)},
      {"transforms", transforms_array(input)},
      {"lineage", lineage::graph_json(lineage::make_graph(input.graph, input.graph.lineage, input.compiled))},
      {"schedules", std::move(schedules)},
      {"sensors", sensors_array(input)},
      {"ports", ports_object(input)},
      {"data_product", data_product(input)},
      {"contracts", contracts_array(input.compiled)},
      {"destinations", destinations_array(input.compiled)},
      {"governance", std::move(governance)},
      {"governance_origins", governance_origins(input)},
      {"observability", section_of(input, "observability")},
      {"resources", section_of(input, "resource_presets")},
      {"defaults", section_of(input, "defaults")},
      {"enforcement_result", enforcement_object(input)},
      {"dbt_profiles", dbt_profiles(input)},
  };
  if (!input.documents.empty()) out["deploy_documents"] = documents_array(input.documents);
  return out;
}

std::string compiled_artifacts_json(const ArtifactInput& input) {
  return to_pretty_json(compiled_artifacts(input), true);
}

std::string enforcement_json(const ArtifactInput& input) {
  json::object enforcement = enforcement_object(input);
  enforcement["dbt"] = json::object{{"id", text_or_null(input.dbt.id)},
                                    {"version", text_or_null(input.dbt.version)},
                                    {"sha256", text_or_null(input.dbt.sha256)},
                                    {"came_with_floe", input.dbt.is_own}};
  return to_pretty_json(enforcement, true);
}

std::string profiles_yml(const ArtifactInput& input) { return yaml::write_yaml(dbt_profiles(input)); }

}  // namespace floe::artifact
