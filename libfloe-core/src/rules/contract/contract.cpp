#include "rules/contract/contract.hpp"

#include "schema/json_schema.hpp"
#include "schema/odcs_shape.hpp"

#include "base/text/text.hpp"

#include <fmt/format.h>

#include <array>
#include <map>

namespace floe::contract {
namespace {

using config::member_flag_or;
using config::member_text;

// The versions that are read, and the minor number of each.
constexpr std::array<std::pair<std::string_view, int>, 5> kVersions{
    {{"v3.0.0", 0}, {"v3.0.1", 0}, {"v3.0.2", 0}, {"v3.1.0", 1}, {"v3.2.0", 2}}};

std::optional<int> minor_of(const yaml::Node& root, DiagnosticSink& sink) {
  const yaml::NodePtr version = root.get("apiVersion");
  std::vector<std::string> accepted;
  for (const auto& [text, minor] : kVersions) {
    if (version != nullptr && version->is_string() && version->text == text) return minor;
    accepted.emplace_back(text);
  }
  const Span span = version != nullptr ? version->span : yaml::head_span(root);
  auto diagnostic =
      error_diagnostic("FLOE-E0371", "unknown-contract-version",
                       version == nullptr ? "a data contract needs `apiVersion`"
                                          : fmt::format("`{}` is no version of ODCS that floe reads", version->text))
          .at(span, version == nullptr ? "`apiVersion` is missing" : "")
          .note("accepted: " + text::quoted_list(accepted))
          .addressed("apiVersion");
  if (version != nullptr) {
    if (const auto near = text::nearest(version->text, accepted)) diagnostic.helps.push_back("write `" + *near + "`");
  }
  sink.report(std::move(diagnostic));
  return std::nullopt;
}

// What the shapes cannot say: rules between the keys of one place, and between places.
class ContractRules {
 public:
  ContractRules(int minor, DiagnosticSink& sink) : minor_(minor), sink_(sink) {}

  void check(const yaml::Node& root) {
    const yaml::NodePtr objects = root.get("schema");
    check_names(objects, "schema");
    for_each(objects, "schema", [this](const yaml::Node& object, const std::string& address) {
      check_element(object, address);
      for_each(object.get("relationships"), address + ".relationships",
               [this](const yaml::Node& node, const std::string& at) { check_relationship(node, at); });
    });
  }

 private:
  template <class Visit>
  static void for_each(const yaml::NodePtr& list, const std::string& address, Visit visit) {
    if (list == nullptr) return;
    for (std::size_t i = 0; i < list->items.size(); ++i)
      visit(*list->items[i], fmt::format("{}[{}]", address, i));
  }

  void check_element(const yaml::Node& node, const std::string& address) {
    for_each(node.get("quality"), address + ".quality",
             [this](const yaml::Node& rule, const std::string& at) { check_rule(rule, at); });
    check_names(node.get("properties"), address + ".properties");
    const auto descend = [this](const yaml::Node& child, const std::string& at) { check_element(child, at); };
    for_each(node.get("properties"), address + ".properties", descend);
    if (const yaml::NodePtr items = node.get("items")) check_element(*items, address + ".items");
    if (const yaml::NodePtr map = node.get("map")) {
      for (const yaml::Entry& end : map->entries)
        check_element(*end.value, address + ".map." + end.key);
    }
  }

  void check_rule(const yaml::Node& rule, const std::string& address) {
    const std::string type = member_text(rule, "type");
    if (minor_ == 0 || type == "custom") return;
    std::vector<const yaml::Entry*> operators;
    bool is_measured = type == "library" || type == "sql";
    for (const yaml::Entry& entry : rule.entries) {
      if (entry.key.starts_with("must")) operators.push_back(&entry);
      is_measured = is_measured || entry.key.starts_with("must") || entry.key == "metric" || entry.key == "rule" ||
                    entry.key == "arguments";
    }
    if (!is_measured) return;
    if (type != "sql" && rule.find("metric") == nullptr) {
      report_rule(rule.entries.front().key_span, "a library rule needs `metric`", address);
    }
    if (operators.empty()) {
      report_rule(rule.entries.front().key_span, "a quality rule that measures needs one of its operators", address);
    } else if (operators.size() > 1) {
      report_rule(operators[1]->key_span, "a quality rule has one operator, not two", address);
    }
  }

  void report_rule(const Span& span, std::string message, const std::string& address) {
    sink_.report(error_diagnostic("FLOE-E0372", "malformed-quality-rule", std::move(message))
                     .at(span)
                     .note("operators: `mustBe`, `mustNotBe`, `mustBeGreaterThan`, `mustBeGreaterOrEqualTo`, "
                           "`mustBeLessThan`, `mustBeLessOrEqualTo`, `mustBeBetween`, `mustNotBeBetween`")
                     .addressed(address));
  }

  void check_relationship(const yaml::Node& node, const std::string& address) {
    const yaml::NodePtr from = node.get("from");
    const yaml::NodePtr to = node.get("to");
    if (from == nullptr || to == nullptr || from->is_sequence() == to->is_sequence()) return;
    sink_.report(error_diagnostic("FLOE-E0374", "uneven-relationship",
                                  "`from` and `to` of a relationship are both one element, or both a list")
                     .at(to->span, "this end")
                     .beside(from->span, "the other end")
                     .addressed(address));
  }

