#include "config/port.hpp"

#include "config/unique_names.hpp"

#include "base/text/text.hpp"

#include <fmt/format.h>

#include <algorithm>

namespace floe::config {
namespace {

NamedPlace written(const yaml::Node& node, std::string_view key) {
  const yaml::NodePtr value = node.get(key);
  return value == nullptr ? NamedPlace() : NamedPlace{value->text, value->span};
}

PortColumn read_port_column(const yaml::Node& node) {
  PortColumn column;
  column.name = member_text(node, "name");
  column.span = node.get("name")->span;
  const NamedPlace type = written(node, "type");
  column.type = type.name;
  column.type_span = type.span;
  column.description = member_text(node, "description");
  column.classification = member_text(node, "classification");
  column.is_required = member_flag_or(node, "required", false);
  column.is_unique = member_flag_or(node, "unique", false);
  column.is_primary_key = member_flag_or(node, "primary_key", false);
  return column;
}

OutputPort read_output_port(const yaml::Node& node) {
  OutputPort port;
  port.name = member_text(node, "name");
  port.span = node.get("name")->span;
  port.model = written(node, "model");
  port.description = member_text(node, "description");
  port.classification = member_text(node, "classification");
  port.contract = written(node, "contract");
  port.levels = read_service_levels(node.get("sla"));
  if (const yaml::NodePtr columns = node.get("schema")) {
    for (const yaml::NodePtr& column : columns->items)
      port.columns.push_back(read_port_column(*column));
  }
  return port;
}

Sensor read_sensor(const yaml::Node& node) {
  Sensor sensor;
  sensor.name = member_text(node, "name");
  sensor.span = node.get("name")->span;
  sensor.on = member_text(node, "on");
  sensor.subject = written(node, sensor.on == "file" ? "path" : sensor.on);
  if (const yaml::NodePtr transforms = node.get("transforms")) {
    for (const yaml::NodePtr& transform : transforms->items)
      sensor.transforms.push_back({transform->text, transform->span});
  }
  return sensor;
}

void check_sensor_transforms(const Sensor& sensor, const std::vector<std::string>& known, DiagnosticSink& sink) {
  for (const NamedPlace& transform : sensor.transforms) {
    if (std::find(known.begin(), known.end(), transform.name) != known.end()) continue;
    auto diagnostic =
        error_diagnostic("FLOE-E0344", "unknown-transform",
                         fmt::format("sensor `{}` names `{}`, which is no transform", sensor.name, transform.name))
            .at(transform.span)
            .note(known.empty() ? "no transform has a name" : "there are " + text::join(known, ", "));
    if (const auto near = text::nearest(transform.name, known))
      diagnostic.helps.push_back(fmt::format("write `{}`", *near));
    sink.report(std::move(diagnostic));
  }
}

// What a product waits for it also reads: else nobody sees who depends on whom.
void check_sensor_product(const Sensor& sensor, const std::vector<InputPort>& inputs, DiagnosticSink& sink) {
  if (sensor.on != "product") return;
  std::vector<std::string> known;
  known.reserve(inputs.size());
  for (const InputPort& input : inputs)
    known.push_back(input.product.name);
  if (std::find(known.begin(), known.end(), sensor.subject.name) != known.end()) return;
  auto diagnostic = error_diagnostic("FLOE-E0350", "sensor-without-input-port",
                                     fmt::format("sensor `{}` waits for product `{}`, of which there is no input port",
                                                 sensor.name, sensor.subject.name))
                        .at(sensor.subject.span)
                        .note("who reads whose tables is told by `input_ports`");
  if (const auto near = text::nearest(sensor.subject.name, known)) {
    diagnostic.helps.push_back(fmt::format("write `{}`", *near));
  } else {
    diagnostic.helps.push_back(fmt::format("add `- {{product: {}, port: ...}}` to `input_ports`", sensor.subject.name));
  }
  sink.report(std::move(diagnostic));
}

void check_port_columns(const OutputPort& port, DiagnosticSink& sink) {
  UniqueNames names("FLOE-E0376", "duplicate-port", "columns", fmt::format(" of port `{}`", port.name), sink);
  for (const PortColumn& column : port.columns)
    names.add(column.name, column.span);
}

}  // namespace

const NamedPlace& ServiceLevels::of(std::string_view property) const {
  if (property == "freshness") return freshness;
  return property == "availability" ? availability : quality;
}

ServiceLevels read_service_levels(const yaml::NodePtr& node) {
  if (node == nullptr) return {};
  return {written(*node, "freshness"), written(*node, "availability"), written(*node, "quality")};
}

Ports read_ports(const yaml::Node& root, const std::vector<std::string>& transforms, DiagnosticSink& sink) {
  Ports ports;
  ports.levels = read_service_levels(root.get("slas"));
  UniqueNames inputs("FLOE-E0376", "duplicate-port", "input ports", "", sink);
  UniqueNames outputs("FLOE-E0376", "duplicate-port", "output ports", "", sink);
  UniqueNames sensors("FLOE-E0349", "duplicate-sensor", "sensors", "", sink);
  if (const yaml::NodePtr list = root.get("input_ports")) {
    for (const yaml::NodePtr& item : list->items) {
      ports.inputs.push_back({written(*item, "product"), written(*item, "port"), written(*item, "version")});
      const InputPort& input = ports.inputs.back();
      inputs.add(input.product.name + "." + input.port.name, input.port.span);
    }
  }
  if (const yaml::Entry* entry = root.find("output_ports")) ports.outputs_span = entry->key_span;
  if (const yaml::NodePtr list = root.get("output_ports")) {
    for (const yaml::NodePtr& item : list->items) {
      ports.outputs.push_back(read_output_port(*item));
      outputs.add(ports.outputs.back().name, ports.outputs.back().span);
      check_port_columns(ports.outputs.back(), sink);
    }
  }
  if (const yaml::NodePtr list = root.get("sensors")) {
    for (const yaml::NodePtr& item : list->items) {
      ports.sensors.push_back(read_sensor(*item));
      const Sensor& sensor = ports.sensors.back();
      sensors.add(sensor.name, sensor.span);
      check_sensor_transforms(sensor, transforms, sink);
      check_sensor_product(sensor, ports.inputs, sink);
    }
  }
  return ports;
}

ServiceLevels levels_of(const OutputPort& port, const Ports& ports) {
  const auto own_or = [](const NamedPlace& own, const NamedPlace& other) { return own.name.empty() ? other : own; };
  return {own_or(port.levels.freshness, ports.levels.freshness),
          own_or(port.levels.availability, ports.levels.availability),
          own_or(port.levels.quality, ports.levels.quality)};
}

}  // namespace floe::config
