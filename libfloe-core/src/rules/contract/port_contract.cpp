#include "rules/contract/port_contract.hpp"

#include "rules/contract/check_ports.hpp"
#include "rules/contract/service_level.hpp"
#include "rules/contract/sql_type.hpp"

#include "base/json/json.hpp"
#include "base/text/text.hpp"
#include "base/yaml/to_json.hpp"
#include "base/yaml/write.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <charconv>

namespace floe::contract {
namespace {

constexpr const char* kVersionOfStandard = "v3.1.0";

void set_text(json::object& object, std::string_view key, std::string_view text) {
  if (!text.empty()) object[key] = text;
}

const std::string& first_of(const std::string& one, const std::string& other) { return one.empty() ? other : one; }

// ---- the generated document ----

// A test of the model as a quality rule of ODCS.
json::object quality_rule(const policy::ModelTest& test) {
  json::object arguments = parse_json_object(test.arguments_json).value_or(json::object());
  arguments.erase("column_name");
  arguments.erase("model");
  const json::array* values = get_array(arguments, "values");
  if (test.name == "not_null") return {{"type", "library"}, {"metric", "nullValues"}, {"mustBe", 0}};
  if (test.name == "unique") return {{"type", "library"}, {"metric", "duplicateValues"}, {"mustBe", 0}};
  if (test.name == "accepted_values" && values != nullptr) {
    return {{"type", "library"},
            {"metric", "invalidValues"},
            {"arguments", json::object{{"validValues", *values}}},
            {"mustBe", 0}};
  }
  return {{"type", "custom"},
          {"engine", "dbt"},
          {"implementation", test.name + (arguments.empty() ? "" : " " + to_canonical_json(arguments))}};
}

bool has_test(const policy::Model& model, std::string_view column, std::string_view test) {
  return std::any_of(model.tests.begin(), model.tests.end(), [&](const policy::ModelTest& each) {
    return each.name == test && text::equals_ignore_case_ascii(each.column, column);
  });
}

json::array quality_rules(const policy::Model& model, std::string_view column) {
  json::array out;
  for (const policy::ModelTest& test : model.tests) {
    if (text::equals_ignore_case_ascii(test.column, column)) out.push_back(quality_rule(test));
  }
  return out;
}

class Generator {
 public:
  explicit Generator(const PortSource& source) : source_(source) {}

  json::object document() const {
    const config::Product& product = source_.product;
    json::object out{{"apiVersion", kVersionOfStandard},
                     {"kind", "DataContract"},
                     {"id", config::qualified_port_name(source_.domain, product, source_.port)},
                     {"name", source_.port.name},
                     {"version", product.version},
                     {"status", "active"}};
    set_text(out, "domain", source_.domain);
    out["dataProduct"] = product.name;
    const std::string& purpose = first_of(source_.port.description, product.description);
    if (!purpose.empty()) out["description"] = json::object{{"purpose", purpose}};
    out["schema"] = json::array{object()};
    if (!product.owner.empty()) out["team"] = json::object{{"name", product.owner}};
    json::array levels = service_levels();
    if (!levels.empty()) out["slaProperties"] = std::move(levels);
    return out;
  }

  std::string table() const { return source_.model.schema + "." + source_.model.table; }

  // What is promised of the service: the port's, the product's, else the platform's.
  json::array service_levels() const {
    config::ServiceLevels levels = config::levels_of(source_.port, source_.product.ports);
    json::array out;
    for (const std::string_view property : config::kServiceProperties) {
      std::string value = levels.of(property).name;
      if (value.empty()) value = source_.manifest.service_levels.of(property).name;
      if (!value.empty()) out.push_back(service_level(property, value));
    }
    return out;
  }

