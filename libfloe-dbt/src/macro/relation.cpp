#include "macro/relation.hpp"

#include "model/tree.hpp"
#include "value/exception.hpp"
#include "value/operations.hpp"

#include "base/text/text.hpp"

#include <fmt/format.h>

namespace floe::dbt {
namespace {

constexpr std::string_view kEphemeralPrefix = "__dbt__cte__";

Value optional_text(const std::optional<std::string>& text) { return text ? Value(*text) : Value(); }

std::optional<std::string> text_or_none(const Value& value) {
  if (value.is_missing() || value.is_none() || value.is_undefined()) return std::nullopt;
  return to_str(value);
}

Value type_value(RelationType type) { return type == RelationType::kNone ? Value() : Value(relation_type_name(type)); }

// Three optional flags: relation.quote(identifier=false).
void apply_policy(const Value& given, std::string_view key, bool* flag) {
  if (const Value* value = find_key(given, key); value != nullptr && !value->is_none()) *flag = truth(*value);
}

void apply_policy(const Value& given, RelationPolicy* policy) {
  apply_policy(given, "database", &policy->database);
  apply_policy(given, "schema", &policy->schema);
  apply_policy(given, "identifier", &policy->identifier);
}

RelationPolicy policy_from_arguments(std::string_view method, RelationPolicy policy, const Arguments& arguments) {
  Value bound[3] = {Value::missing(), Value::missing(), Value::missing()};
  bind_arguments(method, arguments, {"database", "schema", "identifier"}, 0, bound);
  bool* flags[3] = {&policy.database, &policy.schema, &policy.identifier};
  for (int i = 0; i < 3; ++i) {
    if (!bound[i].is_missing() && !bound[i].is_none()) *flags[i] = truth(bound[i]);
  }
  return policy;
}

Ref<RelationObject> copy_of(const RelationObject& relation) {
  auto copy = make_ref<RelationObject>();
  copy->database = relation.database;
  copy->schema = relation.schema;
  copy->identifier = relation.identifier;
  copy->type = relation.type;
  copy->include = relation.include;
  copy->quote = relation.quote;
  copy->limit = relation.limit;
  copy->external = relation.external;
  copy->information_schema_view = relation.information_schema_view;
  return copy;
}

void set_part(RelationObject* relation, std::string_view part, const Value& value) {
  if (part == "database") relation->database = text_or_none(value);
  if (part == "schema") relation->schema = text_or_none(value);
  if (part == "identifier") relation->identifier = text_or_none(value);
}

void set_path(RelationObject* relation, const Value& path) {
  for (std::string_view part : {"database", "schema", "identifier"}) {
    if (const Value* value = find_key(path, part)) set_part(relation, part, *value);
  }
}

Value incorporate(const RelationObject& self, const Arguments& arguments) {
  auto copy = copy_of(self);
  for (const NamedValue& named : arguments.named) {
    const std::string& name = named.name.as_string();
    if (name == "path") set_path(copy.get(), named.value);
    if (name == "type") copy->type = parse_relation_type(named.value.is_none() ? "" : to_str(named.value));
    if (name == "include_policy") apply_policy(named.value, &copy->include);
    if (name == "quote_policy") apply_policy(named.value, &copy->quote);
    if (name == "limit") copy->limit = as_index(named.value);
  }
  return copy;
}

Value information_schema(const RelationObject& self, const Value& view) {
  auto copy = copy_of(self);
  copy->type = RelationType::kView;
  copy->schema.reset();
  copy->identifier = "INFORMATION_SCHEMA";
  copy->include = {self.database.has_value(), false, true};
  copy->quote.identifier = false;
  copy->information_schema_view = view.is_string() ? std::optional(view.as_string()) : std::nullopt;
  return copy;
}

bool matches_path(const RelationObject& self, const Arguments& arguments) {
  Value bound[3] = {Value(), Value(), Value()};
  bind_arguments("matches", arguments, {"database", "schema", "identifier"}, 0, bound);
  const std::optional<std::string>* own[3] = {&self.database, &self.schema, &self.identifier};
  bool searched = false;
  bool exact = true;
  bool nearly = true;
  for (int i = 0; i < 3; ++i) {
    if (bound[i].is_missing() || bound[i].is_none()) continue;
    searched = true;
    const std::string wanted = to_str(bound[i]);
    const std::string have = own[i]->value_or("None");
    exact = exact && have == wanted;
    nearly = nearly && text::equals_ignore_case_ascii(have, wanted);
  }
  if (!searched) raise(ExceptionKind::kRuntimeError, "Tried to match relation, but no search path was passed!");
  if (nearly && !exact) {
    raise(ExceptionKind::kCompilation,
          fmt::format("When searching for a relation, dbt found an approximate match. Instead of guessing which "
                      "relation to use, dbt will move on. Please delete {}, or rename it to be less ambiguous.",
                      self.render()));
  }
  return exact;
}

Value path_value(const RelationObject& self) {
  return Value::dict({{"database", optional_text(self.database)},
                      {"schema", optional_text(self.schema)},
                      {"identifier", optional_text(self.identifier)}});
}

Value policy_value(const RelationPolicy& policy) {
  return Value::dict({{"database", Value(policy.database)},
                      {"schema", Value(policy.schema)},
                      {"identifier", Value(policy.identifier)}});
}

}  // namespace

std::string_view relation_type_name(RelationType type) {
  switch (type) {
    case RelationType::kNone:
      return "";
    case RelationType::kTable:
      return "table";
    case RelationType::kView:
      return "view";
    case RelationType::kCte:
      return "cte";
    case RelationType::kMaterializedView:
      return "materialized_view";
    case RelationType::kExternal:
      return "external";
    case RelationType::kFunction:
      return "function";
  }
  return "";
}

RelationType parse_relation_type(std::string_view name) {
  for (RelationType type : {RelationType::kTable, RelationType::kView, RelationType::kCte,
                            RelationType::kMaterializedView, RelationType::kExternal, RelationType::kFunction}) {
    if (relation_type_name(type) == name) return type;
  }
  return RelationType::kNone;
}

std::string RelationObject::render() const {
  if (external) return *external;
  std::string text;
  const auto part = [&](const std::optional<std::string>& name, bool included, bool quoted) {
    if (!included || !name) return;
    if (!text.empty()) text += '.';
    if (quoted) text += '"';
    text += *name;
    if (quoted) text += '"';
  };
  part(database, include.database, quote.database);
  part(schema, include.schema, quote.schema);
  part(identifier, include.identifier, quote.identifier);
  part(information_schema_view, true, false);
  return text;
}

bool RelationObject::matches(const RelationObject& other) const {
  return database == other.database && schema == other.schema && identifier == other.identifier;
}

std::string RelationObject::str() const {
  std::string text = render();
  if (!limit || type == RelationType::kFunction) return text;
  if (*limit == 0) return "(select * from " + text + " where false limit 0)";
  return fmt::format("(select * from {} limit {})", text, *limit);
}

std::string RelationObject::repr() const { return "<DuckDBRelation " + render() + ">"; }

bool RelationObject::equals(const Value& other) const {
  const RelationObject* relation = as_relation(other);
  return relation != nullptr && matches(*relation) && type == relation->type && render() == relation->render() &&
         limit == relation->limit;
}

std::uint64_t RelationObject::hash() const { return hash_text(render()); }

bool RelationObject::get_item(const Value& key, Value* out) { return key.is_string() && get_attr(*key.string(), out); }

bool RelationObject::get_attr(const StringObject& name, Value* out) {
  const std::string_view key = name.view();
  if (key == "database")
    *out = optional_text(database);
  else if (key == "schema")
    *out = optional_text(schema);
  else if (key == "identifier" || key == "table" || key == "name")
    *out = optional_text(identifier);
  else if (key == "type")
    *out = type_value(type);
  else if (key == "is_table")
    *out = Value(type == RelationType::kTable);
  else if (key == "is_view")
    *out = Value(type == RelationType::kView);
  else if (key == "is_cte")
    *out = Value(type == RelationType::kCte);
  else if (key == "is_materialized_view")
    *out = Value(type == RelationType::kMaterializedView);
  else if (key == "is_function")
    *out = Value(type == RelationType::kFunction);
  else if (key == "is_pointer" || key == "can_be_renamed" || key == "can_be_replaced")
    *out = Value(false);
  else if (key == "path")
    *out = path_value(*this);
  else if (key == "quote_policy")
    *out = policy_value(quote);
  else if (key == "include_policy")
    *out = policy_value(include);
  else if (key == "quote_character")
    *out = Value("\"");
  else if (key == "limit")
    *out = limit ? Value(*limit) : Value();
  else if (key == "external")
    *out = optional_text(external);
  else if (key == "View")
    *out = Value("view");
  else if (key == "Table")
    *out = Value("table");
  else if (key == "CTE")
    *out = Value("cte");
  else if (key == "External")
    *out = Value("external");
  else if (key == "MaterializedView")
    *out = Value("materialized_view");
  else if (key == "Function")
    *out = Value("function");
  else {
    static constexpr std::string_view kMethods[] = {"render",
                                                    "include",
                                                    "quote",
                                                    "incorporate",
                                                    "replace_path",
                                                    "information_schema",
                                                    "information_schema_only",
                                                    "without_identifier",
                                                    "matches",
                                                    "create",
                                                    "get",
                                                    "quoted",
                                                    "add_ephemeral_prefix",
                                                    "to_dict"};
    for (std::string_view method : kMethods) {
      if (method != key) continue;
      // A method taken as a value (`relation.include` without a call).
      *out = make_callable(std::string(key), [self = Value(Ref<RelationObject>(this)), method](Arguments& arguments) {
        Value result;
        self.object()->call_method(StringObject(std::string(method)), arguments, &result);
        return result;
      });
      return true;
    }
    return false;
  }
  return true;
}

bool RelationObject::call_method(const StringObject& name, Arguments& arguments, Value* out) {
  const std::string_view key = name.view();
  if (key == "render") {
    *out = Value(render());
  } else if (key == "include") {
    auto copy = copy_of(*this);
    copy->include = policy_from_arguments(key, include, arguments);
    *out = copy;
  } else if (key == "quote") {
    auto copy = copy_of(*this);
    copy->quote = policy_from_arguments(key, quote, arguments);
    *out = copy;
  } else if (key == "incorporate") {
    *out = incorporate(*this, arguments);
  } else if (key == "replace_path") {
    auto copy = copy_of(*this);
    for (const NamedValue& named : arguments.named)
      set_part(copy.get(), named.name.as_string(), named.value);
    *out = copy;
  } else if (key == "information_schema" || key == "information_schema_only") {
    *out = information_schema(*this, arguments.positional.empty() ? Value() : arguments.positional[0]);
  } else if (key == "without_identifier") {
    auto copy = copy_of(*this);
    copy->include.identifier = false;
    copy->identifier.reset();
    *out = copy;
  } else if (key == "matches") {
    *out = Value(matches_path(*this, arguments));
  } else if (key == "quoted") {
    *out = Value("\"" + to_str(arguments.positional.empty() ? Value() : arguments.positional[0]) + "\"");
  } else if (key == "add_ephemeral_prefix") {
    *out =
        Value(std::string(kEphemeralPrefix) + to_str(arguments.positional.empty() ? Value() : arguments.positional[0]));
  } else if (key == "get") {
    // `metadata` is how dbt_utils tells relations from text.
    const Value wanted = arguments.positional.empty() ? Value() : arguments.positional[0];
    if (wanted.is_string() && wanted.as_string() == "metadata") {
      *out = Value::dict({{"type", Value("DuckDBRelation")}});
    } else if (!get_item(wanted, out)) {
      *out = arguments.positional.size() > 1 ? arguments.positional[1] : Value();
    }
  } else if (key == "to_dict") {
    *out = Value::dict({{"path", path_value(*this)},
                        {"type", type_value(type)},
                        {"quote_policy", policy_value(quote)},
                        {"include_policy", policy_value(include)}});
  } else if (key == "create") {
    return make_relation_class({}).object()->call_method(name, arguments, out);
  } else {
    return Object::call_method(name, arguments, out);
  }
  return true;
}

Value make_relation(std::optional<std::string> database, std::optional<std::string> schema,
                    std::optional<std::string> identifier, RelationType type, RelationPolicy quote) {
  auto relation = make_ref<RelationObject>();
  relation->database = std::move(database);
  relation->schema = std::move(schema);
  relation->identifier = std::move(identifier);
  relation->type = type;
  relation->quote = quote;
  return relation;
}

namespace {

RelationPolicy quote_policy(const Quoting& project, const Value& own) {
  RelationPolicy policy{project.database.value_or(true), project.schema.value_or(true),
                        project.identifier.value_or(true)};
  apply_policy(own, &policy);
  return policy;
}

}  // namespace

Value make_relation(const Node& node, const Quoting& project_quoting) {
  return make_relation(node.database, node.schema, node.alias, RelationType::kNone,
                       quote_policy(project_quoting, node.config_get("quoting")));
}

Value make_relation(const Source& source) {
  const RelationPolicy quote{source.quoting.database.value_or(true), source.quoting.schema.value_or(true),
                             source.quoting.identifier.value_or(true)};
  return make_relation(source.database, source.schema, source.identifier, RelationType::kNone, quote);
}

std::string ephemeral_name(const Node& node) { return std::string(kEphemeralPrefix) + node.alias; }

Value make_ephemeral_relation(const Node& node) {
  return make_relation(std::nullopt, std::nullopt, ephemeral_name(node), RelationType::kCte, {true, true, false});
}

const RelationObject* as_relation(const Value& value) { return value.object_as<RelationObject>(); }

std::string relation_name(const Node& node, const Quoting& project_quoting) {
  return as_relation(make_relation(node, project_quoting))->render();
}

namespace {

// The class object: create() and the type constants.
class RelationClass final : public Object {
 public:
  explicit RelationClass(const Quoting& quoting) : quoting_(quoting) {}

