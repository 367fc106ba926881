// Files to nodes: models, analyses, singular tests, snapshots, seeds, hooks and docs blocks.
#include "jinja/block_scanner.hpp"
#include "jinja/environment.hpp"
#include "model/call_span.hpp"
#include "model/tree.hpp"
#include "parse/loader.hpp"
#include "parse/recorder.hpp"
#include "parse/text_forms.hpp"
#include "parse/unrendered.hpp"
#include "project/source_file.hpp"
#include "project/yaml_render.hpp"
#include "value/exception.hpp"
#include "value/operations.hpp"

#include "base/text/text.hpp"

#include <fmt/format.h>

#include <algorithm>

namespace floe::dbt {
namespace {

constexpr std::uint64_t kLargestHashedSeed = std::uint64_t{1024} * 1024;  // dbt's maximum_seed_size_mib

std::string name_of(const ProjectFile& file) { return io::file_stem(file.relative); }

// What calls with constant arguments say.
class ConstantCalls {
 public:
  // False when it takes rendering to know.
  bool take(const CallFact& call) {
    std::vector<Value> positional;
    Value named = Value::dict();
    for (const CallArgument& argument : call.arguments) {
      if (!argument.constant) return false;
      if (argument.name.empty()) {
        positional.push_back(*argument.constant);
      } else {
        named.dict_object()->set(std::string_view(argument.name), *argument.constant);
      }
    }
    if (call.name == "config") return take_config(positional, std::move(named));
    const bool all_text =
        std::all_of(positional.begin(), positional.end(), [](const Value& value) { return value.is_string(); });
    if (!all_text) return false;
    if (call.name == "ref") return take_ref(positional, named);
    return call.name == "source" && take_source(positional, named);
  }

  std::vector<Value> configs;
  std::vector<RefArgs> refs;
  std::vector<SourceArgs> sources;

 private:
  bool take_config(const std::vector<Value>& positional, Value named) {
    if (!positional.empty() || named.dict_object()->size() == 0) return false;
    if (find_key(named, "pre_hook") != nullptr || find_key(named, "post_hook") != nullptr) return false;
    configs.push_back(std::move(named));
    return true;
  }

  bool take_ref(const std::vector<Value>& positional, const Value& named) {
    if (positional.empty() || positional.size() > 2) return false;
    RefArgs ref;
    ref.name = positional.back().as_string();
    if (positional.size() == 2) ref.package = positional[0].as_string();
    for (const std::string_view key : {"v", "version"}) {
      if (const Value* version = find_key(named, key)) ref.version = *version;
    }
    refs.push_back(std::move(ref));
    return true;
  }

