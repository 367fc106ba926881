#include "model/emit_node.hpp"

#include "model/tree.hpp"

namespace floe::dbt {
namespace {

void emit_docs(Emitter& out, const Docs& docs) {
  out.key("docs");
  out.begin_dict();
  out.boolean("show", docs.show);
  out.optional("node_color", docs.node_color);
  out.end_dict();
}

void emit_column(Emitter& out, const ColumnInfo& column) {
  out.key(column.name);
  out.begin_dict();
  out.text("name", column.name);
  out.text("description", column.description);
  out.value("meta", column.meta);
  out.optional("data_type", column.data_type);
  out.value("constraints", column.constraints);
  out.optional("quote", column.quote);
  out.key("config");
  out.begin_dict();
  out.value("meta", column.meta);
  out.texts("tags", column.tags);
  out.end_dict();
  out.texts("tags", column.tags);
  out.null("granularity");
  out.null("dimension");
  out.null("entity");
  out.texts("doc_blocks", column.doc_blocks);
  const DictObject& extra = *column.extra.dict_object();
  for (std::size_t i = 0; const DictObject::Entry* entry = extra.next(&i);)
    out.value(entry->key.as_string(), entry->value);
  out.end_dict();
}

void emit_columns(Emitter& out, const std::vector<ColumnInfo>& columns) {
  out.key("columns");
  out.begin_dict();
  for (const ColumnInfo& column : columns)
    emit_column(out, column);
  out.end_dict();
}

void emit_refs(Emitter& out, const std::vector<RefArgs>& refs) {
  out.key("refs");
  out.begin_list();
  for (const RefArgs& ref : refs) {
    out.begin_dict();
    out.text("name", ref.name);
    out.optional("package", ref.package);
    out.value("version", ref.version);
    out.end_dict();
  }
  out.end_list();
}

void emit_sources(Emitter& out, const std::vector<SourceArgs>& sources) {
  out.key("sources");
  out.begin_list();
  for (const SourceArgs& source : sources) {
    out.begin_list();
    out.text(source.source);
    out.text(source.table);
    out.end_list();
  }
  out.end_list();
}

void emit_empty_list(Emitter& out, std::string_view key) {
  out.key(key);
  out.begin_list();
  out.end_list();
}

void emit_depends_on(Emitter& out, const std::vector<std::string>& macros, const std::vector<std::string>* nodes) {
  out.key("depends_on");
  out.begin_dict();
  out.texts("macros", macros);
  if (nodes != nullptr) out.texts("nodes", *nodes);
  out.end_dict();
}

void emit_compiled(Emitter& out, const Node& node) {
  const Compilation& compilation = node.compilation;
  out.text("language", node.language);
  emit_refs(out, node.refs);
  emit_sources(out, node.sources);
  emit_empty_list(out, "metrics");
  emit_empty_list(out, "functions");
  emit_depends_on(out, node.depends_on_macros, &node.depends_on_nodes);
  out.optional("compiled_path", compilation.compiled_path);
  if (compilation.compiled) {
    out.boolean("compiled", true);
    out.text("compiled_code", compilation.compiled_code);
    out.boolean("extra_ctes_injected", compilation.extra_ctes_injected);
    out.key("extra_ctes");
    out.begin_list();
    for (const InjectedCte& cte : compilation.extra_ctes) {
      out.begin_dict();
      out.text("id", cte.id);
      out.text("sql", cte.sql);
      out.end_dict();
    }
    out.end_list();
  }
  out.key("contract");
  out.begin_dict();
  out.boolean("enforced", node.contract.enforced);
  out.boolean("alias_types", node.contract.alias_types);
  out.optional("checksum", node.contract.checksum);
  out.end_dict();
}

void emit_kind(Emitter& out, const Node& node) {
  switch (node.type) {
    case ResourceType::kModel:
      out.text("access", node.access);
      out.value("constraints", node.constraints);
      out.value("version", node.version);
      out.value("latest_version", node.latest_version);
      out.optional("deprecation_date", node.deprecation_date);
      out.texts("primary_key", node.primary_key);
      out.value("time_spine", node.time_spine);
      break;
    case ResourceType::kTest:
      if (!node.is_generic_test) break;
      out.optional("column_name", node.column_name);
      out.optional("file_key_name", node.file_key_name);
      out.optional("attached_node", node.attached_node);
      out.key("test_metadata");
      out.begin_dict();
      out.text("name", node.test.name);
      out.value("kwargs", node.test.kwargs);
      out.optional("namespace", node.test.name_space);
      out.end_dict();
      break;
    case ResourceType::kOperation:
      out.key("index");
      out.integer(node.index);
      break;
    default:
      break;
  }
}

Value without_none(const Value& dict) {
  Value kept = Value::dict();
  for (std::size_t i = 0; const DictObject::Entry* entry = dict.dict_object()->next(&i);) {
    if (!entry->value.is_none()) kept.dict_object()->set(entry->key, entry->value);
  }
  return kept;
}

}  // namespace

void emit_node(Emitter& out, const Node& node, bool omit_none_in_config) {
  out.begin_dict();
  out.text("database", node.database);
  out.text("schema", node.schema);
  out.text("name", node.name);
  out.text("resource_type", resource_type_name(node.type));
  out.text("package_name", node.package_name);
  out.text("path", node.path);
  out.text("original_file_path", node.original_file_path);
  out.text("unique_id", node.unique_id);
  out.texts("fqn", node.fqn);
  out.text("alias", node.alias);
  out.key("checksum");
  out.begin_dict();
  out.text("name", node.checksum.name);
  out.text("checksum", node.checksum.value);
  out.end_dict();
  out.value("config", omit_none_in_config ? without_none(node.config) : node.config);
  out.texts("tags", node.tags);
  out.text("description", node.description);
  emit_columns(out, node.columns);
  out.value("meta", node.meta);
  out.optional("group", node.group);
  emit_docs(out, node.docs);
  out.optional("patch_path", node.patch_path);
  out.optional("build_path", node.build_path);
  out.value("unrendered_config", node.unrendered_config);
  out.key("created_at");
  out.real(node.created_at);
  out.optional("relation_name", node.relation_name);
  out.text("raw_code", node.raw_code);
  out.texts("doc_blocks", node.doc_blocks);
  if (node.type == ResourceType::kSeed) {
    out.text("root_path", node.root_path);
    emit_depends_on(out, node.depends_on_macros, nullptr);
  } else {
    emit_compiled(out, node);
    emit_kind(out, node);
  }
  out.end_dict();
}

void emit_source(Emitter& out, const Source& source) {
  out.begin_dict();
  out.text("database", source.database);
  out.text("schema", source.schema);
  out.text("name", source.name);
  out.text("resource_type", "source");
  out.text("package_name", source.package_name);
  out.text("path", source.path);
  out.text("original_file_path", source.original_file_path);
  out.text("unique_id", source.unique_id);
  out.texts("fqn", source.fqn);
  out.text("source_name", source.source_name);
  out.text("source_description", source.source_description);
  out.text("loader", source.loader);
  out.text("identifier", source.identifier);
  out.key("quoting");
  out.begin_dict();
  out.optional("database", source.quoting.database);
  out.optional("schema", source.quoting.schema);
  out.optional("identifier", source.quoting.identifier);
  out.optional("column", source.quoting.column);
  out.end_dict();
  out.optional("loaded_at_field", source.loaded_at_field);
  out.optional("loaded_at_query", source.loaded_at_query);
  out.value("freshness", source.freshness);
  out.value("external", source.external);
  out.text("description", source.description);
  emit_columns(out, source.columns);
  out.value("meta", source.meta);
  out.value("source_meta", source.source_meta);
  out.texts("tags", source.tags);
  out.value("config", source.config);
  out.null("patch_path");
  out.value("unrendered_config", source.unrendered_config);
  out.text("relation_name", source.relation_name);
  out.key("created_at");
  out.real(source.created_at);
  out.optional("unrendered_database", source.unrendered_database);
  out.optional("unrendered_schema", source.unrendered_schema);
  out.texts("doc_blocks", source.doc_blocks);
  out.end_dict();
}

void emit_exposure(Emitter& out, const Exposure& exposure) {
  out.begin_dict();
  out.text("name", exposure.name);
  out.text("resource_type", "exposure");
  out.text("package_name", exposure.package_name);
  out.text("path", exposure.path);
  out.text("original_file_path", exposure.original_file_path);
  out.text("unique_id", exposure.unique_id);
  out.texts("fqn", exposure.fqn);
  out.text("type", exposure.type);
  out.value("owner", exposure.owner);
  out.text("description", exposure.description);
  out.optional("label", exposure.label);
  out.optional("maturity", exposure.maturity);
  out.value("meta", exposure.meta);
  out.texts("tags", exposure.tags);
  out.value("config", exposure.config);
  out.value("unrendered_config", exposure.unrendered_config);
  out.optional("url", exposure.url);
  emit_depends_on(out, {}, &exposure.depends_on_nodes);
  emit_refs(out, exposure.refs);
  emit_sources(out, exposure.sources);
  emit_empty_list(out, "metrics");
  out.key("created_at");
  out.real(exposure.created_at);
  out.end_dict();
}

void emit_group(Emitter& out, const Group& group) {
  out.begin_dict();
  out.text("name", group.name);
  out.text("resource_type", "group");
  out.text("package_name", group.package_name);
  out.text("path", group.path);
  out.text("original_file_path", group.original_file_path);
  out.text("unique_id", group.unique_id);
  out.value("owner", group.owner);
  out.optional("description", group.description);
  out.value("config", group.config);
  out.end_dict();
}

void emit_macro(Emitter& out, const Macro& macro) {
  out.begin_dict();
  out.text("name", macro.name);
  out.text("resource_type", "macro");
  out.text("package_name", macro.package_name);
  out.text("path", macro.path);
  out.text("original_file_path", macro.original_file_path);
  out.text("unique_id", macro.unique_id);
  out.text("macro_sql", macro.macro_sql);
  emit_depends_on(out, macro.depends_on_macros, nullptr);
  out.text("description", macro.description);
  out.value("meta", macro.meta);
  emit_docs(out, macro.docs);
  out.key("config");
  out.begin_dict();
  out.value("meta", macro.meta);
  emit_docs(out, macro.docs);
  out.end_dict();
  out.optional("patch_path", macro.patch_path);
  out.key("arguments");
  out.begin_list();
  for (const MacroArgument& argument : macro.arguments) {
    out.begin_dict();
    out.text("name", argument.name);
    out.optional("type", argument.type);
    out.text("description", argument.description);
    out.end_dict();
  }
  out.end_list();
  out.key("created_at");
  out.real(macro.created_at);
  if (macro.supported_languages) {
    out.texts("supported_languages", *macro.supported_languages);
  } else {
    out.null("supported_languages");
  }
  out.end_dict();
}

void emit_doc(Emitter& out, const Documentation& doc) {
  out.begin_dict();
  out.text("name", doc.name);
  out.text("resource_type", "doc");
  out.text("package_name", doc.package_name);
  out.text("path", doc.path);
  out.text("original_file_path", doc.original_file_path);
  out.text("unique_id", doc.unique_id);
  out.text("block_contents", doc.block_contents);
  out.end_dict();
}

Value node_value(const Node& node, bool omit_none) {
  ValueEmitter out(omit_none);
  emit_node(out, node, omit_none);
  return out.take();
}

Value source_value(const Source& source) {
  ValueEmitter out;
  emit_source(out, source);
  return out.take();
}

Value exposure_value(const Exposure& exposure) {
  ValueEmitter out;
  emit_exposure(out, exposure);
  return out.take();
}

Value group_value(const Group& group) {
  ValueEmitter out;
  emit_group(out, group);
  return out.take();
}

}  // namespace floe::dbt
