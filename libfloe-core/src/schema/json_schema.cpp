#include "schema/json_schema.hpp"

#include "schema/document_shapes.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <map>

namespace floe::config {
namespace {

std::string_view inherit_word(Inherit inherit) {
  switch (inherit) {
    case Inherit::kReplace:
      return "replace";
    case Inherit::kMerge:
      return "merge";
    case Inherit::kOwn:
      return "own";
    case Inherit::kFixed:
      return "fixed";
    case Inherit::kStrengthen:
      return "strengthen";
    case Inherit::kSwitchOff:
      return "switch-off";
    case Inherit::kExtend:
      return "extend";
    case Inherit::kNarrow:
      return "narrow";
  }
  return "";
}

json::value default_of(const Key& key) {
  const bool is_literal = key.shape->kind == ShapeKind::kBoolean || key.shape->kind == ShapeKind::kInteger;
  if (!is_literal) return json::value(key.default_value);
  auto literal = parse_json(key.default_value);
  return literal ? *std::move(literal) : json::value(key.default_value);
}

json::object number_schema(const Shape& shape, std::string_view type) {
  json::object out{{"type", type}};
  using Limits = std::numeric_limits<std::int64_t>;
  if (shape.minimum != Limits::min()) out[shape.is_above_minimum ? "exclusiveMinimum" : "minimum"] = shape.minimum;
  if (shape.maximum != Limits::max()) out["maximum"] = shape.maximum;
  return out;
}

json::object text_schema(const Shape& shape) {
  json::object out{{"type", "string"}};
  if (!shape.pattern.empty()) out["pattern"] = fmt::format("^(?:{})$", shape.pattern);
  return out;
}

json::object choice_schema(const Shape& shape) {
  json::array words;
  for (const std::string_view choice : shape.choices)
    words.emplace_back(choice);
  return {{"enum", std::move(words)}};
}

void require(std::string_view key, json::object* schema) {
  json::value& required = (*schema)["required"];
  if (!required.is_array()) required = json::array();
  json::array& keys = required.get_array();
  if (std::find(keys.begin(), keys.end(), json::value(key)) == keys.end()) keys.emplace_back(key);
}

// Writes the schema of a shape. One that is made with a shape writes what occurs several times in it as definitions.
class SchemaWriter {
 public:
  SchemaWriter() = default;

  SchemaWriter(const Shape& shape, std::string_view at) : at_(at) { count(shape); }

  // With `inherits` the properties say what a document below may do with them; below a key that is not merged nothing
  // does.
  json::object write(const Shape& shape, bool inherits) {
    const auto times = times_.find(&shape);
    if (times == times_.end() || times->second < 2) return in_place(shape, inherits);
    const auto [name, is_new] = names_.try_emplace(&shape);
    if (is_new) {
      name->second = free_name(shape);
      definitions_[name->second] = nullptr;  // taken: the shape may contain itself
      definitions_[name->second] = in_place(shape, false);
    }
    return {{"$ref", fmt::format("{}/$defs/{}", at_, name->second)}};
  }

  json::object definitions() { return std::move(definitions_); }

 private:
  // How often each shape occurs that is worth a definition; what it contains is counted once.
  void count(const Shape& shape) {
    const bool is_large = shape.kind == ShapeKind::kObject || shape.kind == ShapeKind::kVariant;
    if (is_large && ++times_[&shape] > 1) return;
    for (const Key& key : shape.keys)
      count(*key.shape);
    for (const Variant& variant : shape.variants)
      count_members(*variant.shape);
    if (shape.untyped != nullptr) count_members(*shape.untyped);
    for (const Shape* part : {shape.element, shape.short_form, shape.alternative, shape.rest}) {
      if (part != nullptr) count(*part);
    }
  }

  // Of a variant, which is written in its place.
  void count_members(const Shape& shape) {
    for (const Key& key : shape.keys)
      count(*key.shape);
  }