 private:
  // `24h` is 24 of unit h, `99.9%` 99.9 of unit %, `P1D` says its own unit.
  static json::object service_level(std::string_view property, std::string_view written) {
    json::object out{{"property", property}};
    double number = 0;
    const auto [end, problem] = std::from_chars(written.data(), written.data() + written.size(), number);
    if (problem != std::errc{}) {
      out["value"] = written;
      return out;
    }
    const auto whole = static_cast<std::int64_t>(number);
    out["value"] = number == static_cast<double>(whole) ? json::value(whole) : json::value(number);
    out["unit"] = std::string_view(end, static_cast<std::size_t>(written.data() + written.size() - end));
    return out;
  }

  json::object object() const {
    const policy::Model& model = source_.model;
    json::object out{{"name", model.name},
                     {"physicalName", table()},
                     {"physicalType", model.materialized == "view" ? "view" : "table"}};
    set_text(out, "description", model.description);
    json::array properties;
    if (source_.port.columns.empty()) {
      for (const policy::ModelColumn& column : model.columns) {
        config::PortColumn promised;
        promised.name = column.name;
        properties.push_back(property(promised, &column));
      }
    }
    for (const config::PortColumn& column : source_.port.columns) {
      const auto declared = std::find_if(model.columns.begin(), model.columns.end(), [&](const auto& candidate) {
        return text::equals_ignore_case_ascii(candidate.name, column.name);
      });
      properties.push_back(property(column, declared == model.columns.end() ? nullptr : &*declared));
    }
    if (!properties.empty()) out["properties"] = std::move(properties);
    json::array rules = quality_rules(model, "");
    if (!rules.empty()) out["quality"] = std::move(rules);
    return out;
  }

  json::object property(const config::PortColumn& column, const policy::ModelColumn* declared) const {
    static const policy::ModelColumn kUndeclared{"", ""};
    const policy::ModelColumn& other = declared == nullptr ? kUndeclared : *declared;
    json::object out{{"name", column.name}};
    const std::string& type = first_of(column.type, other.data_type);
    const std::string physical = type.empty() ? "" : iceberg_type(type);
    const std::string_view logical = logical_type(physical);
    set_text(out, "logicalType", logical);
    set_text(out, "physicalType", physical);
    set_text(out, "description", first_of(column.description, other.description));
    if (column.is_required || column.is_primary_key || has_test(source_.model, column.name, "not_null"))
      out["required"] = true;
    if (column.is_unique || has_test(source_.model, column.name, "unique")) out["unique"] = true;
    if (column.is_primary_key) out["primaryKey"] = true;
    std::string classification =
        first_of(column.classification, first_of(other.classification, source_.port.classification));
    if (classification.empty()) classification = source_.manifest.default_classification;
    set_text(out, "classification", classification);
    json::array tags;
    for (const std::string& tag : other.tags)
      tags.emplace_back(tag);
    if (!tags.empty()) out["tags"] = std::move(tags);
    json::array rules = quality_rules(source_.model, column.name);
    if (!rules.empty()) out["quality"] = std::move(rules);
    return out;
  }

  const PortSource& source_;
};

// ---- a written contract, filled with what was generated ----

std::string_view name_of(const json::value& item) {
  const json::object* object = item.if_object();
  const json::value* name = object == nullptr ? nullptr : object->if_contains("name");
  return name != nullptr && name->is_string() ? to_view(name->get_string()) : std::string_view();
}

// The column of a property.
std::string column_of(const json::value& property) {
  const std::string physical = get_string_or(property.get_object(), "physicalName", "");
  return physical.empty() ? std::string(name_of(property)) : physical;
}

class Merge {
 public:
  Merge(const PortSource& source, const json::object& generated, DiagnosticSink& sink)
      : source_(source), generated_(generated), sink_(sink) {}

