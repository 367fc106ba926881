#include "parse/schema.hpp"

#include "jinja/environment.hpp"
#include "model/tree.hpp"
#include "parse/key_shapes.hpp"
#include "parse/recorder.hpp"
#include "parse/text_forms.hpp"
#include "parse/unknown_keys.hpp"
#include "project/project_file.hpp"
#include "project/source_file.hpp"
#include "value/datetime.hpp"
#include "value/exception.hpp"
#include "value/json.hpp"
#include "value/operations.hpp"

#include "base/text/text.hpp"

#include <fmt/format.h>

#include <algorithm>

namespace floe::dbt {
namespace {

bool is_late(std::string_view key) {
  return key == "tests" || key == "data_tests" || key == "description" || key == "loaded_at_query";
}

// Descriptions, tests and hooks are rendered later, with other names in scope.
bool is_late_path(KeyPath path) {
  const std::size_t depth = path.size();
  if (depth == 0) return false;
  if (is_late(path[0]) || (depth == 2 && is_late(path[1]))) return true;
  if (depth >= 2 && path[0] == "config" &&
      (path[1] == "pre_hook" || path[1] == "post_hook" || path[1] == "loaded_at_query"))
    return true;
  if (depth == 5 && path[4] == "description") return true;
  const auto is_test_or_text = [](std::string_view key) {
    return key == "tests" || key == "data_tests" || key == "description";
  };
  if (depth >= 3 && path[0] == "versions" && is_test_or_text(path[2])) return true;
  if (depth >= 5 && path[0] == "versions" && path[2] == "columns" && is_test_or_text(path[4])) return true;
  return depth >= 3 && path[0] == "columns" && is_test_or_text(path[2]);
}

bool renders_in(std::string_view key, KeyPath path) {
  if (path.empty()) return true;
  if (key == "sources") {
    if (path[0] == "description" || path[0] == "loaded_at_query") return false;
    if (path.size() >= 2 && path[0] == "config" && path[1] == "loaded_at_query") return false;
    return path[0] != "tables" || path.size() < 2 || !is_late_path(path.subspan(2));
  }
  if (key == "macros" && path[0] == "arguments") return !is_late_path(path.subspan(1));
  return !is_late_path(path);
}

// The vars a schema file of `project` sees, best first.
std::vector<Value> vars_for(const Workspace& workspace, const Project& project) {
  std::vector<Value> layers{workspace.cli_vars};
  for (const Project* each : {static_cast<const Project*>(workspace.root.get()), &project}) {
    if (const Value* scoped = find_key(each->vars, project.name)) layers.push_back(*scoped);
    layers.push_back(each->vars);
    if (each == &project) break;
  }
  return layers;
}

}  // namespace

std::string version_text(const Value& version) { return to_str(version); }

void Loader::load_schema_file(const Project& project, const ProjectFile& file) {
  SchemaFile(*this, project, file).load();
}

SchemaFile::SchemaFile(Loader& loader, const Project& project, const ProjectFile& file)
    : loader_(loader), project_(project), file_(file), shown_(shown_path(project, file.original)) {
  scope_ = loader.schema_scope(project);
}

std::unique_ptr<ConfigScope> Loader::schema_scope(const Project& project, Value doc) const {
  ConfigNames names;
  names.environment = session.environment;
  names.target = session.target;
  names.vars = vars_for(workspace, project);
  names.project_name = workspace.root->name;
  names.doc = std::move(doc);
  names.invocation_id = session.invocation_id;
  names.run_started_at = make_utc_datetime(session.run_started_at_micros);
  names.modules = session.modules;
  names.flags = session.flags;
  return std::make_unique<ConfigScope>(std::move(names));
}

void SchemaFile::load() {
  auto text = io::read_document(*loader_.session.files, file_.absolute);
  if (!text) {
    loader_.report(unreadable_file(shown_, text.error()));
    return;
  }
  text_ = std::move(*text);
  document_ = yaml::parse(text_, {.file = shown_, .resolver = yaml::Resolver::kPyYaml11, .allow_duplicate_keys = true},
                          loader_.sink);
  if (document_ == nullptr || document_->is_null()) return;
  if (!document_->is_mapping()) {
    loader_.report(
        error_diagnostic("FLOE-E0613", "schema-file", "a schema file must be a mapping").at(document_->span));
    return;
  }
  if (&project_ == loader_.workspace.root.get()) warn_unknown_keys(*document_, loader_.sink);
  check_key_shapes(*document_, loader_.sink);
  load_models();
  load_testables("seeds", ResourceType::kSeed);
  load_testables("snapshots", ResourceType::kSnapshot);
  load_sources();
  load_macros();
  load_singular_tests();
  load_analyses();
  load_exposures();
  load_groups();
  if (&project_ == loader_.workspace.root.get()) loader_.left_out.read(*document_);
}

std::vector<SchemaEntry> SchemaFile::entries(std::string_view key) {
  std::vector<SchemaEntry> found;
  const yaml::NodePtr list = document_->get(key);
  if (list == nullptr || list->is_null()) return found;
  if (!list->is_sequence()) {
    loader_.report(
        error_diagnostic("FLOE-E0613", "schema-file", fmt::format("`{}` must be a list", key)).at(list->span));
    return found;
  }
  YamlRenderer renderer(
      loader_.session.native, *scope_, [key](KeyPath path) { return renders_in(key, path); }, loader_.sink);
  for (const yaml::NodePtr& item : list->items) {
    const yaml::NodePtr name = item->get("name");
    if (!item->is_mapping() || name == nullptr || !name->is_scalar() || name->is_null()) {
      loader_.report(error_diagnostic("FLOE-E0613", "schema-file", fmt::format("an entry of `{}` needs a `name`", key))
                         .at(item->span));
      continue;
    }
    SchemaEntry entry{item.get(), renderer.render(*item), {}};
    const Value* rendered = find_key(entry.data, "name");
    entry.name = rendered == nullptr ? name->text : to_str(*rendered);
    found.push_back(std::move(entry));
  }
  return found;
}

Span SchemaFile::span_of(const yaml::Node& node, std::string_view key) const {
  const yaml::Entry* entry = node.find(key);
  return entry == nullptr ? node.span : entry->value->span;
}

// Some keys may stand beside `config` as well as in it.
void SchemaFile::normalize(SchemaEntry& entry) {
  DictObject& dict = *entry.data.dict_object();
  for (std::string_view key : {"meta", "docs", "group", "contract", "access"}) {
    const Value* top = dict.find(key);
    if (top == nullptr) continue;
    const Value value = *top;
    const Value* present = dict.find(std::string_view("config"));
    Value config = present != nullptr && present->is_dict() ? *present : Value::dict();
    if (find_key(config, key) != nullptr) {
      const yaml::Entry* written = entry.node->find(key);
      loader_.report(
          error_diagnostic("FLOE-E0613", "schema-file", fmt::format("`{}` stands both in `config` and beside it", key))
              .at(written == nullptr ? entry.node->span : written->key_span)
              .help(fmt::format("keep only `config: {{{}: ...}}`", key)));
      continue;
    }
    config.dict_object()->set(key, value);
    dict.erase(Value(key));
    dict.set(std::string_view("config"), config);
  }
}

NodeDraft* SchemaFile::target_of(const SchemaEntry& entry, std::string_view key, ResourceType type) {
  const Span span = span_of(*entry.node, "name");
  NodeDraft* draft = nullptr;
  if (type == ResourceType::kAnalysis || type == ResourceType::kTest) {
    const auto& named = type == ResourceType::kAnalysis ? loader_.analyses : loader_.singular_tests;
    const auto found = named.find(entry.name);
    if (found != named.end() && !found->second.empty()) draft = found->second[0];
  } else {
    draft = loader_.find_refable(entry.name, project_.name, Value());
    if (draft == nullptr) draft = loader_.find_refable(entry.name, "", Value());
  }
  if (draft == nullptr) {
    Diagnostic diagnostic = warning_diagnostic("FLOE-W1602", "patch-without-node",
                                               fmt::format("no {} is named `{}`", resource_type_name(type), entry.name))
                                .at(span);
    std::vector<std::string> names;
    for (const auto& [name, drafts] : loader_.refables) {
      if (!drafts.empty() && drafts[0]->node->type == type) names.push_back(name);
    }
    std::sort(names.begin(), names.end());
    if (auto near = text::nearest(entry.name, names)) diagnostic.helps.push_back("write `" + *near + "`");
    loader_.report(std::move(diagnostic));
    return nullptr;
  }
  if (draft->node->type != type) {
    loader_.report(warning_diagnostic("FLOE-W1603", "patch-of-other-kind",
                                      fmt::format("`{}` is a {} and stands under `{}`", entry.name,
                                                  resource_type_name(draft->node->type), key))
                       .at(span));
    return nullptr;
  }
  return draft;
}

bool SchemaFile::take_patch(NodeDraft& draft, const SchemaEntry& entry) {
  const Span span = span_of(*entry.node, "name");
  if (draft.patched) {
    loader_.report(error_diagnostic("FLOE-E0618", "duplicate-patch", fmt::format("`{}` is described twice", entry.name))
                       .at(span)
                       .beside(draft.node->yaml_span, "the other description")
                       .help("merge the two entries"));
    return false;
  }
  draft.patched = true;
  draft.node->yaml_span = span;
  draft.node->patch_path = project_.name + "://" + file_.original;
  draft.node->description = find_text(entry.data, "description").value_or("");
  return true;
}

void SchemaFile::patch_config(NodeDraft& draft, const Value& config, const Value& unrendered) {
  if (!config.is_dict() || config.dict_object()->size() == 0) return;
  const bool has_text = unrendered.is_dict() && unrendered.dict_object()->size() != 0;
  if (const auto access = find_text(config, "access");
      access && *access != "private" && *access != "protected" && *access != "public") {
    loader_.report(error_diagnostic("FLOE-E0614", "config", fmt::format("`{}` is no access level", *access))
                       .at(draft.node->yaml_span)
                       .help("write private, protected or public"));
  }
  loader_.update_config(draft, config, has_text ? unrendered : Value());
}

void SchemaFile::patch_properties(NodeDraft& draft, const SchemaEntry& entry, std::vector<ColumnInfo> columns) {
  (void)entry;
  draft.node->columns = std::move(columns);
}

void SchemaFile::patch_model(NodeDraft& draft, const Value& data, const Value& constraints, const yaml::Node& node) {
  Node& model = *draft.node;
  if (const auto access = find_text(data, "access")) model.access = *access;
  if (const Value* date = find_key(data, "deprecation_date"); date != nullptr && !date->is_none()) {
    model.deprecation_date = to_str(*date);
  }
  if (const Value* spine = find_key(data, "time_spine")) model.time_spine = *spine;
  model.constraints = complete_constraints(constraints, true);
  if (model.contract.enforced && model.columns.empty()) {
    loader_.report(
        error_diagnostic("FLOE-E0614", "config",
                         fmt::format("the contract of `{}` is enforced and no columns are declared", model.name))
            .at(span_of(node, "name"))
            .help("declare every column with its `data_type`"));
  }
  build_contract_checksum(model);
}

const yaml::Node* list_node(const yaml::Node& node, std::string_view key) {
  const yaml::NodePtr found = node.get(key);
  return found == nullptr || !found->is_sequence() ? nullptr : found.get();
}

namespace {

std::vector<const yaml::Node*> item_nodes(const yaml::Node* list) {
  std::vector<const yaml::Node*> items;
  if (list == nullptr) return items;
  for (const yaml::NodePtr& item : list->items)
    items.push_back(item.get());
  return items;
}

// `data_tests`, or `tests` as it was called.
const yaml::Node* tests_node(const yaml::Node& node) {
  const yaml::Node* found = list_node(node, "data_tests");
  return found != nullptr ? found : list_node(node, "tests");
}

Value tests_value(const Value& data) {
  for (std::string_view key : {"data_tests", "tests"}) {
    const Value* found = find_key(data, key);
    if (found != nullptr && found->is_list() && !found->list_object()->items.empty()) return *found;
  }
  return Value::list();
}

Value raw_config(const yaml::Node& node) {
  const yaml::NodePtr config = node.get("config");
  return config != nullptr && config->is_mapping() ? from_yaml_node(*config) : Value();
}

}  // namespace

void SchemaFile::add_tests(const SchemaEntry& entry, std::string_view key, const Value& version, const Value& columns,
                           const std::vector<const yaml::Node*>& column_nodes, const Value& tests,
                           const yaml::Node* test_nodes) {
  Loader::TestTarget target;
  target.project = &project_;
  target.yaml_key = std::string(key);
  target.name = entry.name;
  target.version = version;
  target.original_file_path = file_.original;
  const NodeDraft* attached = loader_.find_refable(entry.name, project_.name, version);
  if (attached != nullptr) target.attached_to = &attached->node->unique_id;
  const bool quotes_all = find_bool(entry.data, "quote_columns", false);
  for (std::size_t i = 0; columns.is_list() && i < columns.list_object()->items.size(); ++i) {
    const Value& column = columns.list_object()->items[i];
    const Value column_tests = tests_value(column);
    if (column_tests.list_object()->items.empty() || i >= column_nodes.size()) continue;
    std::string name = find_text(column, "name").value_or("");
    const Value quote = value_or_none(column, "quote");
    if (quote.is_true() || (quote.is_none() && quotes_all)) name = fmt::format("\"{}\"", name);
    std::vector<std::string> tags;
    for (const Value* source : {find_key(column, "tags"), find_key(value_or_none(column, "config"), "tags")}) {
      for (std::string& tag : text_list(source))
        tags.push_back(std::move(tag));
    }
    const auto nodes = item_nodes(tests_node(*column_nodes[i]));
    for (std::size_t j = 0; j < column_tests.list_object()->items.size() && j < nodes.size(); ++j) {
      loader_.add_generic_test(target, *nodes[j], column_tests.list_object()->items[j], name, tags, *scope_);
    }
  }
  const auto nodes = item_nodes(test_nodes);
  for (std::size_t j = 0; tests.is_list() && j < tests.list_object()->items.size() && j < nodes.size(); ++j) {
    loader_.add_generic_test(target, *nodes[j], tests.list_object()->items[j], std::nullopt, {}, *scope_);
  }
}

void SchemaFile::load_models() {
  std::vector<SchemaEntry> all = entries("models");
  for (SchemaEntry& entry : all) {
    normalize(entry);
    const yaml::Node* versions = list_node(*entry.node, "versions");
    if (versions != nullptr && !versions->items.empty()) {
      patch_versions(entry, *versions);
      continue;
    }
    NodeDraft* draft = target_of(entry, "models", ResourceType::kModel);
    if (draft == nullptr || !take_patch(*draft, entry)) continue;
    patch_config(*draft, value_or_none(entry.data, "config"), raw_config(*entry.node));
    patch_properties(*draft, entry,
                     read_columns(loader_, value_or_none(entry.data, "columns"), list_node(*entry.node, "columns")));
    patch_model(*draft, entry.data, value_or_none(entry.data, "constraints"), *entry.node);
  }
  for (const SchemaEntry& entry : all) {
    const yaml::Node* versions = list_node(*entry.node, "versions");
    const auto column_nodes = item_nodes(list_node(*entry.node, "columns"));
    const Value columns = value_or_none(entry.data, "columns");
    if (versions == nullptr || versions->items.empty()) {
      add_tests(entry, "models", Value(), columns, column_nodes, tests_value(entry.data), tests_node(*entry.node));
      continue;
    }
    const Value versions_data = value_or_none(entry.data, "versions");
    for (std::size_t i = 0; i < versions->items.size(); ++i) {
      const Value& version = versions_data.list_object()->items[i];
      std::vector<const yaml::Node*> nodes;
      Value merged = version_columns(entry.data, version, *entry.node, *versions->items[i], &nodes);
      const bool own_tests = tests_node(*versions->items[i]) != nullptr;
      add_tests(entry, "models", value_or_none(version, "v"), merged, nodes,
                own_tests ? tests_value(version) : tests_value(entry.data),
                own_tests ? tests_node(*versions->items[i]) : tests_node(*entry.node));
    }
  }
}

// The columns of one version: those of the model that `include` and `exclude` let through, then its own.
Value SchemaFile::version_columns(const Value& data, const Value& version, const yaml::Node& node,
                                  const yaml::Node& version_node, std::vector<const yaml::Node*>* nodes) {
  Value include("*");
  Value exclude = Value::list();
  const Value own = value_or_none(version, "columns");
  const auto own_nodes = item_nodes(list_node(version_node, "columns"));
  for (std::size_t i = 0; own.is_list() && i < own.list_object()->items.size(); ++i) {
    const Value& column = own.list_object()->items[i];
    if (const Value* given = find_key(column, "include")) include = *given;
    if (const Value* given = find_key(column, "exclude")) exclude = *given;
  }
  const auto names = [](const Value& list, const std::string& name) {
    const auto texts = text_list(&list);
    return std::find(texts.begin(), texts.end(), name) != texts.end();
  };
  const bool all = include.is_string() && (include.as_string() == "*" || include.as_string() == "all");
  std::vector<Value> merged;
  const Value base = value_or_none(data, "columns");
  const auto base_nodes = item_nodes(list_node(node, "columns"));
  for (std::size_t i = 0; base.is_list() && i < base.list_object()->items.size(); ++i) {
    const std::string name = find_text(base.list_object()->items[i], "name").value_or("");
    if ((all || names(include, name)) && !names(exclude, name)) {
      merged.push_back(base.list_object()->items[i]);
      nodes->push_back(base_nodes[i]);
    }
  }
  for (std::size_t i = 0; own.is_list() && i < own.list_object()->items.size(); ++i) {
    if (find_key(own.list_object()->items[i], "name") == nullptr) continue;
    merged.push_back(own.list_object()->items[i]);
    nodes->push_back(own_nodes[i]);
  }
  return Value::list(std::move(merged));
}

NodeDraft* SchemaFile::versioned_draft(const SchemaEntry& entry, const Value& version, const Value& latest,
                                       const yaml::Node& node) {
  const std::string v = version_text(value_or_none(version, "v"));
  const std::string file_name = find_text(version, "defined_in").value_or(entry.name + "_v" + v);
  NodeDraft* draft = loader_.find_refable(file_name, project_.name, Value());
  // The latest version may live in a file without a suffix.
  if (draft == nullptr && equals(value_or_none(version, "v"), latest)) {
    draft = loader_.find_refable(entry.name, project_.name, Value());
    if (draft != nullptr && draft->node->is_versioned()) draft = nullptr;
  }
  if (draft == nullptr || draft->node->type != ResourceType::kModel) {
    loader_.report(
        warning_diagnostic("FLOE-W1602", "patch-without-node", fmt::format("no model is named `{}`", file_name))
            .at(span_of(node, "v"))
            .note(
                fmt::format("version {} of `{}` is looked for there; `defined_in` names another file", v, entry.name)));
    return nullptr;
  }
  return draft;
}

namespace {

bool version_less(const Value& left, const Value& right) {
  try {
    return to_float(left) < to_float(right);
  } catch (const PythonException&) {
    return to_str(left) < to_str(right);
  }
}

}  // namespace

void SchemaFile::patch_versions(const SchemaEntry& entry, const yaml::Node& versions) {
  const Value list = value_or_none(entry.data, "versions");
  Value latest = value_or_none(entry.data, "latest_version");
  if (latest.is_none()) {
    for (const Value& version : list.list_object()->items) {
      const Value v = value_or_none(version, "v");
      if (latest.is_none() || version_less(latest, v)) latest = v;
    }
  }
  for (std::size_t i = 0; i < versions.items.size(); ++i) {
    const Value& version = list.list_object()->items[i];
    const yaml::Node& node = *versions.items[i];
    const Value v = value_or_none(version, "v");
    if (v.is_none()) {
      loader_.report(error_diagnostic("FLOE-E0613", "schema-file", "a version needs `v`").at(node.span));
      continue;
    }
    NodeDraft* draft = versioned_draft(entry, version, latest, node);
    if (draft == nullptr || !take_patch(*draft, entry)) continue;
    Node& model = *draft->node;
    loader_.forget_name(*draft);
    model.unique_id = fmt::format("model.{}.{}.v{}", project_.name, entry.name, version_text(v));
    model.fqn.back() = entry.name;
    model.fqn.push_back("v" + version_text(v));
    model.name = entry.name;
    model.version = v;
    model.latest_version = latest;
    loader_.index_draft(*draft);
    if (auto text = find_text(version, "description"); text && !text->empty()) model.description = *text;
    std::vector<const yaml::Node*> nodes;
    const Value columns = version_columns(entry.data, version, *entry.node, node, &nodes);
    model.columns = read_columns(loader_, columns, nullptr);
    const Value config = deep_merge(value_or_none(entry.data, "config"), value_or_none(version, "config"));
    // Without any config the alias still changes with the name.
    loader_.update_config(*draft, config.dict_object()->size() == 0 ? Value() : config, raw_config(node));
    const Value own = value_or_none(version, "constraints");
    patch_model(*draft, entry.data, own.is_list() ? own : value_or_none(entry.data, "constraints"), *entry.node);
    if (const auto access = find_text(version, "access")) model.access = *access;
    if (const Value* date = find_key(version, "deprecation_date"); date != nullptr && !date->is_none())
      model.deprecation_date = to_str(*date);
  }
}

void SchemaFile::load_testables(std::string_view key, ResourceType type) {
  std::vector<SchemaEntry> all = entries(key);
  for (SchemaEntry& entry : all) {
    normalize(entry);
    if (type == ResourceType::kSnapshot && find_key(entry.data, "relation") != nullptr) add_yaml_snapshot(entry);
    NodeDraft* draft = target_of(entry, key, type);
    if (draft == nullptr || !take_patch(*draft, entry)) continue;
    patch_config(*draft, value_or_none(entry.data, "config"), raw_config(*entry.node));
    patch_properties(*draft, entry,
                     read_columns(loader_, value_or_none(entry.data, "columns"), list_node(*entry.node, "columns")));
  }
  for (const SchemaEntry& entry : all) {
    add_tests(entry, key, Value(), value_or_none(entry.data, "columns"), item_nodes(list_node(*entry.node, "columns")),
              tests_value(entry.data), tests_node(*entry.node));
  }
}

// A snapshot without SQL: `relation: ref('x')`.
void SchemaFile::add_yaml_snapshot(const SchemaEntry& entry) {
  const std::string relation = find_text(entry.data, "relation").value_or("");
  auto draft = loader_.start_node(project_, ResourceType::kSnapshot, entry.name, file_.relative);
  Node& node = *draft->node;
  node.path = entry.name + ".sql";
  node.original_file_path = file_.original;
  node.file = shown_;
  node.yaml_span = span_of(*entry.node, "name");
  node.first_line = node.yaml_span.line;
  node.checksum = {"sha256", code_checksum(text_)};
  node.raw_code = "select * from {{ " + relation + " }}";
  loader_.parse_template(*draft);
  loader_.render_draft(*draft);
  loader_.update_config(*draft, Value(), Value());
  loader_.add_draft(std::move(draft));
}

void SchemaFile::load_analyses() {
  for (SchemaEntry& entry : entries("analyses")) {
    normalize(entry);
    NodeDraft* draft = target_of(entry, "analyses", ResourceType::kAnalysis);
    if (draft == nullptr || !take_patch(*draft, entry)) continue;
    patch_config(*draft, value_or_none(entry.data, "config"), raw_config(*entry.node));
    patch_properties(*draft, entry, read_columns(loader_, value_or_none(entry.data, "columns"), nullptr));
  }
}

void SchemaFile::load_singular_tests() {
  for (SchemaEntry& entry : entries("data_tests")) {
    normalize(entry);
    NodeDraft* draft = target_of(entry, "data_tests", ResourceType::kTest);
    if (draft == nullptr || !take_patch(*draft, entry)) continue;
    patch_config(*draft, value_or_none(entry.data, "config"), raw_config(*entry.node));
  }
}

void SchemaFile::load_macros() {
  for (const SchemaEntry& entry : entries("macros")) {
    const std::string id = "macro." + project_.name + "." + entry.name;
    auto& macros = loader_.session.manifest.macros;
    const auto found =
        std::find_if(macros.begin(), macros.end(), [&](const auto& macro) { return macro->unique_id == id; });
    if (found == macros.end()) {
      loader_.report(
          warning_diagnostic("FLOE-W1602", "patch-without-node", fmt::format("no macro is named `{}`", entry.name))
              .at(span_of(*entry.node, "name")));
      continue;
    }
    Macro& macro = **found;
    if (macro.patch_path) {
      loader_.report(
          error_diagnostic("FLOE-E0618", "duplicate-patch", fmt::format("macro `{}` is described twice", entry.name))
              .at(span_of(*entry.node, "name")));
      continue;
    }
    macro.patch_path = project_.name + "://" + file_.original;
    macro.description = find_text(entry.data, "description").value_or("");
    const Value config = value_or_none(entry.data, "config");
    macro.meta = merged_dict(value_or_none(entry.data, "meta"), value_or_none(config, "meta"));
    const Value* docs = find_key(config, "docs");
    if (docs == nullptr) docs = find_key(entry.data, "docs");
    if (docs != nullptr) macro.docs = {find_bool(*docs, "show", true), find_text(*docs, "node_color")};
    const Value arguments = value_or_none(entry.data, "arguments");
    if (!arguments.is_list() || arguments.list_object()->items.empty()) continue;
    macro.arguments.clear();
    for (const Value& argument : arguments.list_object()->items) {
      macro.arguments.push_back({find_text(argument, "name").value_or(""), find_text(argument, "type"),
                                 find_text(argument, "description").value_or("")});
    }
  }
}

void SchemaFile::load_sources() {
  for (const SchemaEntry& entry : entries("sources"))
    loader_.add_source(project_, file_, *entry.node, entry.data);
}

}  // namespace floe::dbt
