#include "conformance/specification.hpp"

#include "conformance/specification_files.hpp"

#include "base/io/file_system.hpp"

#include <set>

namespace floe::conformance {
namespace {

// The embedded files are ours: one that does not parse is our own bug.
json::object parsed_file(std::string_view path) {
  for (const SpecificationFile& file : specification_files()) {
    if (file.path != path) continue;
    auto parsed = parse_json_object(file.content);
    FLOE_ASSERT(parsed.has_value());
    return *std::move(parsed);
  }
  FLOE_ASSERT(false);
  return {};
}

json::object parsed_schema(const std::string& name) { return parsed_file("schemas/" + name + ".schema.json"); }

std::vector<std::string> texts(const json::object& object, std::string_view key) {
  std::vector<std::string> out;
  if (const json::array* list = get_array(object, key)) {
    for (const json::value& one : *list)
      out.emplace_back(to_view(one.as_string()));
  }
  return out;
}

ValueSpec read_value(const json::object& object) {
  ValueSpec value;
  value.name = get_string_or(object, "name", "");
  value.kind = get_string_or(object, "kind", "");
  value.schema = get_string_or(object, "schema", "");
  value.example = get_string_or(object, "example", "");
  value.closed_by = get_string_or(object, "closed_by", "");
  if (const json::object* columns = get_object(object, "columns")) {
    for (const auto& [name, type] : *columns)
      value.columns.emplace_back(name, to_view(type.as_string()));
  }
  if (const json::array* rows = get_array(object, "example_rows")) value.example_rows = to_json(*rows);
  value.is_secret = get_bool_or(object, "secret", false);
  value.is_optional = get_bool_or(object, "optional", false);
  value.is_ending = get_bool_or(object, "ends", false);
  return value;
}

std::vector<ValueSpec> read_values(const json::object& method, std::string_view key) {
  std::vector<ValueSpec> values;
  for (const json::value& one : *get_array(method, key))
    values.push_back(read_value(one.as_object()));
  return values;
}

// `listed` is the interface in conformance.json, the methods in the same order as in its specification.
InterfaceSpec read_interface(const json::object& listed) {
  InterfaceSpec made;
  made.id = get_string_or(listed, "interface", "");
  made.checks = texts(listed, "checks");
  made.name = made.id.substr(5, made.id.find('/') - 5);  // floe.<name>/1
  const json::object document = parsed_file("interfaces/" + made.name + ".json");
  made.description = get_string_or(document, "description", "");
  made.base_class = get_string_or(document, "base_class", "");
  made.group = get_string_or(document, "group", "");
  if (const json::array* choices = get_array(document, "choices")) {
    for (const json::value& choice : *choices)
      made.choices.push_back(texts(choice.as_object(), "capabilities"));
  }
  const json::array& methods = *get_array(document, "methods");
  const json::array& listed_methods = *get_array(listed, "methods");
  for (std::size_t i = 0; i < methods.size(); ++i) {
    const json::object& method = methods[i].as_object();
    MethodSpec spec;
    spec.name = get_string_or(method, "name", "");
    spec.slot = static_cast<std::size_t>(get_int(listed_methods[i].as_object(), "slot").value_or(0));
    spec.params = read_values(method, "params");
    spec.returns = read_values(method, "returns");
    spec.checks = texts(listed_methods[i].as_object(), "checks");
    spec.is_any_thread = get_bool_or(method, "any_thread", false);
    spec.is_optional = get_bool_or(method, "optional", false);
    spec.capability = get_string_or(method, "capability", "");
    made.methods.push_back(std::move(spec));
  }
  return made;
}

CheckSpec read_check(const json::object& object) {
  CheckSpec check;
  check.id = get_string_or(object, "id", "");
  check.level = static_cast<int>(get_int(object, "level").value_or(0));
  check.scope = get_string_or(object, "scope", "");
  check.runtime = get_string_or(object, "runtime", "");
  check.title = get_string_or(object, "title", "");
  check.needs = texts(object, "needs");
  check.is_warning = get_string_or(object, "failure", "") == "warn";
  check.attempts = static_cast<int>(get_int(object, "attempts").value_or(1));
  return check;
}

// Turns `../iceberg/type.schema.json` and `#/$defs/path` into pointers of one document.
class SchemaBundle {
 public:
  std::string make(const std::string& name) {
    root_ = name;
    json::object root = parsed_schema(name);
    root.erase("$id");
    // What the schema itself defines moves beside what it refers to.
    take_definitions(root, name);
    json::value document(std::move(root));
    rewrite(document, name);
    document.as_object()["$defs"] = std::move(definitions_);
    return to_json(document);
  }