  // nullopt when the contract says nothing of the table.
  std::optional<json::object> run(json::object document) {
    is_open_ = get_string_or(document, "apiVersion", "").starts_with("v3.0");
    for (const char* key : {"name", "domain", "dataProduct", "description"})
      fill(document, generated_, key);
    if (!is_open_) fill(document, generated_, "team");
    fill_levels(document);
    const json::object& table = generated_.at("schema").get_array()[0].get_object();
    json::value* objects = document.if_contains("schema");
    if (objects == nullptr || objects->get_array().empty()) {
      document["schema"] = json::array{for_standard(table)};
      return document;
    }
    json::object* object = find_object(objects->get_array());
    if (object == nullptr) return std::nullopt;
    fill_object(*object, table);
    return document;
  }

 private:
  static void fill(json::object& into, const json::object& from, std::string_view key) {
    if (!into.contains(key) && from.contains(key)) into[key] = from.at(key);
  }

  void fill_levels(json::object& document) const {
    const json::value* generated = generated_.if_contains("slaProperties");
    if (generated == nullptr) return;
    json::value& levels = document["slaProperties"];
    if (!levels.is_array()) levels = json::array();
    for (const json::value& level : generated->get_array()) {
      const std::string property = get_string_or(level.get_object(), "property", "");
      const auto& list = levels.get_array();
      const bool is_said = std::any_of(list.begin(), list.end(), [&](const json::value& each) {
        return get_string_or(each.get_object(), "property", "") == property;
      });
      if (!is_said) levels.get_array().push_back(level);
    }
  }

  // By the name of the table, of the model or of the port; the only one there is needs no name.
  json::object* find_object(json::array& objects) const {
    const policy::Model& model = source_.model;
    for (const std::string& name : {model.schema + "." + model.table, model.name, source_.port.name}) {
      for (json::value& each : objects) {
        const std::string physical = get_string_or(each.get_object(), "physicalName", "");
        if (text::equals_ignore_case_ascii(physical, name) || text::equals_ignore_case_ascii(name_of(each), name))
          return &each.get_object();
      }
    }
    if (objects.size() == 1) return &objects[0].get_object();
    const yaml::NodePtr place = source_.written->root->get("schema");
    sink_.report(
        error_diagnostic("FLOE-E0380", "contract-without-table",
                         fmt::format("contract `{}` says nothing of model `{}`", source_.written->name, model.name))
            .at(source_.port.contract.span, fmt::format("of port `{}`", source_.port.name))
            .beside(place->items.front()->span, "the tables of the contract")
            .help(fmt::format("name one of its tables `{}`", model.name)));
    return nullptr;
  }

  void fill_object(json::object& object, const json::object& table) const {
    for (const char* key : {"physicalName", "physicalType", "description"})
      fill(object, table, key);
    if (!is_open_) fill(object, table, "quality");
    const json::value* known = table.if_contains("properties");
    if (known == nullptr) return;
    json::value& properties = object["properties"];
    if (!properties.is_array()) {
      properties = for_standard(table).at("properties");
      return;
    }
    for (json::value& property : properties.get_array()) {
      for (const json::value& candidate : known->get_array()) {
        if (text::equals_ignore_case_ascii(column_of(property), name_of(candidate)))
          fill_property(property.get_object(), candidate.get_object());
      }
    }
    // Columns that floe.yaml lists are promised too; those the model merely declares are not.
    if (source_.port.columns.empty()) return;
    for (const json::value& candidate : known->get_array()) {
      auto& list = properties.get_array();
      const bool is_there = std::any_of(list.begin(), list.end(), [&](const json::value& each) {
        return text::equals_ignore_case_ascii(column_of(each), name_of(candidate));
      });
      if (!is_there) list.push_back(property_for_standard(candidate.get_object()));
    }
  }

  void fill_property(json::object& property, const json::object& generated) const {
    const json::object fitting = property_for_standard(generated);
    // What limits the values of a type is written beside it.
    const bool keeps_type = property.contains("logicalTypeOptions") || property.contains("items");
    for (const auto& [key, value] : fitting) {
      if (key == "logicalType" && keeps_type) continue;
      fill(property, fitting, key);
    }
  }