  [[nodiscard]] std::string_view type_name() const override { return "RelationProxy"; }

  [[nodiscard]] std::string repr() const override { return "<class 'DuckDBRelation'>"; }

  bool get_attr(const StringObject& name, Value* out) override {
    const std::string_view key = name.view();
    static constexpr std::pair<std::string_view, std::string_view> kTypes[] = {
        {"Table", "table"},
        {"View", "view"},
        {"CTE", "cte"},
        {"External", "external"},
        {"MaterializedView", "materialized_view"},
        {"Function", "function"}};
    for (const auto& [type, text] : kTypes) {
      if (key == type) {
        *out = Value(text);
        return true;
      }
    }
    if (key == "create" || key == "create_from" || key == "add_ephemeral_prefix" || key == "scd_args") {
      *out = make_callable(std::string(key),
                           [self = Value(Ref<RelationClass>(this)), key = std::string(key)](Arguments& arguments) {
                             Value result;
                             self.object()->call_method(StringObject(key), arguments, &result);
                             return result;
                           });
      return true;
    }
    return false;
  }

  bool call_method(const StringObject& name, Arguments& arguments, Value* out) override {
    const std::string_view key = name.view();
    if (key == "create") {
      *out = create(arguments);
      return true;
    }
    if (key == "add_ephemeral_prefix") {
      *out = Value(std::string(kEphemeralPrefix) +
                   to_str(arguments.positional.empty() ? Value() : arguments.positional[0]));
      return true;
    }
    if (key == "scd_args") {
      Value columns = listify(arguments.positional.empty() ? Value() : arguments.positional[0]);
      columns.list_object()->items.push_back(arguments.positional.size() > 1 ? arguments.positional[1] : Value());
      *out = columns;
      return true;
    }
    return Object::call_method(name, arguments, out);
  }

