// RenderScope: dbt's template context for one node, macro or hook, at parse time or at run time.
//
//   RenderScope scope(session, ScopeMode::kRun, {.node = &node, .backend = &backend});
//   scope.set("sql", Value(compiled));                       // names only this scope has
//   auto sql = session.text.render(*node.tpl, scope);
//   scope.ephemerals(), scope.relations()                    // what rendering resolved
#pragma once

#include "jinja/context.hpp"
#include "macro/adapter.hpp"
#include "macro/relation.hpp"
#include "macro/session.hpp"
#include "macro/table.hpp"
#include "model/node.hpp"

#include <array>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

namespace floe::dbt {

enum class ScopeMode : std::uint8_t {
  kParse,      // execute = false; ref, source and config are recorded, Undefined absorbs
  kRun,        // a node that compiles or runs
  kOperation,  // run-operation, hooks: ref() needs no declared dependency
  kNaming,     // generate_*_name macros: execute = false, config looks at nothing
};

// Collects what a template says while parsing.
class ParseRecorder {
 public:
  virtual ~ParseRecorder() = default;
  virtual void on_ref(RefArgs ref) = 0;
  virtual void on_source(SourceArgs source) = 0;
  virtual void on_config(const Value& options) = 0;  // a dict; may raise
  virtual void on_macro(std::string_view unique_id) = 0;
};

struct ScopeOptions {
  Node* node = nullptr;          // none: a macro context (run-operation)
  const Macro* macro = nullptr;  // `model` of a macro context
  std::string package;           // where bare macro names are looked for first; empty: the node's or the root's
  AdapterBackend* backend = nullptr;
  ParseRecorder* recorder = nullptr;
};

class RenderScope final : public Context {
 public:
  RenderScope(Session& session, ScopeMode mode, ScopeOptions options);
  ~RenderScope() override;

  bool resolve(const StringObject& name, Value* out) override;
  [[nodiscard]] UndefinedPolicy undefined_policy() const override;
  void on_macro_call(std::string_view unique_id, std::size_t depth) override;

  // Names of this scope only; they win over everything: sql, pre_hooks, results, schemas, _dbt_generic_test_kwargs ...
  void set(std::string_view name, Value value);

  // A macro as a callable of this scope. Calls from outside go through call() of jinja/environment.hpp.
  Value macro_value(const Macro& macro);

  // load_result / store_result.
  void store_result(std::string_view name, Value response, Value table);
  [[nodiscard]] Value find_result(std::string_view name) const;  // {response, data, table} or None; never consumes
  Value take_result(std::string_view name);                      // load_result(): all but `main` can be read once

  // Run time: what ref() and source() gave so far.
  [[nodiscard]] const std::vector<Node*>& ephemerals() const { return ephemerals_; }  // each once, in order

  [[nodiscard]] const std::vector<Value>& relations() const { return relations_; }  // RelationObjects, each once

  [[nodiscard]] Session& session() const { return session_; }

  [[nodiscard]] ScopeMode mode() const { return mode_; }

  [[nodiscard]] Node* node() const { return options_.node; }

  [[nodiscard]] AdapterBackend* backend() const { return options_.backend; }

  [[nodiscard]] ParseRecorder* recorder() const { return options_.recorder; }

  [[nodiscard]] const std::string& package() const { return options_.package; }

  [[nodiscard]] bool executes() const { return mode_ == ScopeMode::kRun || mode_ == ScopeMode::kOperation; }

  // Used by the callables of the scope.
  Value resolve_ref(const RefArgs& ref);
  Value resolve_source(const SourceArgs& source);
  // var(): found in cli vars, the node's package, the root project.
  bool find_var(std::string_view name, Value* out) const;
  void note_relation(const Value& relation);

 private:
  struct State;
  bool member(const StringObject& name, Value* out);
  Value this_value();  // missing without a node
  [[nodiscard]] Value hooks_value(std::string_view key) const;
  [[nodiscard]] Value compiled_code() const;

  Session& session_;
  ScopeMode mode_;
  ScopeOptions options_;
  std::unique_ptr<State> state_;
  std::vector<Node*> ephemerals_;
  std::vector<Value> relations_;
};

}  // namespace floe::dbt