 private:
  static std::string key_of(std::string_view schema, std::string_view definition) {
    std::string key(schema);
    for (char& c : key)
      if (c == '/') c = '.';
    return key + (definition.empty() ? "" : "." + std::string(definition));
  }

  void take_definitions(json::object& schema, const std::string& name) {
    json::value* own = schema.if_contains("$defs");
    if (own == nullptr) return;
    json::object definitions = own->as_object();
    schema.erase("$defs");
    for (auto& member : definitions) {
      rewrite(member.value(), name);
      definitions_[key_of(name, member.key())] = member.value();
    }
  }

  void include(const std::string& name) {
    if (!included_.insert(name).second) return;
    json::object schema = parsed_schema(name);
    schema.erase("$id");
    schema.erase("$schema");
    schema.erase("examples");
    take_definitions(schema, name);
    json::value value(std::move(schema));
    rewrite(value, name);
    definitions_[key_of(name, "")] = std::move(value);
  }

  std::string pointer(std::string_view reference, const std::string& name) {
    constexpr std::string_view kLocal = "#/$defs/";
    if (reference.starts_with(kLocal)) return "#/$defs/" + key_of(name, reference.substr(kLocal.size()));
    if (reference == "#" && name != root_) return "#/$defs/" + key_of(name, "");
    if (reference.starts_with('#')) return std::string(reference);
    // Relative to the folder of the schema: ../<area>/<name>.schema.json
    const std::string path =
        io::normalize_path("/" + std::string(io::parent_path(name)) + "/" + std::string(reference)).substr(1);
    const std::string target = path.substr(0, path.size() - std::string_view(".schema.json").size());
    include(target);
    return "#/$defs/" + key_of(target, "");
  }

  void rewrite(json::value& value, const std::string& name) {
    if (json::array* list = value.if_array()) {
      for (json::value& one : *list)
        rewrite(one, name);
      return;
    }
    json::object* object = value.if_object();
    if (object == nullptr) return;
    for (auto& member : *object) {
      if (member.key() == "examples") continue;
      if (member.key() == "$ref" && member.value().is_string()) {
        member.value() = pointer(to_view(member.value().get_string()), name);
      } else {
        rewrite(member.value(), name);
      }
    }
  }

  std::string root_;
  json::object definitions_;
  std::set<std::string> included_;
};

}  // namespace

Specification::Specification() {
  const json::object list = parsed_file("conformance.json");
  for (const json::value& check : *get_array(list, "checks"))
    checks_.push_back(read_check(check.as_object()));
  for (const json::value& one : *get_array(list, "interfaces"))
    interfaces_.push_back(read_interface(one.as_object()));
}

const Specification& Specification::get() {
  static const Specification kSpecification;
  return kSpecification;
}

const InterfaceSpec* Specification::find_interface(std::string_view id) const {
  for (const InterfaceSpec& one : interfaces_) {
    if (one.id == id) return &one;
  }
  return nullptr;
}

std::string Specification::bundled_schema(const std::string& name) const { return SchemaBundle().make(name); }

std::vector<json::value> Specification::examples(const std::string& name) const {
  const json::object schema = parsed_schema(name);
  const json::array* examples = get_array(schema, "examples");
  return examples == nullptr ? std::vector<json::value>()
                             : std::vector<json::value>(examples->begin(), examples->end());
}

std::string Specification::root_type(const std::string& name) const {
  return get_string_or(parsed_schema(name), "type", "");
}

}  // namespace floe::conformance
