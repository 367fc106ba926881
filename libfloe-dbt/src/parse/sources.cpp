// Sources of schema yml.
#include "parse/sources.hpp"

#include "model/tree.hpp"
#include "value/exception.hpp"
#include "value/json.hpp"
#include "value/operations.hpp"

#include <fmt/format.h>

#include <algorithm>

namespace floe::dbt {
namespace {

Value get(const Value& data, std::string_view key) {
  const Value* found = find_key(data, key);
  return found == nullptr ? Value() : *found;
}

std::optional<std::string> text_of(const Value& data, std::string_view key) {
  const Value found = get(data, key);
  if (found.is_none()) return std::nullopt;
  return to_str(found);
}

std::optional<bool> flag_of(const Value& quoting, std::string_view key) {
  const Value found = get(quoting, key);
  return found.is_bool() ? std::optional(found.as_bool()) : std::nullopt;
}

Quoting merged_quoting(const Value& source, const Value& table) {
  const auto pick = [&](std::string_view key) {
    const auto own = flag_of(table, key);
    return own ? own : flag_of(source, key);
  };
  return {pick("database"), pick("schema"), pick("identifier"), pick("column")};
}

// A freshness block: none, or what it says with dbt's defaults for the rest.
struct Freshness {
  bool none = false;
  Value warn_after;  // None, or {count, period}
  Value error_after;
  Value filter;

  [[nodiscard]] bool says_something() const { return !none && (counts(warn_after) || counts(error_after)); }

