#include "parse/config.hpp"

#include "model/tree.hpp"
#include "value/exception.hpp"
#include "value/json.hpp"
#include "value/operations.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>

namespace floe::dbt {
namespace {

enum class Merge : std::uint8_t { kReplace, kAppend, kUpdate, kGrants };

Merge merge_of(std::string_view key) {
  if (key == "tags" || key == "pre-hook" || key == "post-hook" || key == "packages") return Merge::kAppend;
  if (key == "meta" || key == "quoting" || key == "column_types" || key == "docs" || key == "contract" ||
      key == "latest_version_pointer") {
    return Merge::kUpdate;
  }
  return key == "grants" ? Merge::kGrants : Merge::kReplace;
}

using Fields = std::vector<std::pair<std::string_view, Value>>;

Value true_value() { return Value(true); }

Fields node_fields() {
  return {{"enabled", true_value()},
          {"alias", {}},
          {"schema", {}},
          {"database", {}},
          {"tags", Value::list()},
          {"meta", Value::dict()},
          {"group", {}},
          {"static_analysis", {}},
          {"materialized", Value("view")},
          {"incremental_strategy", {}},
          {"batch_size", {}},
          {"lookback", Value(1)},
          {"begin", {}},
          {"persist_docs", Value::dict()},
          {"post-hook", Value::list()},
          {"pre-hook", Value::list()},
          {"quoting", Value::dict()},
          {"column_types", Value::dict()},
          {"full_refresh", {}},
          {"unique_key", {}},
          {"on_schema_change", Value("ignore")},
          {"on_configuration_change", Value("apply")},
          {"grants", Value::dict()},
          {"packages", Value::list()},
          {"docs", Value::dict()},
          {"contract", Value::dict()},
          {"event_time", {}},
          {"concurrent_batches", {}}};
}

Fields test_fields() {
  return {{"enabled", true_value()},
          {"alias", {}},
          {"schema", Value("dbt_test__audit")},
          {"database", {}},
          {"tags", Value::list()},
          {"meta", Value::dict()},
          {"group", {}},
          {"static_analysis", {}},
          {"materialized", Value("test")},
          {"severity", Value("ERROR")},
          {"store_failures", {}},
          {"store_failures_as", {}},
          {"sql_header", {}},
          {"where", {}},
          {"limit", {}},
          {"fail_calc", Value("count(*)")},
          {"warn_if", Value("!= 0")},
          {"error_if", Value("!= 0")}};
}

Value empty_threshold() { return Value::dict({{"count", Value()}, {"period", Value()}}); }

Fields fields_of(ResourceType type) {
  switch (type) {
    case ResourceType::kTest:
      return test_fields();
    case ResourceType::kSource:
      return {
          {"enabled", true_value()},
          {"event_time", {}},
          {"freshness",
           Value::dict({{"warn_after", empty_threshold()}, {"error_after", empty_threshold()}, {"filter", Value()}})},
          {"loaded_at_field", {}},
          {"loaded_at_query", {}},
          {"meta", Value::dict()},
          {"tags", Value::list()},
          {"static_analysis", {}}};
    case ResourceType::kExposure:
      return {{"enabled", true_value()}, {"tags", Value::list()}, {"meta", Value::dict()}};
    case ResourceType::kGroup:
      return {{"meta", Value::dict()}};
    default:
      break;
  }
  Fields fields = node_fields();
  const auto set = [&](std::string_view key, Value value) {
    const auto field = std::find_if(fields.begin(), fields.end(), [&](const auto& one) { return one.first == key; });
    if (field != fields.end()) field->second = std::move(value);
  };
  if (type == ResourceType::kModel) {
    fields.emplace_back("access", Value("protected"));
    fields.emplace_back("freshness", Value());
    fields.emplace_back("on_error", Value());
    fields.emplace_back("latest_version_pointer", Value::dict({{"enabled", Value()}, {"alias", Value()}}));
  } else if (type == ResourceType::kSeed) {
    set("materialized", Value("seed"));
    fields.emplace_back("delimiter", Value(","));
    fields.emplace_back("quote_columns", Value());
  } else if (type == ResourceType::kSnapshot) {
    set("materialized", Value("snapshot"));
    for (const char* name : {"strategy", "target_schema", "target_database", "updated_at", "check_cols"})
      fields.emplace_back(name, Value());
    fields.emplace_back("snapshot_meta_column_names", Value::dict());
    fields.emplace_back("dbt_valid_to_current", Value());
  }
  return fields;
}

std::string_view tree_of(ResourceType type) {
  switch (type) {
    case ResourceType::kSeed:
      return "seeds";
    case ResourceType::kSnapshot:
      return "snapshots";
    case ResourceType::kTest:
      return "data_tests";
    case ResourceType::kSource:
      return "sources";
    case ResourceType::kExposure:
      return "exposures";
    default:
      return "models";
  }
}

std::string_view trim_spaces(std::string_view text) {
  while (!text.empty() && text.front() == ' ')
    text.remove_prefix(1);
  while (!text.empty() && text.back() == ' ')
    text.remove_suffix(1);
  return text;
}

// Calls `visit(key, value)` for the settings of each level of the tree along the fqn.
template <class Visit>
void walk_tree(const Project& project, const ConfigRequest& request, bool rendered, Visit visit) {
  const Value tree = project.config_tree(tree_of(request.type), rendered);
  const Value* level = &tree;
  for (std::size_t depth = 0; level != nullptr && level->is_dict(); ++depth) {
    const DictObject& dict = *level->dict_object();
    for (std::size_t i = 0; const DictObject::Entry* entry = dict.next(&i);) {
      if (!entry->key.is_string()) continue;
      const std::string& key = entry->key.as_string();
      if (key.starts_with('+')) {
        visit(trim_spaces(std::string_view(key).substr(1)), entry->value);
      } else if (!entry->value.is_dict()) {
        visit(std::string_view(key), entry->value);
      }
    }
    if (depth >= request.fqn->size()) break;
    level = find_key(*level, (*request.fqn)[depth]);
  }
}

Value merge_grants(const Value& base, const Value& over) {
  Value merged = Value::dict();
  DictObject& target = *merged.dict_object();
  for (std::size_t i = 0; const DictObject::Entry* entry = base.dict_object()->next(&i);) {
    target.set(entry->key, listify(entry->value));
  }
  for (std::size_t i = 0; const DictObject::Entry* entry = over.dict_object()->next(&i);) {
    std::string key = to_str(entry->key);
    const bool extends = key.starts_with('+');
    while (key.starts_with('+'))
      key.erase(0, 1);
    Value list = listify(entry->value);
    const Value* present = target.find(std::string_view(key));
    if (extends && present != nullptr) {
      Value joined = listify(*present);
      for (const Value& item : list.list_object()->items)
        joined.list_object()->items.push_back(item);
      list = joined;
    }
    target.set(std::string_view(key), list);
  }
  return merged;
}

[[noreturn]] void wrong_kind(std::string_view key, std::string_view wanted, const Value& value) {
  raise(ExceptionKind::kCompilation, fmt::format("config `{}` must be {}, found {}", key, wanted, to_repr(value)));
}

void apply(DictObject& result, std::string_view key, const Value& value) {
  if (key == "pre_hook") key = "pre-hook";
  if (key == "post_hook") key = "post-hook";
  const Value* present = result.find(key);
  const Merge merge = present == nullptr ? Merge::kReplace : merge_of(key);
  switch (merge) {
    case Merge::kReplace:
      result.set(key, deep_copy(value));
      break;
    case Merge::kAppend: {
      Value joined = listify(*present);
      const Value added = listify(value);
      for (const Value& item : added.list_object()->items)
        joined.list_object()->items.push_back(item);
      result.set(key, joined);
      break;
    }
    case Merge::kUpdate:
    case Merge::kGrants:
      if (key == "latest_version_pointer" && value.is_bool()) {
        result.set(key, merged_dict(*present, Value::dict({{"enabled", value}})));
        break;
      }
      if (!value.is_dict()) wrong_kind(key, "a mapping", value);
      result.set(key, merge == Merge::kGrants ? merge_grants(*present, value) : merged_dict(*present, value));
      break;
  }
}

void apply_layer(DictObject& result, const Value& layer) {
  if (!layer.is_dict()) return;
  for (std::size_t i = 0; const DictObject::Entry* entry = layer.dict_object()->next(&i);) {
    apply(result, trim_spaces(to_str(entry->key)), entry->value);
  }
}

Value complete_hook(const Value& hook) {
  Value written = hook;
  if (hook.is_string() && hook.as_string().find('{') == hook.as_string().find_first_not_of(" \t\n")) {
    if (auto parsed = load_json(hook.as_string()); parsed && parsed->is_dict()) written = *parsed;
  }
  Value complete = Value::dict({{"sql", Value()}, {"transaction", Value(true)}, {"index", Value()}});
  if (written.is_dict()) return merged_dict(complete, written);
  complete.dict_object()->set(std::string_view("sql"), hook.is_string() ? hook : Value(to_str(hook)));
  return complete;
}

void complete_hooks(DictObject& result, std::string_view key) {
  const Value* hooks = result.find(key);
  if (hooks == nullptr || !hooks->is_list() || hooks->list_object()->items.empty()) return;
  std::vector<Value> complete;
  for (const Value& hook : hooks->list_object()->items)
    complete.push_back(complete_hook(hook));
  result.set(key, Value::list(std::move(complete)));
}

// The parts of a nested config with their defaults, in dbt's order.
void complete_dict(DictObject& result, std::string_view key, const Value& defaults) {
  const Value* present = result.find(key);
  if (present != nullptr) result.set(key, merged_dict(defaults, *present));
}

void complete_test(DictObject& result) {
  const Value* as = result.find(std::string_view("store_failures_as"));
  const Value* store = result.find(std::string_view("store_failures"));
  if (as->is_none()) {
    if (store->is_bool())
      result.set(std::string_view("store_failures_as"), Value(store->as_bool() ? "table" : "ephemeral"));
  } else {
    result.set(std::string_view("store_failures"), Value(to_str(*as) != "ephemeral"));
  }
  const Value* severity = result.find(std::string_view("severity"));
  std::string lower = severity->is_string() ? severity->as_string() : std::string();
  std::transform(lower.begin(), lower.end(), lower.begin(),
                 [](unsigned char c) { return static_cast<char>(std::tolower(c)); });
  if (lower != "warn" && lower != "error") {
    raise(ExceptionKind::kCompilation,
          fmt::format("Severity must be either 'warn' or 'error'. Got '{}'", to_str(*severity)));
  }
}

void complete_model(DictObject& result) {
  const Value* freshness = result.find(std::string_view("freshness"));
  const Value* build_after = freshness == nullptr ? nullptr : find_key(*freshness, "build_after");
  if (build_after == nullptr) {
    result.set(std::string_view("freshness"), Value());
  } else {
    const Value defaults = Value::dict({{"count", Value()}, {"period", Value()}, {"updates_on", Value("any")}});
    result.set(std::string_view("freshness"), Value::dict({{"build_after", merged_dict(defaults, *build_after)}}));
  }
}

void complete(DictObject& result, ResourceType type) {
  const Value* enabled = result.find(std::string_view("enabled"));
  if (type != ResourceType::kGroup && enabled != nullptr && !enabled->is_bool())
    wrong_kind("enabled", "true or false", *enabled);
  if (const Value* analysis = result.find(std::string_view("static_analysis"));
      analysis != nullptr && analysis->is_bool()) {
    result.set(std::string_view("static_analysis"), Value(analysis->as_bool() ? "on" : "off"));
  }
  if (type == ResourceType::kGroup) return;
  if (const Value* tags = result.find(std::string_view("tags")); tags != nullptr && !tags->is_list()) {
    result.set(std::string_view("tags"), listify(*tags));
  }
  const Value* materialized = result.find(std::string_view("materialized"));
  if (materialized != nullptr && !materialized->is_string()) {
    wrong_kind("materialized", "text", *materialized);
  }
  if (type == ResourceType::kSource || type == ResourceType::kExposure) return;
  if (type == ResourceType::kTest) {
    complete_test(result);
    return;
  }
  complete_hooks(result, "pre-hook");
  complete_hooks(result, "post-hook");
  complete_dict(result, "docs", Value::dict({{"show", Value(true)}, {"node_color", Value()}}));
  complete_dict(result, "contract", Value::dict({{"enforced", Value(false)}, {"alias_types", Value(true)}}));
  if (type == ResourceType::kModel) complete_model(result);
  if (type == ResourceType::kSnapshot) {
    Value names = Value::dict();
    for (const char* name : {"dbt_valid_to", "dbt_valid_from", "dbt_scd_id", "dbt_updated_at", "dbt_is_deleted"}) {
      names.dict_object()->set(std::string_view(name), Value());
    }
    complete_dict(result, "snapshot_meta_column_names", names);
  }
}

}  // namespace

Value ConfigResolver::resolve(const ConfigRequest& request, const Value& patch, const Value& calls) const {
  Value config = Value::dict();
  DictObject& result = *config.dict_object();
  for (auto& [name, value] : fields_of(request.type))
    result.set(name, std::move(value));
  const auto visit = [&](std::string_view key, const Value& value) {
    // Groups read the tree of models, of which only meta is theirs: the rest is kept as it is written, hooks are not.
    if (request.type != ResourceType::kGroup || key == "meta") {
      apply(result, key, value);
    } else if (!key.ends_with("hook")) {
      result.set(key, value);
    }
  };
  const Project* own = workspace_.find(request.package);
  if (own == nullptr) own = workspace_.root.get();
  walk_tree(*own, request, true, visit);
  apply_layer(result, patch);
  apply_layer(result, calls);
  if (own != workspace_.root.get()) walk_tree(*workspace_.root, request, true, visit);
  complete(result, request.type);
  return config;
}

Value ConfigResolver::resolve_unrendered(const ConfigRequest& request, const Value& patch, const Value& calls) const {
  Value config = Value::dict();
  DictObject& result = *config.dict_object();
  const auto visit = [&](std::string_view key, const Value& value) { result.set(key, value); };
  const Project* own = workspace_.find(request.package);
  if (own == nullptr) own = workspace_.root.get();
  walk_tree(*own, request, false, visit);
  if (patch.is_dict()) result.update(*patch.dict_object());
  if (calls.is_dict()) result.update(*calls.dict_object());
  if (own != workspace_.root.get()) walk_tree(*workspace_.root, request, false, visit);
  return config;
}

void merge_config_call(const Value& calls, const Value& options) {
  DictObject& target = *calls.dict_object();
  const DictObject& source = *options.dict_object();
  if (target.size() == 0) {
    target.update(source);
    return;
  }
  for (std::size_t i = 0; const DictObject::Entry* entry = source.next(&i);) {
    const std::string key = to_str(entry->key);
    const Value* present = target.find(std::string_view(key));
    const Merge merge = key == "latest_version_pointer" ? Merge::kReplace : merge_of(key);
    switch (merge) {
      case Merge::kAppend: {
        Value joined = present == nullptr ? Value::list() : listify(*present);
        const Value added = listify(entry->value);
        for (const Value& item : added.list_object()->items)
          joined.list_object()->items.push_back(item);
        target.set(std::string_view(key), joined);
        break;
      }
      case Merge::kUpdate:
        if (!entry->value.is_dict()) wrong_kind(key, "a mapping", entry->value);
        target.set(std::string_view(key),
                   present != nullptr && present->is_dict() ? merged_dict(*present, entry->value) : entry->value);
        break;
      case Merge::kGrants:
        if (!entry->value.is_dict()) wrong_kind(key, "a mapping", entry->value);
        target.set(std::string_view(key), merge_grants(present == nullptr ? Value::dict() : *present, entry->value));
        break;
      case Merge::kReplace:
        target.set(std::string_view(key), entry->value);
        break;
    }
  }
}

}  // namespace floe::dbt