  // Tables and columns are found by their names, which count without case.
  void check_names(const yaml::NodePtr& list, const std::string& address) {
    std::map<std::string, Span> seen;
    for_each(list, address, [&](const yaml::Node& item, const std::string& at) {
      const yaml::NodePtr name = item.get("name");
      if (name == nullptr) return;
      const auto [first, is_new] = seen.emplace(text::to_lower_ascii(name->text), name->span);
      if (is_new) return;
      sink_.report(error_diagnostic("FLOE-E0373", "duplicate-item", fmt::format("`{}` is there twice", name->text))
                       .at(name->span, "the second time")
                       .beside(first->second, "the first time")
                       .addressed(at + ".name"));
    });
  }

  int minor_;
  DiagnosticSink& sink_;
};

Property read_property(const yaml::Node& node) {
  Property out;
  out.name = member_text(node, "name");
  out.physical_name = member_text(node, "physicalName");
  out.logical_type = member_text(node, "logicalType");
  out.physical_type = member_text(node, "physicalType");
  out.classification = member_text(node, "classification");
  out.description = member_text(node, "description");
  out.tags = config::member_texts(node, "tags");
  out.is_required = member_flag_or(node, "required", false);
  out.is_unique = member_flag_or(node, "unique", false);
  out.is_primary_key = member_flag_or(node, "primaryKey", false);
  if (const yaml::NodePtr properties = node.get("properties")) {
    for (const yaml::NodePtr& child : properties->items)
      out.properties.push_back(read_property(*child));
  }
  if (const yaml::NodePtr items = node.get("items")) out.items.push_back(read_property(*items));
  out.span = node.span;
  if (const yaml::NodePtr name = node.get("name")) out.span = name->span;
  out.type_span = out.span;
  for (const char* key : {"logicalType", "physicalType"}) {
    if (const yaml::NodePtr type = node.get(key)) out.type_span = type->span;
  }
  return out;
}

Object read_object(const yaml::Node& node) {
  Object out;
  out.name = member_text(node, "name");
  out.physical_name = member_text(node, "physicalName");
  out.description = member_text(node, "description");
  if (const yaml::NodePtr properties = node.get("properties")) {
    for (const yaml::NodePtr& item : properties->items)
      out.properties.push_back(read_property(*item));
  }
  out.span = node.get("name")->span;
  return out;
}

ServiceLevel read_service_level(const yaml::Node& node) {
  return {member_text(node, "property"), node.get("value")->text, member_text(node, "unit"),
          member_text(node, "element"), node.get("value")->span};
}

Contract read_parts(const config::Document& document, int minor) {
  const yaml::Node& root = *document.root;
  Contract out;
  out.file = document.name;
  out.minor = minor;
  out.id = member_text(root, "id");
  out.name = member_text(root, "name");
  out.version = member_text(root, "version");
  out.status = member_text(root, "status");
  out.domain = member_text(root, "domain");
  out.data_product = member_text(root, "dataProduct");
  if (const yaml::NodePtr objects = root.get("schema")) {
    for (const yaml::NodePtr& item : objects->items)
      out.objects.push_back(read_object(*item));
  }
  if (const yaml::NodePtr levels = root.get("slaProperties")) {
    for (const yaml::NodePtr& item : levels->items)
      out.service_levels.push_back(read_service_level(*item));
  }
  out.root = document.root;
  out.span = root.get("id")->span;
  out.version_span = root.get("version")->span;
  return out;
}

}  // namespace

std::optional<Contract> read_contract(const config::Document& document, DiagnosticSink& sink) {
  if (document.root == nullptr) return std::nullopt;
  DiagnosticSink own;
  std::optional<int> minor;
  if (document.root->is_mapping()) minor = minor_of(*document.root, own);
  if (minor || !document.root->is_mapping()) {
    const OdcsShape shape(minor.value_or(0));
    config::check_shape(*document.root, shape.contract(), "", own);
  }
  if (minor && !own.has_errors()) ContractRules(*minor, own).check(*document.root);
  const bool is_usable = !own.has_errors();
  sink.merge(std::move(own));
  if (!is_usable) return std::nullopt;
  return read_parts(document, *minor);
}

json::object contract_schema() {
  json::array versions;
  json::array cases;
  json::object definitions;
  for (const auto& [text, minor] : kVersions) {
    versions.emplace_back(text);
    const std::string name = fmt::format("v3.{}", minor);
    const std::string at = "#/$defs/" + name;
    if (!definitions.contains(name)) definitions[name] = config::shape_schema(OdcsShape(minor).contract(), at);
    cases.push_back(
        json::object{{"if", json::object{{"properties", json::object{{"apiVersion", json::object{{"const", text}}}}}}},
                     {"then", json::object{{"$ref", at}}}});
  }
  return config::titled_schema(
      "contract", "a data contract: ODCS 3.0, 3.1 or 3.2",
      {{"type", "object"},
       {"required", json::array{"apiVersion"}},
       {"properties", json::object{{"apiVersion", json::object{{"enum", std::move(versions)}}}}},
       {"allOf", std::move(cases)},
       {"$defs", std::move(definitions)}});
}

}  // namespace floe::contract
