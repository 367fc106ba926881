#include "model/manifest.hpp"

#include "model/emit_node.hpp"
#include "value/operations.hpp"

#include <algorithm>
#include <functional>

namespace floe::dbt {

struct Manifest::Index {
  std::unordered_map<std::string_view, Node*> nodes;
  std::unordered_map<std::string_view, Source*> sources;
  std::unordered_map<std::string_view, const Macro*> macros;
  // By search name, in manifest order; the text of versioned names is owned here.
  std::unordered_map<std::string, std::vector<Node*>> refs;
  std::unordered_map<std::string, std::vector<const Node*>> disabled_refs;
  std::unordered_map<std::string, std::vector<Source*>> source_names;
  std::unordered_map<std::string, std::vector<const Source*>> disabled_sources;
  std::unordered_map<std::string_view, std::vector<const Documentation*>> docs;
};

void Manifest::IndexDeleter::operator()(Index* index) const { delete index; }

namespace {

template <class T>
T* pick(const std::vector<T*>& candidates, std::string_view package) {
  for (T* candidate : candidates) {
    if (package.empty() || candidate->package_name == package) return candidate;
  }
  return nullptr;
}

// An empty name stands for any package.
std::vector<std::string_view> packages_to_search(std::string_view root, std::string_view node, std::string_view asked) {
  if (!asked.empty()) return {asked};
  if (root == node) return {root, {}};
  return {root, node, {}};
}

template <class Map>
auto* find_in(const Map& map, const typename Map::key_type& key) {
  const auto found = map.find(key);
  return found == map.end() ? nullptr : &found->second;
}

void add_ref_names(Node& node, std::unordered_map<std::string, std::vector<Node*>>* refs) {
  if (!node.is_refable()) return;
  if (!node.is_versioned()) {
    (*refs)[node.name].push_back(&node);
    return;
  }
  (*refs)[node.search_name()].push_back(&node);
  if (equals(node.version, node.latest_version)) (*refs)[node.name].push_back(&node);
}

}  // namespace

void Manifest::index() {
  index_.reset(new Index);
  for (const auto& node : nodes) {
    index_->nodes.emplace(node->unique_id, node.get());
    add_ref_names(*node, &index_->refs);
  }
  for (const auto& node : disabled_nodes) {
    if (node->is_refable()) index_->disabled_refs[node->search_name()].push_back(node.get());
  }
  for (const auto& source : sources) {
    index_->sources.emplace(source->unique_id, source.get());
    index_->source_names[source->source_name + "." + source->name].push_back(source.get());
  }
  for (const auto& source : disabled_sources) {
    index_->disabled_sources[source->source_name + "." + source->name].push_back(source.get());
  }
  for (const auto& macro : macros)
    index_->macros.emplace(macro->unique_id, macro.get());
  for (const auto& doc : docs)
    index_->docs[doc->name].push_back(doc.get());
}

Node* Manifest::find_node(std::string_view unique_id) const {
  const auto found = index_->nodes.find(unique_id);
  return found == index_->nodes.end() ? nullptr : found->second;
}

Source* Manifest::find_source(std::string_view unique_id) const {
  const auto found = index_->sources.find(unique_id);
  return found == index_->sources.end() ? nullptr : found->second;
}

const Macro* Manifest::find_macro(std::string_view unique_id) const {
  const auto found = index_->macros.find(unique_id);
  return found == index_->macros.end() ? nullptr : found->second;
}

Manifest::Resolution Manifest::resolve_ref(const RefArgs& ref, std::string_view root_package,
                                           std::string_view node_package) const {
  const std::string name = ref.version.is_none() ? ref.name : ref.name + ".v" + to_str(ref.version);
  Resolution resolution;
  const auto* enabled = find_in(index_->refs, name);
  const auto* disabled = find_in(index_->disabled_refs, name);
  const std::string_view asked = ref.package ? std::string_view(*ref.package) : std::string_view();
  for (std::string_view package : packages_to_search(root_package, node_package, asked)) {
    if (enabled != nullptr) {
      resolution.node = pick(*enabled, package);
      if (resolution.node != nullptr) return resolution;
    }
    if (disabled != nullptr && resolution.disabled == nullptr) resolution.disabled = pick(*disabled, package);
  }
  return resolution;
}

Manifest::SourceResolution Manifest::resolve_source(const SourceArgs& args, std::string_view root_package,
                                                    std::string_view node_package) const {
  const std::string name = args.source + "." + args.table;
  SourceResolution resolution;
  const auto* enabled = find_in(index_->source_names, name);
  const auto* disabled = find_in(index_->disabled_sources, name);
  for (std::string_view package : packages_to_search(root_package, node_package, "")) {
    if (enabled != nullptr) {
      resolution.source = pick(*enabled, package);
      if (resolution.source != nullptr) return resolution;
    }
    if (disabled != nullptr && resolution.disabled == nullptr) resolution.disabled = pick(*disabled, package);
  }
  return resolution;
}

const Documentation* Manifest::resolve_doc(std::string_view name, std::string_view package,
                                           std::string_view root_package, std::string_view node_package) const {
  const auto found = index_->docs.find(name);
  if (found == index_->docs.end()) return nullptr;
  for (std::string_view each : packages_to_search(root_package, node_package, package)) {
    if (const Documentation* doc = pick(found->second, each)) return doc;
  }
  return nullptr;
}

void Manifest::build_graph() {
  parents_.clear();
  children_.clear();
  const auto add = [&](std::string_view id, const std::vector<std::string>& depends_on) {
    children_.try_emplace(id);
    auto& parents = parents_[id];
    parents.assign(depends_on.begin(), depends_on.end());
  };
  static const std::vector<std::string> kNone;
  for (const auto& node : nodes)
    add(node->unique_id, node->depends_on_nodes);
  for (const auto& source : sources)
    add(source->unique_id, kNone);
  for (const auto& exposure : exposures)
    add(exposure->unique_id, exposure->depends_on_nodes);
  for (const auto& [id, parents] : parents_) {
    for (std::string_view parent : parents) {
      if (auto found = children_.find(parent); found != children_.end()) found->second.push_back(id);
    }
  }
  for (auto& [id, edges] : parents_)
    std::sort(edges.begin(), edges.end());
  for (auto& [id, edges] : children_)
    std::sort(edges.begin(), edges.end());
}

namespace {
const std::vector<std::string_view> kNoEdges;
}

const std::vector<std::string_view>& Manifest::parents(std::string_view unique_id) const {
  const auto found = parents_.find(unique_id);
  return found == parents_.end() ? kNoEdges : found->second;
}

const std::vector<std::string_view>& Manifest::children(std::string_view unique_id) const {
  const auto found = children_.find(unique_id);
  return found == children_.end() ? kNoEdges : found->second;
}

const Value& Manifest::flat_graph() const {
  std::call_once(graph_once_, [this] {
    Value all_nodes = Value::dict();
    Value all_sources = Value::dict();
    Value all_exposures = Value::dict();
    Value all_groups = Value::dict();
    for (const auto& node : nodes)
      all_nodes.dict_object()->set(std::string_view(node->unique_id), node_value(*node));
    for (const auto& source : sources)
      all_sources.dict_object()->set(std::string_view(source->unique_id), source_value(*source));
    for (const auto& exposure : exposures) {
      all_exposures.dict_object()->set(std::string_view(exposure->unique_id), exposure_value(*exposure));
    }
    for (const auto& group : groups)
      all_groups.dict_object()->set(std::string_view(group->unique_id), group_value(*group));
    Value graph = Value::dict({{"exposures", all_exposures},
                               {"functions", Value::dict()},
                               {"groups", all_groups},
                               {"metrics", Value::dict()},
                               {"nodes", all_nodes},
                               {"sources", all_sources},
                               {"semantic_models", Value::dict()},
                               {"saved_queries", Value::dict()},
                               {"unit_tests", Value::dict()}});
    flat_graph_ = graph;
  });
  return flat_graph_;
}

}  // namespace floe::dbt