  std::string free_name(const Shape& shape) const {
    std::string name(shape.what.starts_with("a ") ? shape.what.substr(2) : shape.what);
    std::replace_if(name.begin(), name.end(), [](char c) { return c < 'a' || c > 'z'; }, '_');
    if (name.empty()) name = "part";
    const std::string first = name;
    for (int number = 2; definitions_.contains(name); ++number)
      name = fmt::format("{}_{}", first, number);
    return name;
  }

  json::object in_place(const Shape& shape, bool inherits) {
    json::object out = long_form(shape, inherits);
    const Shape* other = shape.short_form != nullptr ? shape.short_form : shape.alternative;
    if (other != nullptr) out = {{"oneOf", json::array{write(*other, false), std::move(out)}}};
    if (shape.is_nullable) out = {{"anyOf", json::array{json::object{{"type", "null"}}, std::move(out)}}};
    return out;
  }

  json::object object_schema(const Shape& shape, bool inherits) {
    json::object properties;
    json::array required;
    for (const Key& key : shape.keys) {
      if (!key.supported) continue;
      json::object property = write(*key.shape, inherits && key.inherit == Inherit::kMerge);
      if (!key.description.empty()) property["description"] = key.description;
      if (!key.default_value.empty()) property["default"] = default_of(key);
      if (inherits) property["x-floe-inherit"] = inherit_word(key.inherit);
      if (inherits && key.is_security) property["x-floe-security"] = true;
      properties[key.name] = std::move(property);
      if (key.required) required.emplace_back(key.name);
    }
    json::object out{{"type", "object"}, {"properties", std::move(properties)}};
    if (!required.empty()) out["required"] = std::move(required);
    if (shape.rest == nullptr) {
      out["additionalProperties"] = false;
    } else {
      out["additionalProperties"] = write(*shape.rest, false);
    }
    return out;
  }

  json::object list_schema(const Shape& shape) {
    json::object out{{"type", "array"}};
    if (shape.element != nullptr) out["items"] = write(*shape.element, false);
    using Limits = std::numeric_limits<std::int64_t>;
    if (shape.minimum != Limits::min()) out["minItems"] = shape.minimum;
    if (shape.maximum != Limits::max()) out["maxItems"] = shape.maximum;
    if (shape.is_distinct) out["uniqueItems"] = true;
    return out;
  }

  json::object map_schema(const Shape& shape) {
    json::object out{{"type", "object"}};
    if (shape.element != nullptr) out["additionalProperties"] = write(*shape.element, false);
    return out;
  }

  json::object variant_schema(const Shape& shape) {
    json::array variants;
    for (const Variant& variant : shape.variants) {
      json::object one = object_schema(*variant.shape, false);
      one["properties"].as_object()[shape.discriminator].as_object()["const"] = variant.type;
      if (shape.untyped != nullptr) require(shape.discriminator, &one);
      variants.push_back(std::move(one));
    }
    if (shape.untyped != nullptr) {
      json::object one = object_schema(*shape.untyped, false);
      one["not"] = json::object{{"required", json::array{shape.discriminator}}};
      variants.push_back(std::move(one));
    }
    return {{"oneOf", std::move(variants)}};
  }

  json::object long_form(const Shape& shape, bool inherits) {
    switch (shape.kind) {
      case ShapeKind::kText:
        return text_schema(shape);
      case ShapeKind::kInteger:
        return number_schema(shape, "integer");
      case ShapeKind::kNumber:
        return number_schema(shape, "number");
      case ShapeKind::kBoolean:
        return {{"type", "boolean"}};
      case ShapeKind::kScalar:
        return {{"type", json::array{"string", "number", "boolean", "null"}}};
      case ShapeKind::kChoice:
        return choice_schema(shape);
      case ShapeKind::kObject:
        return object_schema(shape, inherits);
      case ShapeKind::kMap:
        return map_schema(shape);
      case ShapeKind::kList:
        return list_schema(shape);
      case ShapeKind::kVariant:
        return variant_schema(shape);
      case ShapeKind::kAny:
        return {};
    }
    return {};
  }

