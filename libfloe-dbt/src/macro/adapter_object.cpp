// `adapter` in templates.
#include "macro/agate_csv.hpp"
#include "macro/scope_objects.hpp"
#include "model/tree.hpp"
#include "value/exception.hpp"
#include "value/operations.hpp"

#include "base/text/text.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>

namespace floe::dbt {
namespace {

// Strategies dbt-duckdb accepts.
constexpr std::array kStrategies = {"append", "delete+insert", "merge", "microbatch"};

Value argument(const Arguments& arguments, std::size_t index, std::string_view keyword) {
  if (index < arguments.positional.size()) return arguments.positional[index];
  const Value* named = arguments.find(keyword);
  return named == nullptr ? Value() : *named;
}

Value dispatch(RenderScope& scope, const Arguments& arguments) {
  Value bound[3] = {Value::missing(), Value(), Value()};
  bind_arguments("dispatch", arguments, {"macro_name", "macro_namespace", "packages"}, 1, bound);
  const std::string name = to_str(bound[0]);
  if (const std::size_t dot = name.find('.'); dot != std::string::npos) {
    raise(
        ExceptionKind::kCompilation,
        fmt::format("In adapter.dispatch, got a macro name of \"{0}\", but \".\" is not a valid macro name component. "
                    "Did you mean `adapter.dispatch(\"{2}\", macro_namespace=\"{1}\")`?",
                    name, name.substr(0, dot), name.substr(dot + 1)));
  }
  if (!bound[2].is_missing() && !bound[2].is_none()) {
    raise(ExceptionKind::kCompilation,
          "The \"packages\" argument of adapter.dispatch() has been replaced by macro_namespace");
  }
  const bool has_namespace = !bound[1].is_missing() && !bound[1].is_none();
  if (has_namespace && !bound[1].is_string()) {
    raise(ExceptionKind::kCompilation,
          fmt::format(
              "In adapter.dispatch, got a {} macro_namespace argument (\"{}\"), but macro_namespace should be None "
              "or a string.",
              type_name(bound[1]), to_str(bound[1])));
  }
  const std::string macro_namespace = has_namespace ? bound[1].as_string() : std::string();
  std::vector<std::string> attempts;
  const Macro* macro =
      scope.session().macros.dispatch(name, has_namespace ? &macro_namespace : nullptr, scope.package(), &attempts);
  if (macro != nullptr) return scope.macro_value(*macro);
  std::string searched;
  for (const std::string& attempt : attempts)
    searched += (searched.empty() ? "'" : ", '") + attempt + "'";
  raise(ExceptionKind::kCompilation,
        fmt::format("In dispatch: No macro named '{}' found within namespace: '{}'\n    Searched for: {}", name,
                    has_namespace ? macro_namespace : "None", searched));
}

Value incremental_strategy_macro(RenderScope& scope, const Arguments& arguments) {
  const Value strategy = argument(arguments, 1, "strategy");
  std::string name = strategy.is_none() ? "default" : to_str(strategy);
  std::replace(name.begin(), name.end(), '+', '_');
  const std::string macro_name = "get_incremental_" + name + "_sql";
  Value macro;
  if (scope.resolve(StringObject(macro_name), &macro)) return macro;
  raise(ExceptionKind::kCompilation,
        fmt::format("dbt could not find an incremental strategy macro with the name '{}' in {}", macro_name,
                    scope.session().workspace->root->name));
}

// ignore, invalidate or new_record.
std::string hard_deletes_of(const RenderScope& scope) {
  if (scope.node() == nullptr) return "ignore";
  const Value chosen = scope.node()->config_get("hard_deletes");
  const Value invalidates = scope.node()->config_get("invalidate_hard_deletes");
  if (!chosen.is_none() && !invalidates.is_none()) {
    raise(ExceptionKind::kCompilation,
          "You cannot set both the invalidate_hard_deletes and hard_deletes config properties on "
          "the same snapshot.");
  }
  if (chosen.is_none()) return !invalidates.is_none() && truth(invalidates) ? "invalidate" : "ignore";
  const std::string name = to_str(chosen);
  if (name == "ignore" || name == "invalidate" || name == "new_record") return name;
  raise(ExceptionKind::kCompilation,
        "Invalid setting for property hard_deletes: accepted are ignore, invalidate and new_record");
}

// The columns a snapshot keeps, as far as the table lacks them.
void check_snapshot_target(const Value& columns, const Value& names, bool marks_deleted) {
  std::vector<std::string> present;
  for (const Value& column : to_vector(columns)) {
    if (const auto* each = column.object_as<ColumnObject>()) present.push_back(text::to_lower_ascii(each->name));
  }
  std::string missing;
  for (const char* key : {"dbt_scd_id", "dbt_valid_from", "dbt_valid_to", "dbt_is_deleted"}) {
    if (std::string_view(key) == "dbt_is_deleted" && !marks_deleted) continue;
    const std::string name = find_text(names, key).value_or(key);
    if (std::find(present.begin(), present.end(), text::to_lower_ascii(name)) != present.end()) continue;
    missing += (missing.empty() ? "" : "\", \"") + name;
  }
  if (missing.empty()) return;
  raise(ExceptionKind::kCompilation, fmt::format("Snapshot target is not a snapshot table (missing \"{}\")", missing));
}

bool quoting_part(const Quoting& quoting, std::string_view part) {
  if (part == "database") return quoting.database.value_or(true);
  if (part == "schema") return quoting.schema.value_or(true);
  if (part == "identifier") return quoting.identifier.value_or(true);
  return true;
}

std::string quoted(const Value& name) { return "\"" + to_str(name) + "\""; }

Value column_names_missing(const Value& from, const Value& to) {
  // Columns of `from` that `to` lacks.
  std::vector<std::string> present;
  for (const Value& column : to_vector(to)) {
    if (const auto* each = column.object_as<ColumnObject>()) present.push_back(text::to_lower_ascii(each->name));
  }
  std::vector<Value> missing;
  for (const Value& column : to_vector(from)) {
    const auto* each = column.object_as<ColumnObject>();
    if (each != nullptr &&
        std::find(present.begin(), present.end(), text::to_lower_ascii(each->name)) == present.end()) {
      missing.push_back(column);
    }
  }
  return Value::list(std::move(missing));
}

std::string convert_type(const Value& table, const Value& column) {
  const TableObject* data = as_table(table);
  const auto index = as_index(column);
  if (data == nullptr || !index || *index < 0 || static_cast<std::size_t>(*index) >= data->column_types.size()) {
    raise(ExceptionKind::kTypeError, "convert_type() needs a table and the index of a column");
  }
  return agate_sql_type(*data, static_cast<std::size_t>(*index));
}

class AdapterObject final : public Object {
 public:
  explicit AdapterObject(RenderScope& scope) : scope_(scope) {}

