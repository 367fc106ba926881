#include "config/json_schema.hpp"

#include "config/manifest.hpp"
#include "config/platform_environment.hpp"
#include "config/product.hpp"

#include "base/fail.hpp"
#include "base/text/text.hpp"

#include <algorithm>
#include <array>

namespace floe::config {
namespace {

struct DocumentKind {
  std::string_view name;
  std::string_view title;
  const Shape* shape;
  bool inherits = false;
};

const std::array<DocumentKind, 3>& document_kinds() {
  static const std::array<DocumentKind, 3> kKindsOfDocuments{
      DocumentKind{"manifest", "manifest.yaml: what a platform allows and chooses", &kManifestShape, true},
      DocumentKind{"platform", "platform.yaml: where things are in one environment", &kPlatformEnvironmentShape},
      DocumentKind{"product", "floe.yaml: what a data product builds", &kProductShape},
  };
  return kKindsOfDocuments;
}

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
  }
  return "";
}

json::value default_of(const Key& key) {
  const bool is_literal = key.shape->kind == ShapeKind::kBoolean || key.shape->kind == ShapeKind::kInteger;
  if (!is_literal) return json::value(key.default_value);
  auto literal = parse_json(key.default_value);
  return literal ? *std::move(literal) : json::value(key.default_value);
}

// With `inherits` the properties say what a document below may do with them; below a key that is not merged nothing
// does.
json::object schema_of(const Shape& shape, bool inherits);

json::object object_schema(const Shape& shape, bool inherits) {
  json::object properties;
  json::array required;
  for (const Key& key : shape.keys) {
    if (!key.supported) continue;
    json::object property = schema_of(*key.shape, inherits && key.inherit == Inherit::kMerge);
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
    out["additionalProperties"] = schema_of(*shape.rest, false);
  }
  return out;
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

json::object list_schema(const Shape& shape) {
  json::object out{{"type", "array"}};
  if (shape.element != nullptr) out["items"] = schema_of(*shape.element, false);
  using Limits = std::numeric_limits<std::int64_t>;
  if (shape.minimum != Limits::min()) out["minItems"] = shape.minimum;
  if (shape.maximum != Limits::max()) out["maxItems"] = shape.maximum;
  if (shape.is_distinct) out["uniqueItems"] = true;
  return out;
}

json::object choice_schema(const Shape& shape) {
  json::array words;
  for (const std::string_view choice : shape.choices)
    words.emplace_back(choice);
  return {{"enum", std::move(words)}};
}

json::object variant_schema(const Shape& shape) {
  json::array variants;
  for (const Variant& variant : shape.variants) {
    json::object one = object_schema(*variant.shape, false);
    one["properties"].as_object()[shape.discriminator].as_object()["const"] = variant.type;
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
      return {{"type", "object"}, {"additionalProperties", schema_of(*shape.element, false)}};
    case ShapeKind::kList:
      return list_schema(shape);
    case ShapeKind::kVariant:
      return variant_schema(shape);
    case ShapeKind::kAny:
      return {};
  }
  return {};
}

json::object schema_of(const Shape& shape, bool inherits) {
  json::object out = long_form(shape, inherits);
  const Shape* other = shape.short_form != nullptr ? shape.short_form : shape.alternative;
  if (other == nullptr) return out;
  return {{"oneOf", json::array{schema_of(*other, false), std::move(out)}}};
}

}  // namespace

std::vector<std::string> schema_kinds() {
  std::vector<std::string> out;
  for (const DocumentKind& kind : document_kinds())
    out.emplace_back(kind.name);
  return out;
}

Result<json::object> document_schema(std::string_view name) {
  const auto& kinds = document_kinds();
  const auto found =
      std::find_if(kinds.begin(), kinds.end(), [&](const DocumentKind& kind) { return kind.name == name; });
  if (found == kinds.end()) {
    return failf(ErrorCode::kNotFound, "there is no schema `{}`; there are {}", name, text::join(schema_kinds(), ", "));
  }
  json::object out{{"$schema", "https://json-schema.org/draft/2020-12/schema"},
                   {"$id", fmt::format("https://floe.dev/schemas/{}.schema.json", name)},
                   {"title", found->title}};
  for (auto& [key, value] : schema_of(*found->shape, found->inherits))
    out[key] = std::move(value);
  return out;
}

}  // namespace floe::config