  std::string at_;
  std::map<const Shape*, int> times_;
  std::map<const Shape*, std::string> names_;
  json::object definitions_;
};

json::object requires_one_of(std::initializer_list<std::string_view> names) {
  json::array alternatives;
  for (const std::string_view name : names)
    alternatives.push_back(json::object{{"required", json::array{name}}});
  return {{"anyOf", std::move(alternatives)}};
}

// floe.yaml has three spellings: a FloeSpec, a product with its head in `metadata`, and one with its head at the top,
// see product_spelling.hpp.
json::object product_schema() {
  json::object full = SchemaWriter().write(kProductShape, false);
  json::object brief = full;
  brief.erase("required");
  json::object& properties = brief["properties"].as_object();
  const json::value metadata = properties["metadata"];
  for (const char* key : {"apiVersion", "kind", "metadata"})
    properties.erase(key);
  for (const auto& [name, property] : metadata.at("properties").as_object())
    properties[name] = property;
  brief["dependentRequired"] = json::object{{"name", json::array{"version"}}, {"version", json::array{"name"}}};
  brief["allOf"] = json::array{requires_one_of({"name", "platform", "transforms"})};
  const json::object is_spec{{"required", json::array{"kind"}},
                             {"properties", json::object{{"kind", json::object{{"const", "FloeSpec"}}}}}};
  json::object rest{{"if", requires_one_of({"apiVersion", "kind", "metadata"})},
                    {"then", std::move(full)},
                    {"else", std::move(brief)}};
  return {{"if", is_spec}, {"then", SchemaWriter().write(kFloeSpecShape, false)}, {"else", std::move(rest)}};
}

json::object manifest_schema() { return SchemaWriter().write(kManifestShape, true); }

json::object platform_schema() {
  json::object out = SchemaWriter().write(kPlatformEnvironmentShape, false);
  out["allOf"] = json::array{requires_one_of({"version", "kind"})};
  return out;
}

struct DocumentKind {
  std::string_view name;
  std::string_view title;
  json::object (*schema)();
};

constexpr std::array kKindsOfDocuments{
    DocumentKind{"manifest", "manifest.yaml: what a platform allows and chooses", manifest_schema},
    DocumentKind{"platform", "platform.yaml: where things are in one environment", platform_schema},
    DocumentKind{"product", "floe.yaml: what a data product builds", product_schema},
};

}  // namespace

std::vector<std::string> document_kinds() {
  std::vector<std::string> out;
  out.reserve(kKindsOfDocuments.size());
  for (const DocumentKind& kind : kKindsOfDocuments)
    out.emplace_back(kind.name);
  return out;
}

json::object titled_schema(std::string_view kind, std::string_view title, json::object schema) {
  json::object out{{"$schema", "https://json-schema.org/draft/2020-12/schema"},
                   {"$id", fmt::format("https://floe.dev/schemas/{}.schema.json", kind)},
                   {"title", title}};
  for (auto& [key, value] : schema)
    out[key] = std::move(value);
  return out;
}

std::optional<json::object> document_schema(std::string_view name) {
  const auto* found = std::find_if(kKindsOfDocuments.begin(), kKindsOfDocuments.end(),
                                   [&](const DocumentKind& kind) { return kind.name == name; });
  if (found == kKindsOfDocuments.end()) return std::nullopt;
  return titled_schema(name, found->title, found->schema());
}

json::object shape_schema(const Shape& shape, std::string_view at) {
  SchemaWriter writer(shape, at);
  json::object out = writer.write(shape, false);
  json::object definitions = writer.definitions();
  if (!definitions.empty()) out["$defs"] = std::move(definitions);
  return out;
}

}  // namespace floe::config
