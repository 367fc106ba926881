// Manifest: everything one parse found, with the lookups that ref(), source() and selection need.
#pragma once

#include "model/node.hpp"
#include "value/value.hpp"

#include <map>
#include <memory>
#include <mutex>
#include <optional>
#include <string>
#include <string_view>
#include <unordered_map>
#include <variant>
#include <vector>

namespace floe::dbt {

// Keys are views into unique ids the manifest owns.
using Edges = std::unordered_map<std::string_view, std::vector<std::string_view>>;

struct ManifestMetadata {
  std::string project_name;
  std::string project_id;
  std::string adapter_type;
  std::string invocation_id;
  std::string generated_at;  // ISO 8601 with Z
  std::string invocation_started_at;
  std::string run_started_at;
  Value env = Value::dict();  // DBT_ENV_CUSTOM_ENV_*
  Quoting quoting;
};

template <class T>
using ById = std::vector<std::unique_ptr<T>>;  // in manifest order

class Manifest {
 public:
  ManifestMetadata metadata;
  ById<Node> nodes;      // enabled
  ById<Source> sources;  // enabled
  ById<Macro> macros;
  ById<Documentation> docs;
  ById<Exposure> exposures;
  ById<Group> groups;
  ById<Node> disabled_nodes;
  ById<Source> disabled_sources;
  ById<Exposure> disabled_exposures;

  // Rebuilds all lookups from the vectors. Call after they changed.
  void index();
  // Edges from depends_on_nodes.
  void build_graph();

  [[nodiscard]] Node* find_node(std::string_view unique_id) const;
  [[nodiscard]] Source* find_source(std::string_view unique_id) const;
  [[nodiscard]] const Macro* find_macro(std::string_view unique_id) const;

  struct Resolution {
    Node* node = nullptr;
    const Node* disabled = nullptr;  // set when only a disabled one matches
  };

  // dbt's search: the package asked for, else root, the node's package, then any (unique by order).
  [[nodiscard]] Resolution resolve_ref(const RefArgs& ref, std::string_view root_package,
                                       std::string_view node_package) const;

  struct SourceResolution {
    Source* source = nullptr;
    const Source* disabled = nullptr;
  };

  [[nodiscard]] SourceResolution resolve_source(const SourceArgs& args, std::string_view root_package,
                                                std::string_view node_package) const;
  [[nodiscard]] const Documentation* resolve_doc(std::string_view name, std::string_view package,
                                                 std::string_view root_package, std::string_view node_package) const;

  // Of every node, source and exposure; sorted as dbt writes them.
  [[nodiscard]] const std::vector<std::string_view>& parents(std::string_view unique_id) const;
  [[nodiscard]] const std::vector<std::string_view>& children(std::string_view unique_id) const;

  // `graph` in templates: nodes, sources, exposures, groups ... as dicts. Built on first use, thread-safe.
  [[nodiscard]] const Value& flat_graph() const;

 private:
  struct Index;

  struct IndexDeleter {
    void operator()(Index* index) const;
  };

  std::unique_ptr<Index, IndexDeleter> index_;
  Edges parents_;
  Edges children_;
  mutable std::once_flag graph_once_;
  mutable Value flat_graph_;
};

}  // namespace floe::dbt
