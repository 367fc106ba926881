#include "base/json/schema_document.hpp"

#include "base/fail.hpp"
#include "base/text/pattern.hpp"
#include "base/text/text.hpp"

#include <algorithm>
#include <array>
#include <string>

namespace floe::schema_document {
namespace {

enum class Form : std::uint8_t {
  kSchema,
  kSchemaList,
  kSchemaMap,
  kNumber,
  kCount,
  kFlag,
  kText,
  kTexts,
  kTextsMap,
  kList,
  kType
};

struct Keyword {
  std::string_view name;
  Form form;
};

constexpr std::array kKeywords{
    Keyword{"$ref", Form::kText},
    Keyword{"$dynamicRef", Form::kText},
    Keyword{"$anchor", Form::kText},
    Keyword{"$dynamicAnchor", Form::kText},
    Keyword{"$defs", Form::kSchemaMap},
    Keyword{"type", Form::kType},
    Keyword{"enum", Form::kList},
    Keyword{"multipleOf", Form::kNumber},
    Keyword{"maximum", Form::kNumber},
    Keyword{"exclusiveMaximum", Form::kNumber},
    Keyword{"minimum", Form::kNumber},
    Keyword{"exclusiveMinimum", Form::kNumber},
    Keyword{"maxLength", Form::kCount},
    Keyword{"minLength", Form::kCount},
    Keyword{"pattern", Form::kText},
    Keyword{"maxItems", Form::kCount},
    Keyword{"minItems", Form::kCount},
    Keyword{"uniqueItems", Form::kFlag},
    Keyword{"maxContains", Form::kCount},
    Keyword{"minContains", Form::kCount},
    Keyword{"maxProperties", Form::kCount},
    Keyword{"minProperties", Form::kCount},
    Keyword{"required", Form::kTexts},
    Keyword{"dependentRequired", Form::kTextsMap},
    Keyword{"allOf", Form::kSchemaList},
    Keyword{"anyOf", Form::kSchemaList},
    Keyword{"oneOf", Form::kSchemaList},
    Keyword{"prefixItems", Form::kSchemaList},
    Keyword{"not", Form::kSchema},
    Keyword{"if", Form::kSchema},
    Keyword{"then", Form::kSchema},
    Keyword{"else", Form::kSchema},
    Keyword{"items", Form::kSchema},
    Keyword{"contains", Form::kSchema},
    Keyword{"additionalProperties", Form::kSchema},
    Keyword{"propertyNames", Form::kSchema},
    Keyword{"unevaluatedItems", Form::kSchema},
    Keyword{"unevaluatedProperties", Form::kSchema},
    Keyword{"properties", Form::kSchemaMap},
    Keyword{"patternProperties", Form::kSchemaMap},
    Keyword{"dependentSchemas", Form::kSchemaMap},
};

constexpr std::array<std::string_view, 7> kTypes{"null", "boolean", "object", "array", "number", "integer", "string"};

bool is_type_name(const json::value& value) {
  return value.is_string() && std::find(kTypes.begin(), kTypes.end(), to_view(value.get_string())) != kTypes.end();
}

template <class Accepts>
bool all_of(const json::value& list, Accepts&& accepts) {
  return list.is_array() && std::all_of(list.get_array().begin(), list.get_array().end(), accepts);
}

bool is_text(const json::value& value) { return value.is_string(); }

bool is_count(const json::value& value) {
  return value.is_uint64() || (value.is_int64() && value.get_int64() >= 0) ||
         (value.is_double() && value.get_double() >= 0 &&
          value.get_double() == static_cast<double>(static_cast<std::int64_t>(value.get_double())));
}

bool has_form(const json::value& value, Form form) {
  switch (form) {
    case Form::kNumber:
      return value.is_number();
    case Form::kCount:
      return is_count(value);
    case Form::kFlag:
      return value.is_bool();
    case Form::kText:
      return value.is_string();
    case Form::kTexts:
      return all_of(value, is_text);
    case Form::kTextsMap:
      return value.is_object() && std::all_of(value.get_object().begin(), value.get_object().end(),
                                              [](const auto& member) { return all_of(member.value(), is_text); });
    case Form::kList:
      return value.is_array();
    case Form::kType:
      return is_type_name(value) || all_of(value, is_type_name);
    case Form::kSchemaList:
      return value.is_array() && !value.get_array().empty();
    case Form::kSchemaMap:
      return value.is_object();
    case Form::kSchema:
      return true;  // looked at as a schema
  }
  return false;
}

class Checker {
 public:
  explicit Checker(const json::value& root) : root_(root) {}