  static bool counts(const Value& time) {
    return time.is_dict() && !get(time, "count").is_none() && !get(time, "period").is_none();
  }
};

Value complete_time(const Value& time) {
  return merged_dict(Value::dict({{"count", Value()}, {"period", Value()}}), time);
}

Freshness read_freshness(const Value& data, std::string_view key) {
  Freshness freshness;
  const Value* found = find_key(data, key);
  freshness.warn_after = complete_time(Value());
  freshness.error_after = complete_time(Value());
  if (found == nullptr) return freshness;
  if (found->is_none()) {
    freshness.none = true;
    return freshness;
  }
  const auto time = [&](std::string_view part) {
    const Value* value = find_key(*found, part);
    if (value == nullptr) return complete_time(Value());
    return value->is_none() ? Value() : complete_time(*value);
  };
  freshness.warn_after = time("warn_after");
  freshness.error_after = time("error_after");
  freshness.filter = get(*found, "filter");
  return freshness;
}

Value merge_time(const Value& base, const Value& update) {
  const bool has_base = Freshness::counts(base);
  const bool has_update = Freshness::counts(update);
  if (has_base && has_update) return merged_dict(base, update);
  if (update.is_none()) return {};
  return has_update ? update : base;
}

Freshness merge_freshness(const Freshness& base, const Freshness& update) {
  if (!base.none && !update.none) {
    Freshness merged;
    merged.warn_after = merge_time(base.warn_after, update.warn_after);
    merged.error_after = merge_time(base.error_after, update.error_after);
    merged.filter = update.filter.is_none() ? base.filter : update.filter;
    return merged;
  }
  if (base.none && update.says_something()) return update;
  Freshness none;
  none.none = true;
  return none;
}

Value freshness_value(const Freshness& freshness) {
  return Value::dict(
      {{"warn_after", freshness.warn_after}, {"error_after", freshness.error_after}, {"filter", freshness.filter}});
}

void set_freshness(const Value& source, const Value& table, DictObject* patch) {
  Freshness merged = read_freshness(source, "freshness");
  merged = merge_freshness(merged, read_freshness(get(source, "config"), "freshness"));
  merged = merge_freshness(merged, read_freshness(table, "freshness"));
  merged = merge_freshness(merged, read_freshness(get(table, "config"), "freshness"));
  patch->erase(Value("freshness"));
  if (merged.none) {
    patch->set(std::string_view("freshness"), Value());
  } else if (merged.says_something()) {
    patch->set(std::string_view("freshness"), freshness_value(merged));
  }
}

// The first that is there of a key and its twin in config.
Value pick(const Value& data, std::string_view key) {
  const Value own = get(data, key);
  return truth(own) ? own : get(get(data, "config"), key);
}

void set_loaded_at(const Value& source, const Value& table, DictObject* patch) {
  const bool field_present =
      find_key(table, "loaded_at_field") != nullptr || truth(get(get(table, "config"), "loaded_at_field"));
  const Value field = field_present ? pick(table, "loaded_at_field") : pick(source, "loaded_at_field");
  Value query = pick(table, "loaded_at_query");
  if (query.is_none() && !field_present) query = pick(source, "loaded_at_query");
  patch->set(std::string_view("loaded_at_field"), field);
  patch->set(std::string_view("loaded_at_query"), query);
}

std::vector<std::string> source_tags(const Value& source, const Value& table) {
  std::vector<std::string> tags;
  for (const Value* data : {&source, &table}) {
    for (std::string& tag : text_list(find_key(*data, "tags")))
      tags.push_back(std::move(tag));
    const Value config = get(*data, "config");
    for (std::string& tag : text_list(find_key(config, "tags")))
      tags.push_back(std::move(tag));
  }
  std::sort(tags.begin(), tags.end());
  tags.erase(std::unique(tags.begin(), tags.end()), tags.end());
  return tags;
}

Value external_value(const Value& written) {
  if (!written.is_dict()) return {};
  const Value defaults = Value::dict({{"location", Value()},
                                      {"file_format", Value()},
                                      {"row_format", Value()},
                                      {"tbl_properties", Value()},
                                      {"partitions", Value()}});
  return merged_dict(defaults, written);
}

const yaml::Node* tests_node(const yaml::Node& node) {
  for (std::string_view key : {"data_tests", "tests"}) {
    const yaml::NodePtr found = node.get(key);
    if (found != nullptr && found->is_sequence()) return found.get();
  }
  return nullptr;
}

Value tests_value(const Value& data) {
  const Value tests = get(data, "data_tests");
  return tests.is_list() ? tests : get(data, "tests");
}

std::optional<std::string> raw_text(const yaml::Node& node, std::string_view key) {
  const yaml::NodePtr found = node.get(key);
  if (found == nullptr || found->is_null() || found->text.empty()) return std::nullopt;
  return found->text;
}

}  // namespace

void Loader::add_source(const Project& project, const ProjectFile& file, const yaml::Node& node, const Value& entry) {
  if (find_key(entry, "overrides") != nullptr) {
    report(
        warning_diagnostic("FLOE-W1605", "unsupported-resource", "`overrides` of sources is not supported and left out")
            .at(node.span));
    return;
  }
  const yaml::NodePtr tables = node.get("tables");
  const Value tables_value = get(entry, "tables");
  if (tables == nullptr || !tables->is_sequence() || !tables_value.is_list()) return;
  const std::string source_name = to_str(get(entry, "name"));
  for (std::size_t i = 0; i < tables->items.size(); ++i) {
    const Value& table = tables_value.list_object()->items[i];
    const auto name = text_of(table, "name");
    if (!name) {
      report(error_diagnostic("FLOE-E0613", "schema-file", "a table of a source needs a `name`")
                 .at(tables->items[i]->span));
      continue;
    }
    auto pending = std::make_unique<PendingSource>();
    pending->project = &project;
    pending->original_file_path = file.original;
    pending->file = shown_path(project, file.original);
    pending->fqn = fqn_of(project, file.relative, source_name);
    pending->fqn.push_back(*name);
    pending->unrendered_database = raw_text(node, "database");
    pending->unrendered_schema = raw_text(node, "schema");
    pending->table_node = tables->items[i];
    pending->source = entry;
    pending->table = table;
    const auto same = std::find_if(pending_sources.begin(), pending_sources.end(), [&](const auto& other) {
      return other->project == &project && other->fqn.end()[-1] == *name && other->fqn.end()[-2] == source_name;
    });
    if (same != pending_sources.end()) {
      report(error_diagnostic("FLOE-E0611", "duplicate-name",
                              fmt::format("source `{}.{}` is defined twice", source_name, *name))
                 .at(tables->items[i]->span)
                 .beside((*same)->table_node->span, "the other one"));
      continue;
    }
    pending_sources.push_back(std::move(pending));
  }
}

void Loader::finish_sources() {
  for (const auto& pending : pending_sources)
    finish_source(*pending);
}

void Loader::finish_source(const PendingSource& pending) {
  const Value& source = pending.source;
  const Value& table = pending.table;
  auto made = std::make_unique<Source>();
  made->package_name = pending.project->name;
  made->source_name = pending.fqn.end()[-2];
  made->name = pending.fqn.end()[-1];
  made->unique_id = fmt::format("source.{}.{}.{}", made->package_name, made->source_name, made->name);
  made->fqn = pending.fqn;
  made->database = text_of(source, "database").value_or(workspace.target.database);
  made->schema = text_of(source, "schema").value_or(made->source_name);
  made->identifier = text_of(table, "identifier").value_or(made->name);
  made->path = made->original_file_path = pending.original_file_path;
  made->file = pending.file;
  const yaml::NodePtr name_node = pending.table_node->get("name");
  made->yaml_span = name_node == nullptr ? pending.table_node->span : name_node->span;
  made->source_description = find_text(source, "description").value_or("");
  made->description = find_text(table, "description").value_or("");
  made->loader = find_text(source, "loader").value_or("");
  made->quoting = merged_quoting(get(source, "quoting"), get(table, "quoting"));
  made->source_meta = merged_dict(get(source, "meta"), get(get(source, "config"), "meta"));
  made->columns = read_columns(*this, get(table, "columns"), nullptr);
  made->external = external_value(get(table, "external"));
  made->unrendered_database = pending.unrendered_database;
  made->unrendered_schema = pending.unrendered_schema;
  made->created_at = created_at;

  Value patch = merged_dict(get(source, "config"), get(table, "config"));
  DictObject& dict = *patch.dict_object();
  set_freshness(source, table, &dict);
  set_loaded_at(source, table, &dict);
  const Value meta = merged_dict(made->source_meta, merged_dict(get(table, "meta"), get(get(table, "config"), "meta")));
  dict.set(std::string_view("meta"), meta);
  dict.set(std::string_view("tags"), to_list(source_tags(source, table)));
  const ConfigRequest request{ResourceType::kSource, &made->fqn, made->package_name};
  try {
    made->config = configs.resolve(request, patch, Value());
  } catch (const PythonException& exception) {
    report(error_diagnostic("FLOE-E0614", "config", exception.message()).at(made->yaml_span));
    return;
  }
  made->unrendered_config = configs.resolve_unrendered(request, patch, Value());
  made->enabled = find_bool(made->config, "enabled", true);
  made->meta = get(made->config, "meta");
  made->tags = text_list(find_key(made->config, "tags"));
  made->freshness = get(made->config, "freshness");
  made->loaded_at_field = find_text(made->config, "loaded_at_field");
  made->loaded_at_query = find_text(made->config, "loaded_at_query");
  made->relation_name = as_relation(make_relation(*made))->render();

  add_source_tests(pending, *made);
  auto& all = made->enabled ? session.manifest.sources : session.manifest.disabled_sources;
  all.push_back(std::move(made));
}

void Loader::add_source_tests(const PendingSource& pending, const Source& source) {
  TestTarget target;
  target.project = pending.project;
  target.yaml_key = "sources";
  target.name = source.source_name;
  target.table = source.name;
  target.original_file_path = source.original_file_path;
  std::vector<std::string> base_tags;
  for (const Value* data : {&pending.source, &pending.table}) {
    for (std::string& tag : text_list(find_key(*data, "tags")))
      base_tags.push_back(std::move(tag));
  }
  const auto scope = schema_scope(*pending.project);
  const auto add_all = [&](const Value& tests, const yaml::Node* nodes, const std::optional<std::string>& column,
                           const std::vector<std::string>& tags) {
    for (std::size_t i = 0;
         nodes != nullptr && tests.is_list() && i < tests.list_object()->items.size() && i < nodes->items.size(); ++i) {
      add_generic_test(target, *nodes->items[i], tests.list_object()->items[i], column, tags, *scope);
    }
  };
  add_all(tests_value(pending.table), tests_node(*pending.table_node), std::nullopt, base_tags);
  const Value columns = get(pending.table, "columns");
  const yaml::NodePtr column_nodes = pending.table_node->get("columns");
  for (std::size_t i = 0; columns.is_list() && column_nodes != nullptr && i < columns.list_object()->items.size();
       ++i) {
    const Value& column = columns.list_object()->items[i];
    std::string name = text_of(column, "name").value_or("");
    const Value quote = get(column, "quote");
    if (quote.is_true() || (quote.is_none() && source.quoting.column.value_or(false)))
      name = fmt::format("\"{}\"", name);
    std::vector<std::string> tags = base_tags;
    for (std::string& tag : text_list(find_key(column, "tags")))
      tags.push_back(std::move(tag));
    const Value column_config = get(column, "config");
    for (std::string& tag : text_list(find_key(column_config, "tags")))
      tags.push_back(std::move(tag));
    add_all(tests_value(column), tests_node(*column_nodes->items[i]), name, tags);
  }
}

}  // namespace floe::dbt