  bool take_source(const std::vector<Value>& positional, const Value& named) {
    if (positional.size() != 2 || named.dict_object()->size() != 0) return false;
    sources.push_back({positional[0].as_string(), positional[1].as_string()});
    return true;
  }
};

}  // namespace

std::unique_ptr<NodeDraft> Loader::start_node(const Project& project, ResourceType type, std::string name,
                                              std::string path) {
  auto draft = std::make_unique<NodeDraft>();
  draft->node = std::make_unique<Node>();
  Node& node = *draft->node;
  node.type = type;
  node.unique_id = fmt::format("{}.{}.{}", resource_type_name(type), project.name, name);
  node.package_name = project.name;
  node.fqn = fqn_of(project, path, name);
  node.path = std::move(path);
  node.alias = name;
  node.name = std::move(name);
  node.database = workspace.target.database;
  node.schema = workspace.target.schema;
  node.created_at = created_at;
  return draft;
}

bool Loader::add_draft(std::unique_ptr<NodeDraft> draft) {
  const auto [same, fresh] = draft_ids_.emplace(draft->node->unique_id, draft.get());
  if (!fresh) {
    const Node& other = *same->second->node;
    report(error_diagnostic("FLOE-E0611", "duplicate-name",
                            fmt::format("two {}s are named `{}`", resource_type_name(other.type), other.name))
               .at(draft->node->yaml_span.valid() ? draft->node->yaml_span : line_span(draft->node->file, 1))
               .beside(other.yaml_span.valid() ? other.yaml_span : line_span(other.file, 1), "the other one")
               .help("rename one of them; a name may be used once in a project"));
    return false;
  }
  index_draft(*draft);
  drafts.push_back(std::move(draft));
  return true;
}

void Loader::index_draft(NodeDraft& draft) {
  const Node& node = *draft.node;
  if (node.is_refable()) refables[node.name].push_back(&draft);
  if (node.type == ResourceType::kAnalysis) analyses[node.name].push_back(&draft);
  if (node.type == ResourceType::kTest && !node.is_generic_test) singular_tests[node.name].push_back(&draft);
}

void Loader::forget_name(NodeDraft& draft) {
  auto& named = refables[draft.node->name];
  std::erase(named, &draft);
}

NodeDraft* Loader::find_refable(std::string_view name, std::string_view package, const Value& version) {
  const auto found = refables.find(std::string(name));
  if (found == refables.end()) return nullptr;
  NodeDraft* newest = nullptr;
  for (NodeDraft* draft : found->second) {
    const Node& node = *draft->node;
    if (!package.empty() && node.package_name != package) continue;
    if (version.is_none() ? !node.is_versioned() || equals(node.version, node.latest_version)
                          : equals(node.version, version)) {
      if (node.enabled) return draft;
      if (newest == nullptr) newest = draft;
    }
  }
  return newest;
}

void Loader::parse_template(NodeDraft& draft) {
  Node& node = *draft.node;
  auto tpl = session.text.parse(node.raw_code, node.file);
  if (!tpl) {
    report(render_diagnostic(session, node, tpl.error()));
    return;
  }
  node.tpl = std::move(*tpl);
}

bool Loader::is_redefined(const Node& node) const {
  for (const std::string_view name : {"ref", "source", "config"}) {
    if (session.macros.in_package(node.package_name, name) != nullptr ||
        session.macros.in_package(workspace.root->name, name) != nullptr) {
      return true;
    }
  }
  return false;
}

// A template of constant ref(), source() and config() calls says all it has to say without being rendered.
bool Loader::take_constant_calls(NodeDraft& draft) {
  Node& node = *draft.node;
  const TemplateFacts& facts = node.tpl->facts();
  if (!facts.only_constant_calls || is_redefined(node)) return false;
  ConstantCalls calls;
  for (const CallFact& call : facts.calls) {
    if (!calls.take(call)) return false;
  }
  node.refs = std::move(calls.refs);
  const bool extracted = node.type == ResourceType::kModel && is_statically_extracted(*node.tpl);
  for (SourceArgs& source : calls.sources) {
    const bool known = extracted && std::find(node.sources.begin(), node.sources.end(), source) != node.sources.end();
    if (!known) node.sources.push_back(std::move(source));
  }
  if (extracted) draft.extracted = Value::dict();
  for (const Value& config : calls.configs) {
    merge_config_call(draft.calls, deep_copy(config));
    if (extracted) {
      draft.extracted.dict_object()->update(*config.dict_object());
    } else {
      draft.unrendered_calls = merged_dict(draft.unrendered_calls, unrendered_config_call(*node.tpl));
    }
  }
  return true;
}

void Loader::render_draft(NodeDraft& draft) {
  if (draft.node->tpl == nullptr) return;
  try {
    if (take_constant_calls(draft)) return;
  } catch (const PythonException& exception) {
    report(render_diagnostic(session, *draft.node, to_error(exception)));
    return;
  }
  DraftRecorder recorder(draft);
  ScopeOptions options;
  options.node = draft.node.get();
  options.recorder = &recorder;
  RenderScope scope(session, ScopeMode::kParse, options);
  auto text = session.text.render(*draft.node->tpl, scope);
  if (!text) report(render_diagnostic(session, *draft.node, text.error()));
}

void Loader::render_hooks(NodeDraft& draft) {
  Node& node = *draft.node;
  if (node.type == ResourceType::kTest) return;
  for (const char* key : {"pre-hook", "post-hook"}) {
    const Value hooks = node.config_get(key);
    if (!hooks.is_list()) continue;
    for (const Value& hook : hooks.list_object()->items) {
      const auto sql = find_text(hook, "sql");
      if (!sql || !has_template_marks(*sql)) continue;
      auto tpl = session.text.parse(*sql, node.file);
      if (!tpl) {
        report(render_diagnostic(session, node, tpl.error()));
        continue;
      }
      DraftRecorder recorder(draft);
      ScopeOptions options;
      options.node = &node;
      options.recorder = &recorder;
      RenderScope scope(session, ScopeMode::kParse, options);
      auto text = session.text.render(**tpl, scope);
      if (!text) report(render_diagnostic(session, node, text.error()));
    }
  }
}

void Loader::update_config(NodeDraft& draft, const Value& patch, const Value& unrendered_patch) {
  Node& node = *draft.node;
  const ConfigRequest request{node.type, &node.fqn, node.package_name};
  try {
    node.config = configs.resolve(request, patch, draft.calls);
  } catch (const PythonException& exception) {
    report(error_diagnostic("FLOE-E0614", "config", exception.message())
               .at(node.yaml_span.valid() ? node.yaml_span : line_span(node.file, node.first_line))
               .addressed(node.unique_id));
    return;
  }
  const bool has_text = draft.unrendered_calls.dict_object()->size() != 0;
  const Value written = unrendered_patch.is_none() ? patch : deep_merge(patch, unrendered_patch);
  node.unrendered_config =
      configs.resolve_unrendered(request, written, has_text ? draft.unrendered_calls : draft.calls);
  if (patch.is_none() && draft.extracted.is_dict())
    node.unrendered_config.dict_object()->update(*draft.extracted.dict_object());

  node.enabled = node.config_get("enabled").is_true();
  const Value tags = node.config_get("tags");
  for (const std::string& tag : text_list(&tags)) {
    if (std::find(node.tags.begin(), node.tags.end(), tag) == node.tags.end()) node.tags.push_back(tag);
  }
  if (const Value meta = node.config_get("meta"); meta.is_dict() && meta.dict_object()->size() != 0) node.meta = meta;
  if (auto group = find_text(node.config, "group"); group && !group->empty()) node.group = *group;
  if (node.type == ResourceType::kModel) {
    if (auto access = find_text(node.config, "access")) node.access = *access;
  }
  if (const Value docs = node.config_get("docs"); docs.is_dict()) {
    node.docs.show = find_bool(docs, "show", true);
    node.docs.node_color = find_text(docs, "node_color");
  }
  if (const Value contract = node.config_get("contract"); contract.is_dict() && node.type != ResourceType::kSeed) {
    node.contract = {find_bool(contract, "enforced", false), find_bool(contract, "alias_types", true), std::nullopt};
  }
  update_names(node);
  render_hooks(draft);
}

void Loader::finish_node(std::unique_ptr<NodeDraft> draft) {
  parse_template(*draft);
  render_draft(*draft);
  update_config(*draft, Value(), Value());
  add_draft(std::move(draft));
}

void Loader::load_code_file(const Project& project, const ProjectFile& file, ResourceType type) {
  int removed = 0;
  auto text = read_text(file, project, &removed);
  if (!text) return;
  std::string path = type == ResourceType::kAnalysis ? "analysis/" + file.relative : file.relative;
  auto draft = start_node(project, type, name_of(file), std::move(path));
  Node& node = *draft->node;
  node.original_file_path = file.original;
  node.file = shown_path(project, file.original);
  node.first_line = 1 + removed;
  node.checksum = {"sha256", code_checksum(*text)};
  node.raw_code = std::move(*text);
  finish_node(std::move(draft));
}

void Loader::load_snapshot_file(const Project& project, const ProjectFile& file) {
  int removed = 0;
  auto text = read_text(file, project, &removed);
  if (!text) return;
  const std::string shown = shown_path(project, file.original);
  auto scanned = scan_blocks(*text, {"snapshot"});
  if (!scanned) {
    report(error_diagnostic("FLOE-E0606", "template-syntax", scanned.error().message).at(line_span(shown, 1)));
    return;
  }
  const std::string checksum = code_checksum(*text);
  for (const TopLevelBlock& block : scanned->blocks) {
    if (block.type != "snapshot") continue;
    auto draft = start_node(project, ResourceType::kSnapshot, block.name, file.relative);
    Node& node = *draft->node;
    // A snapshot's file is part of its fqn.
    node.fqn.insert(node.fqn.end() - 1, name_of(file));
    node.original_file_path = file.original;
    node.file = shown;
    node.first_line = block.line + removed;
    node.checksum = {"sha256", checksum};
    node.raw_code = std::string(block.contents);
    finish_node(std::move(draft));
  }
}

void Loader::load_seed_file(const Project& project, const ProjectFile& file) {
  auto draft = start_node(project, ResourceType::kSeed, name_of(file), file.relative);
  Node& node = *draft->node;
  node.original_file_path = file.original;
  node.file = shown_path(project, file.original);
  node.root_path = project.root;
  auto info = session.files->stat(file.absolute);
  const std::uint64_t size = info ? info->size : 0;
  if (size > kLargestHashedSeed && size <= kMaxSeedBytes) {
    node.checksum = {"path", file.original};
  } else if (auto text = io::read_document(*session.files, file.absolute, kMaxSeedBytes)) {
    node.checksum = {"sha256", text::sha256_hex(trim_python(text::replace_all(*text, "\r\n", "\n")))};
  } else {
    report(unreadable_file(node.file, text.error()));
    return;
  }
  update_config(*draft, Value(), Value());
  add_draft(std::move(draft));
}

void Loader::load_docs_file(const Project& project, const ProjectFile& file) {
  int removed = 0;
  auto text = read_text(file, project, &removed);
  if (!text || (text->find("{%") == std::string::npos && text->find("{{") == std::string::npos)) return;
  const std::string shown = shown_path(project, file.original);
  auto scanned = scan_blocks(*text, {"docs"});
  if (!scanned) {
    report(error_diagnostic("FLOE-E0606", "template-syntax", scanned.error().message).at(line_span(shown, 1)));
    return;
  }
  for (const TopLevelBlock& block : scanned->blocks) {
    if (block.type != "docs") continue;
    auto doc = std::make_unique<Documentation>();
    doc->unique_id = "doc." + project.name + "." + block.name;
    doc->name = block.name;
    doc->package_name = project.name;
    doc->path = file.relative;
    doc->original_file_path = file.original;
    std::string contents(block.contents);
    if (has_template_marks(contents)) {
      DictContext nothing(Value::dict());
      auto tpl = session.text.parse(contents, shown);
      auto rendered = tpl ? session.text.render(**tpl, nothing) : Result<std::string>(tpl.error());
      if (!rendered) {
        report(error_diagnostic("FLOE-E0607", "template-error", rendered.error().message)
                   .at(line_span(shown, block.line + removed)));
        continue;
      }
      contents = std::move(*rendered);
    }
    doc->block_contents = std::string(trim_python(contents));
    const auto& docs = session.manifest.docs;
    const bool known =
        std::any_of(docs.begin(), docs.end(), [&](const auto& other) { return other->unique_id == doc->unique_id; });
    if (known) {
      report(error_diagnostic("FLOE-E0611", "duplicate-name", fmt::format("two docs blocks are named `{}`", block.name))
                 .at(line_span(shown, block.line + removed)));
      continue;
    }
    session.manifest.docs.push_back(std::move(doc));
  }
}

void Loader::load_hooks(const Project& project) {
  if (project.on_run_start.empty() && project.on_run_end.empty()) return;
  std::string checksum;
  if (auto text = session.files->read(io::join_path(project.root, "dbt_project.yml"))) checksum = code_checksum(*text);
  for (bool start : {true, false}) {
    const auto& hooks = start ? project.on_run_start : project.on_run_end;
    const char* kind = start ? "on-run-start" : "on-run-end";
    for (std::size_t i = 0; i < hooks.size(); ++i) {
      const std::string name = fmt::format("{}-{}-{}", project.name, kind, i);
      auto draft = start_node(project, ResourceType::kOperation, name, "hooks/" + name + ".sql");
      Node& node = *draft->node;
      node.original_file_path = "./dbt_project.yml";
      node.file = shown_path(project, "dbt_project.yml");
      node.yaml_span = hooks[i].span;
      node.first_line = hooks[i].span.line;
      node.checksum = {"sha256", checksum};
      node.raw_code = hooks[i].sql;
      node.index = static_cast<int>(i);
      node.is_run_start = start;
      node.tags = {kind};
      finish_node(std::move(draft));
    }
  }
}

void Loader::load_project_nodes(const Project& project, const ProjectFiles& files) {
  for (const ProjectFile& file : files.models)
    load_code_file(project, file, ResourceType::kModel);
  for (const ProjectFile& file : files.python_models) {
    report(warning_diagnostic("FLOE-W1605", "unsupported-resource",
                              fmt::format("`{}` is a python model, which cannot run here", name_of(file)))
               .at(line_span(shown_path(project, file.original), 1))
               .help("write it in SQL, or run it with another dbt runtime"));
  }
  for (const ProjectFile& file : files.snapshots)
    load_snapshot_file(project, file);
  for (const ProjectFile& file : files.analyses)
    load_code_file(project, file, ResourceType::kAnalysis);
  for (const ProjectFile& file : files.singular_tests)
    load_code_file(project, file, ResourceType::kTest);
  for (const ProjectFile& file : files.seeds)
    load_seed_file(project, file);
  for (const ProjectFile& file : files.docs)
    load_docs_file(project, file);
  load_hooks(project);
}

}  // namespace floe::dbt