  Status check(const json::value& schema, const std::string& where) {
    if (schema.is_bool()) return ok();
    if (!schema.is_object())
      return failf(ErrorCode::kData, "{} is no schema: an object, true or false", name_of(where));
    for (const auto& [key, value] : schema.get_object()) {
      const std::string_view name = key;
      const auto found =
          std::find_if(kKeywords.begin(), kKeywords.end(), [&](const Keyword& one) { return one.name == name; });
      if (found != kKeywords.end()) FLOE_TRY(check_keyword(*found, value, where + "/" + std::string(name)));
    }
    return ok();
  }

 private:
  static std::string name_of(const std::string& where) { return where.empty() ? "the document" : "`" + where + "`"; }

  static Status check_pattern(std::string_view pattern, const std::string& where) {
    const auto parsed = text::Pattern::parse(pattern, text::PatternUnit::kCodePoint);
    if (parsed) return ok();
    constexpr std::size_t kMaxShown = 100;
    return failf(ErrorCode::kData, "{} has a pattern that floe does not take, `{}`: {}", name_of(where),
                 text::shortened(std::string(pattern), kMaxShown), parsed.error().message);
  }

  Status check_keyword(const Keyword& keyword, const json::value& value, const std::string& where) {
    if (!has_form(value, keyword.form)) return failf(ErrorCode::kData, "{} has the wrong form", name_of(where));
    if (keyword.name == "$ref" || keyword.name == "$dynamicRef")
      return check_reference(to_view(value.get_string()), where);
    if (keyword.name == "pattern") return check_pattern(to_view(value.get_string()), where);
    if (keyword.form == Form::kSchema) return check(value, where);
    if (keyword.form == Form::kSchemaList) {
      for (std::size_t i = 0; i < value.get_array().size(); ++i)
        FLOE_TRY(check(value.get_array()[i], fmt::format("{}/{}", where, i)));
    }
    if (keyword.form == Form::kSchemaMap) {
      for (const auto& [key, schema] : value.get_object()) {
        const std::string below = where + "/" + std::string(key);
        if (keyword.name == "patternProperties") FLOE_TRY(check_pattern(std::string_view(key), below));
        FLOE_TRY(check(schema, below));
      }
    }
    return ok();
  }

  Status check_reference(std::string_view reference, const std::string& where) {
    if (resolve(root_, reference) != nullptr) return ok();
    if (reference.starts_with('#'))
      return failf(ErrorCode::kData, "{} refers to nothing: `{}`", name_of(where), reference);
    return failf(ErrorCode::kUnsupported, "{} refers to another document: `{}`", name_of(where), reference);
  }

  const json::value& root_;
};

const json::value* find_anchor(const json::value& node, std::string_view name) {
  if (const json::object* object = node.if_object()) {
    for (const char* key : {"$anchor", "$dynamicAnchor"}) {
      const json::value* anchor = object->if_contains(key);
      if (anchor != nullptr && anchor->is_string() && to_view(anchor->get_string()) == name) return &node;
    }
    for (const auto& member : *object) {
      if (const json::value* found = find_anchor(member.value(), name)) return found;
    }
  }
  if (const json::array* list = node.if_array()) {
    for (const json::value& item : *list) {
      if (const json::value* found = find_anchor(item, name)) return found;
    }
  }
  return nullptr;
}

}  // namespace

Status check(const json::value& root) { return Checker(root).check(root, ""); }

const json::value* resolve(const json::value& root, std::string_view reference) {
  const std::size_t hash = reference.find('#');
  const std::string_view document = reference.substr(0, hash);
  const std::string_view fragment = hash == std::string_view::npos ? std::string_view() : reference.substr(hash + 1);
  if (!document.empty()) {
    const json::object* object = root.if_object();
    if (object == nullptr || get_string_or(*object, "$id", "") != document) return nullptr;
  }
  if (fragment.empty()) return &root;
  if (!fragment.starts_with('/')) return find_anchor(root, fragment);
  boost::system::error_code error;
  return root.find_pointer(fragment, error);
}

}  // namespace floe::schema_document
