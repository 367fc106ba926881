#include "macro/render_scope.hpp"

#include "jinja/environment.hpp"
#include "macro/scope_objects.hpp"
#include "model/dbt_version.hpp"
#include "model/emit_node.hpp"
#include "model/tree.hpp"
#include "project/yaml_render.hpp"
#include "value/datetime.hpp"
#include "value/exception.hpp"
#include "value/operations.hpp"

#include <fmt/format.h>

#include <algorithm>

namespace floe::dbt {

namespace {

// While parsing there is no graph yet.
Value empty_graph() {
  Value graph = Value::dict();
  for (std::string_view part : {"exposures", "functions", "groups", "metrics", "nodes", "sources", "semantic_models",
                                "saved_queries", "unit_tests"}) {
    graph.dict_object()->set(part, Value::dict());
  }
  return graph;
}

Value api_namespace(const Session& session) {
  return make_namespace(
      "dict", {{"Relation", make_relation_class(session.workspace->root->quoting)}, {"Column", make_column_class()}});
}

// The node, else the macro that runs, if any.
Value model_value(const ScopeOptions& options) {
  if (options.node != nullptr) return node_value(*options.node, true);
  return options.macro != nullptr ? macro_value_dict(*options.macro) : Value::missing();
}

Value database_of(const Node* node, const Session& session) {
  return Value(node != nullptr ? node->database : session.workspace->target.database);
}

Value schema_of(const Node* node, const Session& session) {
  return Value(node != nullptr ? node->schema : session.workspace->target.schema);
}

}  // namespace

struct RenderScope::State {
  std::unordered_map<std::string, Value> own;      // set()
  std::unordered_map<std::string, Value> members;  // made so far
  Value results = Value::dict();                   // load_result
};

RenderScope::RenderScope(Session& session, ScopeMode mode, ScopeOptions options)
    : session_(session), mode_(mode), options_(std::move(options)), state_(std::make_unique<State>()) {
  if (options_.package.empty()) {
    options_.package = options_.node != nullptr ? options_.node->package_name : session.workspace->root->name;
  }
}

RenderScope::~RenderScope() = default;

UndefinedPolicy RenderScope::undefined_policy() const {
  return mode_ == ScopeMode::kParse ? UndefinedPolicy::kAbsorbing : UndefinedPolicy::kDefault;
}

void RenderScope::on_macro_call(std::string_view unique_id, std::size_t depth) {
  if (depth == 0 && options_.recorder != nullptr) options_.recorder->on_macro(unique_id);
}

void RenderScope::set(std::string_view name, Value value) {
  state_->own.insert_or_assign(std::string(name), std::move(value));
}

Value RenderScope::macro_value(const Macro& macro) {
  return make_macro(macro.tpl, macro.symbol, macro.unique_id, *this);
}

bool RenderScope::resolve(const StringObject& name, Value* out) {
  if (!state_->own.empty()) {
    if (auto own = state_->own.find(name.text()); own != state_->own.end()) {
      *out = own->second;
      return true;
    }
  }
  if (auto made = state_->members.find(name.text()); made != state_->members.end()) {
    *out = made->second;
    return true;
  }
  // Macros win over dbt's own names: a project may define `ref` and call builtins.ref.
  const std::string_view text = name.view();
  if (const Macro* macro = session_.macros.in_package(options_.package, text);
      macro != nullptr && options_.package != "dbt") {
    *out = macro_value(*macro);
  } else if (const Macro* root = session_.macros.in_package(session_.workspace->root->name, text)) {
    *out = macro_value(*root);
  } else if (text == "dbt" || (session_.macros.has_package(text) && !session_.workspace->is_builtin(text))) {
    *out = make_macro_namespace(*this, std::string(text));
  } else if (const Macro* builtin = session_.macros.in_package("dbt", text)) {
    *out = macro_value(*builtin);
  } else if (!member(name, out)) {
    return find_dbt_builtin(name, out);
  }
  state_->members.emplace(name.text(), *out);
  return true;
}

Value RenderScope::this_value() {
  const Node* node = options_.node;
  if (node == nullptr) return Value::missing();
  if (node->type == ResourceType::kOperation) return {};
  Value relation = make_relation(*node, session_.workspace->root->quoting);
  if (executes()) note_relation(relation);
  return relation;
}

Value RenderScope::hooks_value(std::string_view key) const {
  if (options_.node == nullptr) return {};
  const Value hooks = options_.node->config_get(key);
  return hooks.is_none() ? Value::list() : deep_copy(hooks);
}

Value RenderScope::compiled_code() const {
  const Node* node = options_.node;
  return node != nullptr && node->compilation.compiled ? Value(node->compilation.compiled_code) : Value();
}

bool RenderScope::member(const StringObject& name, Value* out) {
  using Make = Value (*)(RenderScope&);
  const auto target = [](RenderScope& scope) { return scope.session_.target; };
  const auto code = [](RenderScope& scope) { return scope.compiled_code(); };
  static const std::unordered_map<std::string_view, Make> kMembers{
      {"config", [](RenderScope& scope) { return make_config_object(scope); }},
      {"ref", [](RenderScope& scope) { return make_ref_function(scope); }},
      {"source", [](RenderScope& scope) { return make_source_function(scope); }},
      {"var", [](RenderScope& scope) { return make_var_function(scope); }},
      {"env_var", [](RenderScope& scope) { return make_env_var_function(scope); }},
      {"this", [](RenderScope& scope) { return scope.this_value(); }},
      {"execute", [](RenderScope& scope) { return Value(scope.executes()); }},
      {"target", target},
      {"env", target},
      {"adapter", [](RenderScope& scope) { return make_adapter_object(scope); }},
      {"api", [](RenderScope& scope) { return api_namespace(scope.session_); }},
      {"column", [](RenderScope& /*scope*/) { return make_column_class(); }},
      {"exceptions", [](RenderScope& scope) { return make_exceptions_namespace(scope); }},
      {"model", [](RenderScope& scope) { return model_value(scope.options_); }},
      {"graph",
       [](RenderScope& scope) { return scope.executes() ? scope.session_.manifest.flat_graph() : empty_graph(); }},
      {"database", [](RenderScope& scope) { return database_of(scope.options_.node, scope.session_); }},
      {"schema", [](RenderScope& scope) { return schema_of(scope.options_.node, scope.session_); }},
      {"project_name", [](RenderScope& scope) { return Value(scope.session_.workspace->root->name); }},
      {"flags", [](RenderScope& scope) { return scope.session_.flags; }},
      {"modules", [](RenderScope& scope) { return scope.session_.modules; }},
      {"invocation_id", [](RenderScope& scope) { return Value(scope.session_.invocation_id); }},
      {"run_started_at", [](RenderScope& scope) { return make_utc_datetime(scope.session_.run_started_at_micros); }},
      {"dbt_version", [](RenderScope& /*scope*/) { return Value(kDbtVersion); }},
      {"thread_id", [](RenderScope& /*scope*/) { return Value("Thread-1 (worker)"); }},
      {"invocation_args_dict", [](RenderScope& scope) { return scope.session_.invocation_args; }},
      {"selected_resources", [](RenderScope& scope) { return scope.session_.selected_resources; }},
      {"dbt_metadata_envs", [](RenderScope& scope) { return scope.session_.manifest.metadata.env; }},
      {"pre_hooks", [](RenderScope& scope) { return scope.hooks_value("pre-hook"); }},
      {"post_hooks", [](RenderScope& scope) { return scope.hooks_value("post-hook"); }},
      {"sql", code},
      {"compiled_code", code},
      {"sql_now", [](RenderScope& /*scope*/) { return Value("now()"); }},
      {"_sql_results", [](RenderScope& scope) { return scope.state_->results; }},
      {"context", [](RenderScope& scope) { return make_context_object(scope); }},
      {"builtins", [](RenderScope& scope) { return make_builtins_namespace(scope); }},
      {"validation", [](RenderScope& /*scope*/) { return make_validation(); }},
  };
  const auto found = kMembers.find(name.view());
  Value made = found == kMembers.end() ? make_scope_function(*this, name.view()) : found->second(*this);
  if (made.is_missing()) return false;
  *out = std::move(made);
  return true;
}

Value RenderScope::resolve_ref(const RefArgs& ref) {
  Session& session = session_;
  const Quoting& quoting = session.workspace->root->quoting;
  if (!executes()) {
    if (options_.recorder != nullptr) options_.recorder->on_ref(ref);
    return options_.node == nullptr ? Value() : make_relation(*options_.node, quoting);
  }
  const auto found = session.manifest.resolve_ref(ref, session.workspace->root->name, options_.package);
  const std::string who = options_.node == nullptr ? "operation" : options_.node->unique_id;
  if (found.node == nullptr) {
    raise(ExceptionKind::kCompilation, fmt::format("{} depends on a node named '{}'{} which {}", who, ref.name,
                                                   ref.package ? " in package '" + *ref.package + "'" : "",
                                                   found.disabled != nullptr ? "is disabled" : "was not found"));
  }
  if (mode_ == ScopeMode::kRun && options_.node != nullptr) {
    const auto& declared = options_.node->depends_on_nodes;
    if (std::find(declared.begin(), declared.end(), found.node->unique_id) == declared.end()) {
      raise(ExceptionKind::kCompilation,
            fmt::format("dbt was unable to infer all dependencies for the model \"{}\".\nThis typically happens when "
                        "ref() is placed within a conditional block.\n\nTo fix this, add the following hint to the top "
                        "of the model \"{}\":\n\n-- depends_on: {{{{ ref('{}') }}}}",
                        options_.node->name, options_.node->name, ref.name));
    }
  }
  if (found.node->is_ephemeral()) {
    if (mode_ == ScopeMode::kOperation &&
        (options_.node == nullptr || options_.node->type == ResourceType::kOperation)) {
      raise(ExceptionKind::kCompilation,
            fmt::format("Operations can not ref() ephemeral nodes, but {} is ephemeral", found.node->name));
    }
    if (std::find(ephemerals_.begin(), ephemerals_.end(), found.node) == ephemerals_.end()) {
      ephemerals_.push_back(found.node);
    }
    return make_ephemeral_relation(*found.node);
  }
  Value relation = make_relation(*found.node, quoting);
  note_relation(relation);
  if (session.empty) relation.object_as<RelationObject>()->limit = 0;
  return relation;
}

Value RenderScope::resolve_source(const SourceArgs& source) {
  Session& session = session_;
  if (!executes()) {
    if (options_.recorder != nullptr) options_.recorder->on_source(source);
    return options_.node == nullptr ? Value() : make_relation(*options_.node, session.workspace->root->quoting);
  }
  const auto found = session.manifest.resolve_source(source, session.workspace->root->name, options_.package);
  if (found.source == nullptr) {
    raise(ExceptionKind::kCompilation,
          fmt::format("{} depends on a source named '{}.{}' which {}",
                      options_.node == nullptr ? "operation" : options_.node->unique_id, source.source, source.table,
                      found.disabled != nullptr ? "is disabled" : "was not found"));
  }
  Value relation = make_relation(*found.source);
  note_relation(relation);
  if (session.empty) relation.object_as<RelationObject>()->limit = 0;
  return relation;
}

void RenderScope::note_relation(const Value& relation) {
  const RelationObject* object = as_relation(relation);
  if (object == nullptr) return;
  for (const Value& known : relations_) {
    if (as_relation(known)->matches(*object)) return;
  }
  relations_.push_back(
      make_relation(object->database, object->schema, object->identifier, object->type, object->quote));
}

bool RenderScope::find_var(std::string_view name, Value* out) const {
  const Workspace& workspace = *session_.workspace;
  const auto look = [&](const Value& vars) {
    const Value* found = find_key(vars, name);
    if (found != nullptr) *out = *found;
    return found != nullptr;
  };
  const auto look_in = [&](const Project& project) {
    const Value* scoped = find_key(project.vars, options_.package);
    return (scoped != nullptr && scoped->is_dict() && look(*scoped)) || look(project.vars);
  };
  if (look(workspace.cli_vars) || look_in(*workspace.root)) return true;
  const Project* own = workspace.find(options_.package);
  return own != nullptr && own != workspace.root.get() && look_in(*own);
}

void RenderScope::store_result(std::string_view name, Value response, Value table) {
  Value rows = Value::list();
  if (const TableObject* data = as_table(table)) {
    for (const auto& row : data->rows)
      rows.list_object()->items.push_back(Value::tuple(row));
  }
  state_->results.dict_object()->set(
      name, Value::dict({{"response", std::move(response)}, {"data", std::move(rows)}, {"table", std::move(table)}}));
}

Value RenderScope::find_result(std::string_view name) const {
  const Value* found = find_key(state_->results, name);
  return found == nullptr ? Value() : *found;
}

Value RenderScope::take_result(std::string_view name) {
  const Value* found = find_key(state_->results, name);
  if (found == nullptr) return Value();
  const Value result = *found;
  if (name == "main") return result;
  if (result.is_none()) {
    raise(ExceptionKind::kCompilation,
          fmt::format("The 'statement' result named '{}' has already been loaded into a variable", name));
  }
  state_->results.dict_object()->set(name, Value());
  return result;
}

}  // namespace floe::dbt
