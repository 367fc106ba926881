#include "contract/check_ports.hpp"

#include "contract/sql_type.hpp"

#include "base/text/text.hpp"

#include <fmt/format.h>

#include <algorithm>

namespace floe::contract {
namespace {

void report_missing_model(const config::OutputPort& port, const policy::ModelGraph& graph, DiagnosticSink& sink) {
  std::vector<std::string> known;
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

void report_missing_column(const config::OutputPort& port, const config::PortColumn& column, const policy::Model& model,
                           DiagnosticSink& sink) {
  std::vector<std::string> known;
  for (const policy::ModelColumn& declared : model.columns)
    known.push_back(declared.name);
  auto diagnostic = error_diagnostic("FLOE-E0378", "unknown-port-column",
                                     fmt::format("model `{}` declares no column `{}`", model.name, column.name))
                        .at(column.span, fmt::format("promised by port `{}`", port.name))
                        .note("declared: " + text::join(known, ", "))
                        .addressed(fmt::format("output_ports.{}.schema.{}", port.name, column.name));
  if (model.name_span.valid()) diagnostic.labels.push_back({model.name_span, "the model", false});
  const auto near = text::nearest(column.name, known);
  diagnostic.helps.push_back(near ? fmt::format("write `{}`", *near)
                                  : fmt::format("add `- name: {}` to `columns` of the model", column.name));
  sink.report(std::move(diagnostic));
}

void check_column(const config::OutputPort& port, const config::PortColumn& column, const policy::Model& model,
                  DiagnosticSink& sink) {
  const auto declared = std::find_if(model.columns.begin(), model.columns.end(), [&](const auto& candidate) {
    return text::equals_ignore_case_ascii(candidate.name, column.name);
  });
  if (declared == model.columns.end()) return report_missing_column(port, column, model, sink);
  if (column.type.empty() || declared->data_type.empty()) return;
  if (iceberg_type(column.type) == iceberg_type(declared->data_type)) return;
  auto diagnostic = error_diagnostic("FLOE-E0379", "port-column-type",
                                     fmt::format("port `{}` promises `{}` as {}, model `{}` declares it as {}",
                                                 port.name, column.name, column.type, model.name, declared->data_type))
                        .at(column.type_span)
                        .help(fmt::format("write `type: {}`, or leave `type` out", declared->data_type))
                        .addressed(fmt::format("output_ports.{}.schema.{}.type", port.name, column.name));
  if (model.name_span.valid()) diagnostic.labels.push_back({model.name_span, "the model", false});
  sink.report(std::move(diagnostic));
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

}  // namespace floe::contract