  // ODCS 3.0 knows fewer words.
  json::object property_for_standard(json::object property) const {
    if (!is_open_) return property;
    const std::string type = get_string_or(property, "logicalType", "");
    if (type == "timestamp" || type == "time") property["logicalType"] = "date";
    property.erase("quality");
    return property;
  }

  json::object for_standard(json::object table) const {
    if (!is_open_) return table;
    table.erase("quality");
    if (json::value* properties = table.if_contains("properties")) {
      for (json::value& property : properties->get_array())
        property = property_for_standard(property.get_object());
    }
    return table;
  }

  const PortSource& source_;
  const json::object& generated_;
  DiagnosticSink& sink_;
  bool is_open_ = false;
};

// ---- what the platform demands ----

// Where a service level was written: in the contract, in floe.yaml, or nowhere below the platform.
Span place_of(const PortSource& source, std::string_view property, const std::optional<Contract>& written) {
  if (written) {
    for (const ServiceLevel& level : written->service_levels) {
      if (level.property == property) return level.span;
    }
  }
  return config::levels_of(source.port, source.product.ports).of(property).span;
}

void check_levels(const PortSource& source, const Contract& contract, const std::optional<Contract>& written,
                  DiagnosticSink& sink) {
  for (const std::string_view property : config::kServiceProperties) {
    const config::NamedPlace& least = source.manifest.service_levels.of(property);
    if (least.name.empty()) continue;
    for (const ServiceLevel& level : contract.service_levels) {
      if (level.property != property) continue;
      const Strength strength = compare_service_levels({std::string(property), least.name, "", "", {}}, level);
      if (strength == Strength::kEqual || strength == Strength::kStronger) continue;
      sink.report(error_diagnostic(
                      "FLOE-E0381", "weaker-service-level",
                      fmt::format("port `{}` promises {} of {}{}, {} the platform's {}", source.port.name, property,
                                  level.value, level.unit,
                                  strength == Strength::kWeaker ? "weaker than" : "not to compare with", least.name))
                      .at(place_of(source, property, written), "promised here")
                      .beside(least.span, "demanded here")
                      .help(fmt::format("promise {} or better, or leave it out: then the platform's holds", least.name))
                      .addressed(fmt::format("output_ports.{}.sla.{}", source.port.name, property)));
    }
  }
}

void check_written(const PortSource& source, const Contract& written, DiagnosticSink& sink) {
  const policy::Model& model = source.model;
  for (const Object& object : written.objects) {
    const bool is_it = written.objects.size() == 1 || text::equals_ignore_case_ascii(object.name, model.name) ||
                       text::equals_ignore_case_ascii(object.name, source.port.name) ||
                       text::equals_ignore_case_ascii(object.physical_name, model.schema + "." + model.table);
    if (is_it) check_written_columns(source.port, object, model, sink);
  }
}

}  // namespace

std::optional<PortContract> make_port_contract(const PortSource& source, DiagnosticSink& sink) {
  const Generator generator(source);
  json::object document = generator.document();
  std::optional<Contract> written;
  if (source.written != nullptr) {
    written = read_contract(*source.written, sink);
    if (!written) return std::nullopt;
    check_written(source, *written, sink);
    auto merged = Merge(source, document, sink).run(yaml::to_json_value(*source.written->root).get_object());
    if (!merged) return std::nullopt;
    document = std::move(*merged);
  }
  PortContract out{source.port.name,           source.model.name, generator.table(),         {},
                   yaml::write_yaml(document), source.port.span,  source.written == nullptr, {}};
  for (const policy::ModelTest& test : source.model.tests)
    out.tests.push_back(test.unique_id);
  const auto made =
      read_contract(config::parse_document("", "contract of port " + source.port.name, out.document, sink), sink);
  if (!made) return std::nullopt;
  out.contract = *made;
  if (written) out.contract.version_span = written->version_span;  // the filled one is in no file
  check_levels(source, out.contract, written, sink);
  return out;
}

}  // namespace floe::contract
