#include "parse/unused_configs.hpp"

#include "base/text/text.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <iterator>

namespace floe::dbt {
namespace {

using Path = std::vector<std::string>;

struct Tree {
  std::string_view key;
  std::string_view what;
  ResourceType type;
};

constexpr std::array kTrees = {
    Tree{"models", "model", ResourceType::kModel},          Tree{"seeds", "seed", ResourceType::kSeed},
    Tree{"snapshots", "snapshot", ResourceType::kSnapshot}, Tree{"sources", "source", ResourceType::kSource},
    Tree{"data_tests", "test", ResourceType::kTest},        Tree{"tests", "test", ResourceType::kTest},
    Tree{"exposures", "exposure", ResourceType::kExposure}};

template <class T>
void add_paths(const ById<T>& resources, std::vector<const Path*>* found) {
  for (const auto& resource : resources)
    found->push_back(&resource->fqn);
}

std::vector<const Path*> paths_of(const Manifest& manifest, ResourceType type) {
  std::vector<const Path*> found;
  for (const auto* group : {&manifest.nodes, &manifest.disabled_nodes}) {
    for (const auto& node : *group) {
      if (node->type == type) found.push_back(&node->fqn);
    }
  }
  if (type == ResourceType::kSource) {
    add_paths(manifest.sources, &found);
    add_paths(manifest.disabled_sources, &found);
  } else if (type == ResourceType::kExposure) {
    add_paths(manifest.exposures, &found);
    add_paths(manifest.disabled_exposures, &found);
  }
  return found;
}

// A level of the tree. Any other entry is a setting.
bool is_level(const yaml::Entry& entry) { return entry.value->is_mapping() && !entry.key.starts_with('+'); }

bool holds_settings(const yaml::Node& level) {
  return std::any_of(level.entries.begin(), level.entries.end(),
                     [](const yaml::Entry& entry) { return !is_level(entry) || holds_settings(*entry.value); });
}

std::string joined(const Path& path) {
  std::string text;
  for (const std::string& part : path)
    text += (text.empty() ? "" : ".") + part;
  return text;
}

class UnusedConfigs {
 public:
  UnusedConfigs(const Tree& tree, const Manifest& manifest, DiagnosticSink& sink)
      : tree_(tree), used_(paths_of(manifest, tree.type)), sink_(sink) {}

  void check(const yaml::Node& level) {
    for (const yaml::Entry& entry : level.entries) {
      if (!is_level(entry)) continue;
      path_.push_back(entry.key);
      if (is_used())
        check(*entry.value);
      else
        warn(entry);
      path_.pop_back();
    }
  }

 private:
  [[nodiscard]] bool is_used() const {
    return std::any_of(used_.begin(), used_.end(), [&](const Path* fqn) {
      return fqn->size() >= path_.size() && std::equal(path_.begin(), path_.end(), fqn->begin());
    });
  }

  // One warning for the path that ends first: those below it are unused because it is.
  void warn(const yaml::Entry& entry) {
    if (!holds_settings(*entry.value)) return;
    auto warning = warning_diagnostic("FLOE-W1607", "unused-dbt-config",
                                      fmt::format("no {} is below `{}.{}`, so what is set there does nothing",
                                                  tree_.what, tree_.key, joined(path_)))
                       .at(entry.key_span);
    std::vector<std::string> known;
    for (const Path* fqn : used_) {
      if (fqn->size() >= path_.size() && std::equal(path_.begin(), std::prev(path_.end()), fqn->begin()))
        known.push_back((*fqn)[path_.size() - 1]);
    }
    if (const auto near = text::nearest(entry.key, known)) warning.helps.push_back("write `" + *near + "`");
    sink_.report(std::move(warning));
  }

  const Tree& tree_;
  std::vector<const Path*> used_;
  DiagnosticSink& sink_;
  Path path_;
};

}  // namespace

void warn_unused_configs(const yaml::Node& project_file, const Manifest& manifest, DiagnosticSink& sink) {
  for (const Tree& tree : kTrees) {
    const yaml::Entry* entry = project_file.find(tree.key);
    if (entry != nullptr && entry->value->is_mapping()) UnusedConfigs(tree, manifest, sink).check(*entry->value);
  }
}

}  // namespace floe::dbt
