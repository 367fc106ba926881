#include "rules/contract/check_ports.hpp"

#include "rules/contract/drift.hpp"
#include "rules/contract/sql_type.hpp"

#include "base/text/text.hpp"

#include <fmt/format.h>

#include <algorithm>

namespace floe::contract {
namespace {

void report_missing_model(const config::OutputPort& port, const policy::ModelGraph& graph, DiagnosticSink& sink) {
  std::vector<std::string> known;
  known.reserve(graph.models.size());
  for (const policy::Model& model : graph.models)
    known.push_back(model.name);
  auto diagnostic = error_diagnostic("FLOE-E0377", "port-without-model",
                                     fmt::format("output port `{}` offers `{}`, which is no model of the dbt project",
                                                 port.name, port.model.name))
                        .at(port.model.span)
                        .addressed("output_ports." + port.name + ".model");
  if (const auto near = text::nearest(port.model.name, known)) {
    diagnostic.helps.push_back(fmt::format("write `{}`", *near));
  } else {
    diagnostic.notes.push_back(known.empty() ? "the project has no models" : "models: " + text::join(known, ", "));
  }
  sink.report(std::move(diagnostic));
}

// A column that a port promises.
struct Promise {
  const config::OutputPort& port;
  const std::string& name;
  const Span& span;
};

void report_missing_column(const Promise& promise, const policy::Model& model, DiagnosticSink& sink) {
  std::vector<std::string> known;
  known.reserve(model.columns.size());
  for (const policy::ModelColumn& declared : model.columns)
    known.push_back(declared.name);
  auto diagnostic = error_diagnostic("FLOE-E0378", "unknown-port-column",
                                     fmt::format("model `{}` declares no column `{}`", model.name, promise.name))
                        .at(promise.span, fmt::format("promised by port `{}`", promise.port.name))
                        .note("declared: " + text::join(known, ", "))
                        .addressed(fmt::format("output_ports.{}.schema.{}", promise.port.name, promise.name));
  if (model.name_span.valid()) diagnostic.labels.push_back({model.name_span, "the model", false});
  const auto near = text::nearest(promise.name, known);
  diagnostic.helps.push_back(near ? fmt::format("write `{}`", *near)
                                  : fmt::format("add `- name: {}` to `columns` of the model", promise.name));
  sink.report(std::move(diagnostic));
}

// nullptr when the model does not declare it, with a finding.
const policy::ModelColumn* find_declared(const Promise& promise, const policy::Model& model, DiagnosticSink& sink) {
  const auto declared = std::find_if(model.columns.begin(), model.columns.end(), [&](const auto& candidate) {
    return text::equals_ignore_case_ascii(candidate.name, promise.name);
  });
  if (declared != model.columns.end()) return &*declared;
  report_missing_column(promise, model, sink);
  return nullptr;
}

void report_type(const Promise& promise, const std::string& type, const Span& type_span, const policy::Model& model,
                 const policy::ModelColumn& declared, std::string help, DiagnosticSink& sink) {
  auto diagnostic = error_diagnostic("FLOE-E0379", "port-column-type",
                                     fmt::format("port `{}` promises `{}` as {}, model `{}` declares it as {}",
                                                 promise.port.name, promise.name, type, model.name, declared.data_type))
                        .at(type_span)
                        .help(std::move(help))
                        .addressed(fmt::format("output_ports.{}.schema.{}.type", promise.port.name, promise.name));
  if (model.name_span.valid()) diagnostic.labels.push_back({model.name_span, "the model", false});
  sink.report(std::move(diagnostic));
}

void check_column(const config::OutputPort& port, const config::PortColumn& column, const policy::Model& model,
                  DiagnosticSink& sink) {
  const Promise promise{port, column.name, column.span};
  const policy::ModelColumn* declared = find_declared(promise, model, sink);
  if (declared == nullptr || column.type.empty() || declared->data_type.empty()) return;
  if (iceberg_type(column.type) == iceberg_type(declared->data_type)) return;
  report_type(promise, column.type, column.type_span, model, *declared,
              fmt::format("write `type: {}`, or leave `type` out", declared->data_type), sink);
}

// In the words of the contract: the type in the table, else the logical one.
void check_property(const config::OutputPort& port, const Property& property, const policy::Model& model,
                    DiagnosticSink& sink) {
  const Promise promise{port, property.column(), property.span};
  const policy::ModelColumn* declared = find_declared(promise, model, sink);
  if (declared == nullptr || declared->data_type.empty()) return;
  const std::string type = iceberg_type(declared->data_type);
  if (unkept_type(property, type).empty()) return;
  const bool is_physical = !property.physical_type.empty();
  const std::string_view logical = logical_type(type);
  report_type(promise, is_physical ? property.physical_type : property.logical_type, property.type_span, model,
              *declared,
              is_physical ? fmt::format("write `physicalType: {}`, or leave it out", declared->data_type)
                          : fmt::format("write `logicalType: {}`, or leave it out", logical),
              sink);
}

}  // namespace

void check_ports(const config::Ports& ports, const policy::ModelGraph& graph, DiagnosticSink& sink) {
  for (const config::OutputPort& port : ports.outputs) {
    const policy::Model* model = policy::find_model(graph, port.model.name);
    if (model == nullptr) {
      report_missing_model(port, graph, sink);
      continue;
    }
    check_port_columns(port, *model, sink);
  }
}

void check_port_columns(const config::OutputPort& port, const policy::Model& model, DiagnosticSink& sink) {
  // One that declares nothing is compared when its table is there.
  if (model.columns.empty()) return;
  for (const config::PortColumn& column : port.columns)
    check_column(port, column, model, sink);
}

void check_written_columns(const config::OutputPort& port, const Object& written, const policy::Model& model,
                           DiagnosticSink& sink) {
  if (model.columns.empty()) return;
  for (const Property& property : written.properties)
    check_property(port, property, model, sink);
}

}  // namespace floe::contract
