#include "macro/scope.hpp"

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

bool RenderScope::member(const StringObject& name, Value* out) {
  const std::string_view key = name.view();
  Session& session = session_;
  Node* node = options_.node;
  if (key == "config")
    *out = make_config_object(*this);
  else if (key == "ref")
    *out = make_ref_function(*this);
  else if (key == "source")
    *out = make_source_function(*this);
  else if (key == "var")
    *out = make_var_function(*this);
  else if (key == "env_var")
    *out = make_env_var_function(*this);
  else if (key == "this") {
    if (node == nullptr) return false;
    *out = node->type == ResourceType::kOperation ? Value() : make_relation(*node, session.workspace->root->quoting);
    if (executes() && node->type != ResourceType::kOperation) note_relation(*out);
  } else if (key == "execute")
    *out = Value(executes());
  else if (key == "target" || key == "env")
    *out = session.target;
  else if (key == "adapter")
    *out = make_adapter_object(*this);
  else if (key == "api") {
    *out = make_namespace(
        "dict", {{"Relation", make_relation_class(session.workspace->root->quoting)}, {"Column", make_column_class()}});
  } else if (key == "column")
    *out = make_column_class();
  else if (key == "exceptions")
    *out = make_exceptions_namespace(*this);
  else if (key == "model") {
    if (node != nullptr)
      *out = node_value(*node, true);
    else if (options_.macro != nullptr)
      *out = macro_value_dict(*options_.macro);
    else
      return false;
  } else if (key == "graph")
    *out = executes() ? session.manifest.flat_graph() : empty_graph();
  else if (key == "database")
    *out = Value(node != nullptr ? node->database : session.workspace->target.database);
  else if (key == "schema")
    *out = Value(node != nullptr ? node->schema : session.workspace->target.schema);
  else if (key == "project_name")
    *out = Value(session.workspace->root->name);
  else if (key == "flags")
    *out = session.flags;
  else if (key == "modules")
    *out = session.modules;
  else if (key == "invocation_id")
    *out = Value(session.invocation_id);
  else if (key == "run_started_at")
    *out = make_utc_datetime(session.run_started_at_micros);
  else if (key == "dbt_version")
    *out = Value(kDbtVersion);
  else if (key == "thread_id")
    *out = Value("Thread-1 (worker)");
  else if (key == "invocation_args_dict")
    *out = session.invocation_args;
  else if (key == "selected_resources")
    *out = session.selected_resources;
  else if (key == "dbt_metadata_envs")
    *out = session.manifest.metadata.env;
  else if (key == "pre_hooks" || key == "post_hooks") {
    const Value hooks = node == nullptr ? Value() : node->config_get(key == "pre_hooks" ? "pre-hook" : "post-hook");
    *out = node == nullptr ? Value() : hooks.is_none() ? Value::list() : deep_copy(hooks);
  } else if (key == "sql" || key == "compiled_code") {
    *out = node != nullptr && node->compilation.compiled ? Value(node->compilation.compiled_code) : Value();
  } else if (key == "sql_now")
    *out = Value("now()");
  else if (key == "_sql_results")
    *out = state_->results;
  else if (key == "context")
    *out = make_context_object(*this);
  else if (key == "builtins")
    *out = make_builtins_namespace(*this);
  else
    return find_scope_function(*this, key, out);
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
