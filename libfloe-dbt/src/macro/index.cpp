#include "macro/index.hpp"

#include "project/project.hpp"

#include <algorithm>

namespace floe::dbt {

MacroIndex::MacroIndex(const Workspace& workspace, const std::vector<std::unique_ptr<Macro>>& macros)
    : workspace_(&workspace) {
  for (const auto& package : workspace.packages) {
    if (package->is_builtin) builtin_.push_back(package->name);
  }
  for (const auto& macro : macros)
    packages_[macro->package_name].emplace(macro->name, macro.get());
  for (std::string_view name : builtin_) {
    auto found = packages_.find(name);
    if (found == packages_.end()) continue;
    for (const auto& [macro_name, macro] : found->second)
      internals_.emplace(macro_name, macro);
  }
  // Later ones win: builtin macros, then every package in the order of its macros, then the root project's.
  any_ = internals_;
  for (const auto& macro : macros) {
    if (!workspace.is_builtin(macro->package_name)) any_[macro->name] = macro.get();
  }
  if (auto root = packages_.find(workspace.root->name); root != packages_.end()) {
    for (const auto& [name, macro] : root->second)
      any_[name] = macro;
  }
}

const Macro* MacroIndex::in_package(std::string_view package, std::string_view name) const {
  const Names* names = &internals_;
  if (package != "dbt") {
    auto found = packages_.find(package);
    if (found == packages_.end()) return nullptr;
    names = &found->second;
  }
  auto found = names->find(name);
  return found == names->end() ? nullptr : found->second;
}

const Macro* MacroIndex::in_scope(std::string_view package, std::string_view name) const {
  for (std::string_view each : {package, std::string_view(workspace_->root->name)}) {
    auto found = packages_.find(each);
    if (found == packages_.end()) continue;
    if (auto macro = found->second.find(name); macro != found->second.end()) return macro->second;
  }
  auto macro = internals_.find(name);
  return macro == internals_.end() ? nullptr : macro->second;
}

const Macro* MacroIndex::resolve(std::string_view package, std::string_view name) const {
  if (auto found = packages_.find(package); found != packages_.end()) {
    if (auto macro = found->second.find(name); macro != found->second.end()) return macro->second;
  }
  auto macro = any_.find(name);
  return macro == any_.end() ? nullptr : macro->second;
}

bool MacroIndex::has_package(std::string_view package) const { return package == "dbt" || packages_.contains(package); }

std::vector<std::string_view> MacroIndex::names_in(std::string_view package) const {
  std::vector<std::string_view> names;
  const Names* source = &internals_;
  if (package != "dbt") {
    auto found = packages_.find(package);
    if (found == packages_.end()) return names;
    source = &found->second;
  }
  for (const auto& [name, macro] : *source)
    names.push_back(name);
  std::sort(names.begin(), names.end());
  return names;
}

const Macro* MacroIndex::naming(std::string_view component, std::string_view node_package) const {
  const std::string name = "generate_" + std::string(component) + "_name";
  // A package's own macro names the package's nodes; otherwise the root project's; packages do not name others' nodes.
  if (node_package != workspace_->root->name && !workspace_->is_builtin(node_package)) {
    auto found = packages_.find(node_package);
    if (found != packages_.end()) {
      if (auto macro = found->second.find(name); macro != found->second.end()) return macro->second;
    }
  }
  auto root = packages_.find(workspace_->root->name);
  if (root != packages_.end()) {
    if (auto macro = root->second.find(name); macro != root->second.end()) return macro->second;
  }
  auto macro = internals_.find(name);
  return macro == internals_.end() ? nullptr : macro->second;
}

const Macro* MacroIndex::materialization(std::string_view name) const {
  // The adapter's own before `default`; within one of them the root project before packages before builtin ones. A
  // package may not replace a builtin materialization.
  const std::vector<std::string> adapters = workspace_->dispatch_prefixes();
  const auto full_name = [&](const std::string& adapter) {
    return "materialization_" + std::string(name) + "_" + adapter;
  };
  bool is_builtin = false;
  for (const std::string& adapter : adapters)
    is_builtin = is_builtin || internals_.contains(full_name(adapter));
  for (const std::string& adapter : adapters) {
    const std::string macro_name = full_name(adapter);
    if (const Macro* macro = in_package(workspace_->root->name, macro_name)) return macro;
    if (!is_builtin) {
      for (const auto& package : workspace_->packages) {
        if (package->is_builtin) continue;
        if (const Macro* macro = in_package(package->name, macro_name)) return macro;
      }
    }
    if (auto macro = internals_.find(macro_name); macro != internals_.end()) return macro->second;
  }
  return nullptr;
}

const Macro* MacroIndex::dispatch(std::string_view name, const std::string* macro_namespace,
                                  std::string_view node_package, std::vector<std::string>* attempts) const {
  std::vector<std::string> search;  // empty text: the node's own scope
  if (macro_namespace == nullptr) {
    search.emplace_back();
  } else {
    for (const DispatchRule& rule : workspace_->root->dispatch) {
      if (rule.macro_namespace == *macro_namespace) search = rule.search_order;
    }
    if (search.empty()) {
      if (workspace_->find(*macro_namespace) != nullptr) {
        search = {workspace_->root->name, *macro_namespace};
      } else {
        search.emplace_back();
      }
    }
  }
  for (const std::string& package : search) {
    for (const std::string& prefix : workspace_->dispatch_prefixes()) {
      std::string macro_name = prefix + "__" + std::string(name);
      const Macro* macro = package.empty() ? in_scope(node_package, macro_name) : in_package(package, macro_name);
      if (macro != nullptr) return macro;
      if (attempts != nullptr)
        attempts->push_back(package.empty() ? macro_name : std::string(package).append(".").append(macro_name));
    }
  }
  return nullptr;
}

}  // namespace floe::dbt