 private:
  Value create(const Arguments& arguments) const {
    static constexpr std::string_view kPositions[] = {"database", "schema", "identifier", "type"};
    auto relation = make_ref<RelationObject>();
    relation->quote = quote_policy(quoting_, Value());
    const auto set = [&](std::string_view key, const Value& value) {
      set_part(relation.get(), key, value);
      if (key == "type" && !value.is_none() && !value.is_undefined())
        relation->type = parse_relation_type(to_str(value));
      if (key == "quote_policy") apply_policy(value, &relation->quote);
      if (key == "include_policy") apply_policy(value, &relation->include);
      if (key == "external") relation->external = text_or_none(value);
      if (key == "limit") relation->limit = as_index(value);
    };
    if (arguments.positional.size() > std::size(kPositions)) {
      raise(ExceptionKind::kTypeError, "create() takes from 1 to 5 positional arguments");
    }
    for (std::size_t i = 0; i < arguments.positional.size(); ++i)
      set(kPositions[i], arguments.positional[i]);
    for (const NamedValue& named : arguments.named)
      set(named.name.as_string(), named.value);
    return relation;
  }

  Quoting quoting_;
};

}  // namespace

Value make_relation_class(const Quoting& project_quoting) { return make_ref<RelationClass>(project_quoting); }

}  // namespace floe::dbt