  [[nodiscard]] std::string_view type_name() const override {
    return scope_.executes() ? "RuntimeDatabaseWrapper" : "ParseDatabaseWrapper";
  }

  bool get_attr(const StringObject& name, Value* out) override {
    const std::string_view key = name.view();
    if (key == "Relation") {
      *out = make_relation_class(scope_.session().workspace->root->quoting);
    } else if (key == "Column") {
      *out = make_column_class();
    } else if (key == "behavior") {
      *out = Value::dict();
    } else if (key == "config") {
      *out = Value::dict({{"credentials", scope_.session().target}});
    } else {
      *out = make_callable(name.text(),
                           [self = Value(Ref<AdapterObject>(this)), method = name.text()](Arguments& arguments) {
                             Value result;
                             if (!self.object()->call_method(StringObject(method), arguments, &result)) missing(method);
                             return result;
                           });
    }
    return true;
  }

  bool call_method(const StringObject& name, Arguments& arguments, Value* out) override {
    const std::string_view key = name.view();
    if (call_local(key, arguments, out)) return true;
    if (!scope_.executes()) {
      if (parse_time_adapter_result(key, out)) return true;
      missing(name.text());
    }
    if (scope_.backend() != nullptr && scope_.backend()->call(key, arguments, scope_, out)) return true;
    if (key == "get_hard_deletes_behavior") {
      *out = Value(hard_deletes_of(scope_));
      return true;
    }
    if (key == "assert_valid_snapshot_target_given_strategy" || key == "valid_snapshot_target") {
      const Value relation = argument(arguments, 0, "relation");
      Value columns;
      if (!columns_of(relation, arguments, &columns)) return false;
      check_snapshot_target(columns, argument(arguments, 1, "column_names"), hard_deletes_of(scope_) == "new_record");
      *out = Value();
      return true;
    }
    if (key == "get_missing_columns") {
      Value from;
      Value to;
      if (columns_of(argument(arguments, 0, "from_relation"), arguments, &from) &&
          columns_of(argument(arguments, 1, "to_relation"), arguments, &to)) {
        *out = column_names_missing(from, to);
        return true;
      }
    }
    missing(name.text());
  }

 private:
  [[noreturn]] static void missing(const std::string& name) {
    raise(ExceptionKind::kAttributeError, fmt::format("'RuntimeDatabaseWrapper' object has no attribute '{}'", name));
  }

