// manifest.json, version 12.
#include "artifact/artifact.hpp"
#include "model/call_span.hpp"
#include "model/dbt_version.hpp"
#include "model/emit_node.hpp"
#include "model/emitter.hpp"

namespace floe::dbt {
namespace {

constexpr std::string_view kManifestSchema = "https://schemas.getdbt.com/dbt/manifest/v12.json";

void emit_metadata(Emitter& out, const ManifestMetadata& metadata) {
  out.key("metadata");
  out.begin_dict();
  out.text("dbt_schema_version", kManifestSchema);
  out.text("dbt_version", kDbtVersion);
  out.text("generated_at", metadata.generated_at);
  out.text("invocation_id", metadata.invocation_id);
  out.text("invocation_started_at", metadata.invocation_started_at);
  out.value("env", metadata.env);
  out.text("project_name", metadata.project_name);
  out.text("project_id", metadata.project_id);
  out.null("user_id");
  out.boolean("send_anonymous_usage_stats", false);
  out.text("adapter_type", metadata.adapter_type);
  out.key("quoting");
  out.begin_dict();
  out.optional("database", metadata.quoting.database);
  out.optional("schema", metadata.quoting.schema);
  out.optional("identifier", metadata.quoting.identifier);
  out.optional("column", metadata.quoting.column);
  out.end_dict();
  out.text("run_started_at", metadata.run_started_at);
  out.end_dict();
}

template <class T, class Emit>
void emit_all(Emitter& out, std::string_view key, const ById<T>& items, Emit emit) {
  out.key(key);
  out.begin_dict();
  for (const auto& item : items) {
    out.key(item->unique_id);
    emit(out, *item);
  }
  out.end_dict();
}

void emit_empty(Emitter& out, std::string_view key) {
  out.key(key);
  out.begin_dict();
  out.end_dict();
}

// Ids that are disabled more than once are listed once, with all their nodes.
template <class T, class Emit>
void emit_disabled(Emitter& out, const ById<T>& items, Emit emit) {
  for (std::size_t i = 0; i < items.size(); ++i) {
    bool seen = false;
    for (std::size_t j = 0; j < i; ++j)
      seen = seen || items[j]->unique_id == items[i]->unique_id;
    if (seen) continue;
    out.key(items[i]->unique_id);
    out.begin_list();
    for (std::size_t j = i; j < items.size(); ++j) {
      if (items[j]->unique_id == items[i]->unique_id) emit(out, *items[j]);
    }
    out.end_list();
  }
}

template <class Edges>
void emit_edges(Emitter& out, std::string_view key, const Manifest& manifest, Edges edges) {
  out.key(key);
  out.begin_dict();
  const auto one = [&](std::string_view id) {
    out.key(id);
    out.begin_list();
    for (std::string_view other : edges(id))
      out.text(other);
    out.end_list();
  };
  for (const auto& node : manifest.nodes)
    one(node->unique_id);
  for (const auto& source : manifest.sources)
    one(source->unique_id);
  for (const auto& exposure : manifest.exposures)
    one(exposure->unique_id);
  out.end_dict();
}

void emit_group_map(Emitter& out, const Manifest& manifest) {
  out.key("group_map");
  out.begin_dict();
  for (const auto& group : manifest.groups) {
    out.key(group->name);
    out.begin_list();
    for (const auto& node : manifest.nodes) {
      if (node->group == group->name) out.text(node->unique_id);
    }
    out.end_list();
  }
  out.end_dict();
}

void emit_span(Emitter& out, std::string_view key, const Span& span) {
  out.key(key);
  out.begin_list();
  out.text(span.file);
  for (const std::int32_t number : {span.line, span.column, span.end_line, span.end_column})
    out.integer(number);
  out.end_list();
}

// Where what policies complain about stands: the name of a model in its yml file, and what it reads in its SQL.
void emit_places(Emitter& out, const Manifest& manifest) {
  out.key("places");
  out.begin_dict();
  for (const auto& node : manifest.nodes) {
    if (node->type != ResourceType::kModel) continue;
    out.key(node->unique_id);
    out.begin_dict();
    if (node->yaml_span.valid()) emit_span(out, "name", node->yaml_span);
    out.key("inputs");
    out.begin_dict();
    for (const RefArgs& ref : node->refs) {
      const auto found = manifest.resolve_ref(ref, manifest.metadata.project_name, node->package_name);
      if (found.node != nullptr) emit_span(out, found.node->unique_id, call_span(*node, "ref", ref.name));
    }
    for (const SourceArgs& source : node->sources) {
      const auto found = manifest.resolve_source(source, manifest.metadata.project_name, node->package_name);
      if (found.source != nullptr) emit_span(out, found.source->unique_id, call_span(*node, "source", source.table));
    }
    out.end_dict();
    out.end_dict();
  }
  out.end_dict();
}

// Where the files of a package lie, from the project: `original_file_path` of a node is relative to its package.
void emit_package_roots(Emitter& out, const Workspace& workspace) {
  out.key("package_roots");
  out.begin_dict();
  for (const auto& package : workspace.packages) {
    if (!package->is_builtin) out.text(package->name, package->display_root);
  }
  out.end_dict();
}

void plain_node(Emitter& out, const Node& node) { emit_node(out, node); }

}  // namespace

std::string write_manifest(const Session& session) {
  const Manifest& manifest = session.manifest;
  JsonEmitter out((manifest.nodes.size() + manifest.sources.size() + manifest.macros.size()) * 2048);
  out.begin_dict();
  emit_metadata(out, manifest.metadata);
  emit_all(out, "nodes", manifest.nodes, plain_node);
  emit_all(out, "sources", manifest.sources, emit_source);
  emit_all(out, "macros", manifest.macros, emit_macro);
  emit_all(out, "docs", manifest.docs, emit_doc);
  emit_all(out, "exposures", manifest.exposures, emit_exposure);
  emit_empty(out, "metrics");
  emit_all(out, "groups", manifest.groups, emit_group);
  out.value("selectors", session.selectors.shown);
  out.key("disabled");
  out.begin_dict();
  emit_disabled(out, manifest.disabled_nodes, plain_node);
  emit_disabled(out, manifest.disabled_sources, emit_source);
  emit_disabled(out, manifest.disabled_exposures, emit_exposure);
  out.end_dict();
  emit_edges(out, "parent_map", manifest, [&](std::string_view id) -> const auto& { return manifest.parents(id); });
  emit_edges(out, "child_map", manifest, [&](std::string_view id) -> const auto& { return manifest.children(id); });
  emit_group_map(out, manifest);
  for (const char* key : {"saved_queries", "semantic_models", "unit_tests", "functions"})
    emit_empty(out, key);
  out.end_dict();
  return out.take();
}

namespace {

template <typename Texts>
void emit_texts(JsonEmitter& out, std::string_view key, const Texts& texts) {
  out.key(key);
  out.begin_list();
  for (const std::string& text : texts)
    out.text(text);
  out.end_list();
}

}  // namespace

std::string write_brief_manifest(const Session& session, const ParseReads& reads) {
  const Manifest& manifest = session.manifest;
  JsonEmitter out((manifest.nodes.size() + manifest.sources.size()) * 2048);
  out.begin_dict();
  emit_metadata(out, manifest.metadata);
  emit_all(out, "nodes", manifest.nodes, plain_node);
  emit_all(out, "sources", manifest.sources, emit_source);
  emit_all(out, "exposures", manifest.exposures, emit_exposure);
  emit_edges(out, "parent_map", manifest, [&](std::string_view id) -> const auto& { return manifest.parents(id); });
  emit_edges(out, "child_map", manifest, [&](std::string_view id) -> const auto& { return manifest.children(id); });
  emit_places(out, manifest);
  emit_package_roots(out, *session.workspace);
  std::vector<std::string> macros;
  for (const auto& macro : manifest.macros)
    macros.push_back(macro->unique_id);
  emit_texts(out, "macro_ids", macros);
  out.key("reads");
  out.begin_dict();
  emit_texts(out, "environment", reads.environment);
  emit_texts(out, "files", reads.paths);
  out.end_dict();
  out.text("diagnostics", session.warnings);
  out.end_dict();
  return out.take();
}

}  // namespace floe::dbt
