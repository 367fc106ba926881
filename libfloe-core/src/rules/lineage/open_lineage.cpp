#include "rules/lineage/open_lineage.hpp"

#include "base/json/json.hpp"
#include "base/text/text.hpp"
#include "base/time/civil.hpp"

#include <map>
#include <utility>

namespace floe::lineage {
namespace {

constexpr const char* kProducer = "https://github.com/floe/floe/tree/" FLOE_VERSION;
constexpr const char* kSchemaUrl = "https://openlineage.io/spec/2-0-2/OpenLineage.json#/$defs/RunEvent";

const char* event_type_name(EventType type) {
  switch (type) {
    case EventType::kStart:
      return "START";
    case EventType::kComplete:
      return "COMPLETE";
    case EventType::kFail:
      return "FAIL";
    case EventType::kAbort:
      return "ABORT";
  }
  return "OTHER";
}

json::object facet(const char* name_and_version) {
  return json::object{{"_producer", kProducer},
                      {"_schemaURL", std::string("https://openlineage.io/spec/facets/") + name_and_version}};
}

json::object run_object(const Event& event, const std::string& job_namespace) {
  json::object facets;
  if (!event.parent_run_id.empty()) {
    json::object parent = facet("1-0-1/ParentRunFacet.json#/$defs/ParentRunFacet");
    parent["run"] = json::object{{"runId", event.parent_run_id}};
    parent["job"] = json::object{{"namespace", job_namespace}, {"name", event.parent_job_name}};
    facets["parent"] = std::move(parent);
  }
  if (!event.error_message.empty()) {
    json::object error = facet("1-0-1/ErrorMessageRunFacet.json#/$defs/ErrorMessageRunFacet");
    error["message"] = event.error_message;
    error["programmingLanguage"] = "SQL";
    facets["errorMessage"] = std::move(error);
  }
  json::object engine = facet("1-1-1/ProcessingEngineRunFacet.json#/$defs/ProcessingEngineRunFacet");
  engine["name"] = "floe";
  engine["version"] = FLOE_VERSION;
  facets["processing_engine"] = std::move(engine);
  return json::object{{"runId", event.run_id}, {"facets", std::move(facets)}};
}

json::object job_object(const Job& job, const std::string& job_namespace) {
  json::object facets;
  json::object type = facet("2-0-3/JobTypeJobFacet.json#/$defs/JobTypeJobFacet");
  type["processingType"] = "BATCH";
  type["integration"] = job.integration;
  type["jobType"] = job.job_type;
  facets["jobType"] = std::move(type);
  if (!job.sql.empty()) {
    json::object sql = facet("1-0-1/SQLJobFacet.json#/$defs/SQLJobFacet");
    sql["query"] = job.sql;
    facets["sql"] = std::move(sql);
  }
  if (!job.description.empty()) {
    json::object documentation = facet("1-0-1/DocumentationJobFacet.json#/$defs/DocumentationJobFacet");
    documentation["description"] = job.description;
    facets["documentation"] = std::move(documentation);
  }
  return json::object{{"namespace", job_namespace}, {"name", job.name}, {"facets", std::move(facets)}};
}

// Each column once, with all its uses.
json::array input_fields(const std::vector<InputField>& inputs, const std::string& dataset_namespace) {
  json::array out;
  std::map<std::pair<std::string, std::string>, std::size_t> places;
  for (const InputField& input : inputs) {
    const auto [place, is_new] = places.try_emplace({input.table, input.column}, out.size());
    if (is_new) {
      out.push_back(json::object{{"namespace", dataset_namespace},
                                 {"name", input.table},
                                 {"field", input.column},
                                 {"transformations", json::array()}});
    }
    out[place->second].as_object()["transformations"].as_array().push_back(
        json::object{{"type", input.type}, {"subtype", input.subtype}});
  }
  return out;
}

json::object column_lineage(const TableLineage& lineage, const std::string& dataset_namespace) {
  json::object fields;
  for (const OutputColumn& column : lineage.columns)
    fields[column.name] = json::object{{"inputFields", input_fields(column.inputs, dataset_namespace)}};
  json::object out = facet("1-2-0/ColumnLineageDatasetFacet.json#/$defs/ColumnLineageDatasetFacet");
  out["fields"] = std::move(fields);
  out["dataset"] = input_fields(lineage.rows, dataset_namespace);
  return out;
}

json::object dataset_facets(const Dataset& dataset, const std::string& dataset_namespace) {
  json::object facets;
  if (!dataset.columns.empty()) {
    json::array fields;
    for (const Column& column : dataset.columns) {
      json::object field{{"name", column.name}, {"type", column.type}};
      if (!column.description.empty()) field["description"] = column.description;
      fields.push_back(std::move(field));
    }
    json::object schema = facet("1-1-1/SchemaDatasetFacet.json#/$defs/SchemaDatasetFacet");
    schema["fields"] = std::move(fields);
    facets["schema"] = std::move(schema);
  }
  if (!dataset.version.empty()) {
    json::object version = facet("1-0-1/DatasetVersionDatasetFacet.json#/$defs/DatasetVersionDatasetFacet");
    version["datasetVersion"] = dataset.version;
    facets["version"] = std::move(version);
  }
  if (!dataset.lineage.columns.empty()) facets["columnLineage"] = column_lineage(dataset.lineage, dataset_namespace);
  return facets;
}

json::array dataset_array(const std::vector<Dataset>& datasets, const std::string& dataset_namespace, bool outputs) {
  json::array out;
  for (const Dataset& dataset : datasets) {
    json::object item{{"namespace", dataset_namespace},
                      {"name", dataset.name},
                      {"facets", dataset_facets(dataset, dataset_namespace)}};
    if (outputs && dataset.rows) {
      json::object statistics =
          facet("1-0-2/OutputStatisticsOutputDatasetFacet.json#/$defs/OutputStatisticsOutputDatasetFacet");
      statistics["rowCount"] = *dataset.rows;
      if (dataset.bytes) statistics["size"] = *dataset.bytes;
      item["outputFacets"] = json::object{{"outputStatistics", std::move(statistics)}};
    }
    out.push_back(std::move(item));
  }
  return out;
}

}  // namespace

std::string event_to_json(const Event& event, const std::string& job_namespace, const std::string& dataset_namespace) {
  return to_json(json::object{
      {"eventType", event_type_name(event.type)},
      {"eventTime", time::format_utc_millis(event.time_unix_ns / 1'000'000)},
      {"run", run_object(event, job_namespace)},
      {"job", job_object(event.job, job_namespace)},
      {"inputs", dataset_array(event.inputs, dataset_namespace, false)},
      {"outputs", dataset_array(event.outputs, dataset_namespace, true)},
      {"producer", kProducer},
      {"schemaURL", kSchemaUrl},
  });
}

std::string job_run_id(const std::string& run_id, const std::string& job_name) {
  std::string hex = text::sha256_hex(run_id + "\n" + job_name).substr(0, 32);
  hex[12] = '8';  // RFC 9562: version 8, vendor-specific
  hex[16] = "89ab"[(hex[16] >= 'a' ? hex[16] - 'a' + 10 : hex[16] - '0') & 3];
  return hex.substr(0, 8) + "-" + hex.substr(8, 4) + "-" + hex.substr(12, 4) + "-" + hex.substr(16, 4) + "-" +
         hex.substr(20);
}

}  // namespace floe::lineage