  bool columns_of(const Value& relation, const Arguments& arguments, Value* out) {
    Arguments nested{arguments.machine, {&relation, 1}, {}};
    return scope_.backend() != nullptr && scope_.backend()->call("get_columns_in_relation", nested, scope_, out);
  }

  // Methods that need no warehouse, the same while parsing and running.
  bool call_local(std::string_view key, const Arguments& arguments, Value* out) {
    if (key == "dispatch")
      *out = dispatch(scope_, arguments);
    else if (key == "type")
      *out = Value(scope_.session().workspace->target.type);
    else if (key == "quote")
      *out = Value(quoted(argument(arguments, 0, "identifier")));
    else if (key == "quote_as_configured") {
      const Value name = argument(arguments, 0, "identifier");
      const bool quotes =
          quoting_part(scope_.session().workspace->root->quoting, to_str(argument(arguments, 1, "quote_key")));
      *out = quotes ? Value(quoted(name)) : name;
    } else if (key == "quote_seed_column") {
      const Value column = argument(arguments, 0, "column");
      const Value quotes = argument(arguments, 1, "quote_config");
      *out = quotes.is_none() || floe::dbt::truth(quotes) ? Value(quoted(column)) : column;
    } else if (key == "get_incremental_strategy_macro" && scope_.executes()) {
      *out = incremental_strategy_macro(scope_, arguments);
    } else if (key == "valid_incremental_strategies") {
      std::vector<Value> names(kStrategies.begin(), kStrategies.end());
      *out = Value::list(std::move(names));
    } else if (key == "convert_type") {
      *out = Value(convert_type(argument(arguments, 0, "agate_table"), argument(arguments, 1, "col_idx")));
    } else if (key == "is_motherduck" || key == "disable_transactions" || key == "is_ducklake" ||
               key == "use_ducklake_table_workarounds" || key == "already_exists") {
      *out = Value(key == "disable_transactions");
    } else if (key == "cache_added" || key == "cache_dropped" || key == "cache_renamed") {
      *out = Value("");
    } else if (key == "commit" || key == "ensure_transaction") {
      *out = Value();
    } else if (key == "escape_sql_string") {
      *out = Value(text::replace_all(to_str(argument(arguments, 0, "value")), "'", "''"));
    } else if (key == "get_binding_char") {
      *out = Value("?");
    } else if (key == "external_root") {
      *out = Value(".");
    } else if (key == "warn_once") {
      if (scope_.session().host != nullptr) scope_.session().host->warn(to_str(argument(arguments, 0, "msg")));
      *out = Value();
    } else if (key == "get_seed_file_path") {
      const Value model = argument(arguments, 0, "model");
      *out = Value(io::join_path(find_text(model, "root_path").value_or("."),
                                 find_text(model, "original_file_path").value_or("")));
    } else if (key == "standardize_grants_dict") {
      *out = Value::dict();
    } else {
      return false;
    }
    return true;
  }

  RenderScope& scope_;
};

}  // namespace

bool parse_time_adapter_result(std::string_view name, Value* out) {
  static constexpr std::string_view kNone[] = {"drop_relation",
                                               "truncate_relation",
                                               "rename_relation",
                                               "valid_snapshot_target",
                                               "assert_valid_snapshot_target_given_strategy",
                                               "expand_target_column_types",
                                               "get_relation",
                                               "create_schema",
                                               "drop_schema",
                                               "get_incremental_strategy_macro",
                                               "get_hard_deletes_behavior",
                                               "add_query",
                                               "write",
                                               "create_view",
                                               "load_file",
                                               "get_catalog_integration",
                                               "build_catalog_relation",
                                               "store_relation",
                                               "parse_index"};
  static constexpr std::string_view kList[] = {"get_columns_in_relation",
                                               "get_missing_columns",
                                               "get_columns_in_table",
                                               "get_column_schema_from_query",
                                               "list_relations",
                                               "list_relations_without_caching",
                                               "render_raw_columns_constraints",
                                               "render_raw_model_constraints",
                                               "existing_key_constraint_types"};
  if (std::find(std::begin(kNone), std::end(kNone), name) != std::end(kNone)) {
    *out = Value();
  } else if (std::find(std::begin(kList), std::end(kList), name) != std::end(kList)) {
    *out = Value::list();
  } else if (name == "check_schema_exists" || name == "location_exists") {
    *out = Value(false);
  } else if (name == "execute") {
    *out = Value::tuple({make_adapter_response("", "", std::nullopt), make_empty_table()});
  } else if (name == "get_partitions_metadata") {
    *out = make_empty_table();
  } else {
    return false;
  }
  return true;
}

Value make_adapter_object(RenderScope& scope) { return make_ref<AdapterObject>(scope); }

}  // namespace floe::dbt
