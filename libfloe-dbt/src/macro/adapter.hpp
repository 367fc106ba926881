// `adapter` in templates: what is the same everywhere (dispatch, quote, Relation, type ...) is done here; what needs
// the warehouse goes to the AdapterBackend of the executing side.
#pragma once

#include "value/value.hpp"

#include <string_view>

namespace floe::dbt {

class RenderScope;
struct Node;

// Implemented by execution; one per node in flight (it owns the session). Every method may raise
// (value/exception.hpp); raise_error() carries a warehouse Error.
class AdapterBackend {
 public:
  virtual ~AdapterBackend() = default;

  // adapter.<name>(...): execute, get_relation, get_columns_in_relation, create_schema, drop_relation, rename_relation,
  // write, create_view, load_file, ... False: no such method (AttributeError follows).
  // `scope` is the context of the node that calls.
  virtual bool call(std::string_view name, Arguments& arguments, RenderScope& scope, Value* out) = 0;

  // {{ write(sql) }}: the statement a node ran, for target/run.
  virtual void write_run_file(Node& node, std::string_view sql) = 0;
};

// What templates say to people.
class ScopeHost {
 public:
  virtual ~ScopeHost() = default;
  virtual void log(std::string_view message, bool info) = 0;  // log(msg, info)
  virtual void print(std::string_view message) = 0;           // print(msg)
  virtual void warn(std::string_view message) = 0;            // exceptions.warn(msg)
};

}  // namespace floe::dbt
