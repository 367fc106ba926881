// Loader: the steps of one parse and what they share. Private to parse/.
#pragma once

#include "macro/render_scope.hpp"
#include "parse/config.hpp"
#include "parse/left_out.hpp"
#include "parse/parse.hpp"
#include "project/config_scope.hpp"
#include "project/files.hpp"
#include "project/yaml_render.hpp"

#include <algorithm>
#include <map>
#include <memory>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

namespace floe::dbt {

// Names of dependencies, in the order of their first use.
inline void add_once(std::vector<std::string>* list, const std::string& item) {
  if (std::find(list->begin(), list->end(), item) == list->end()) list->push_back(item);
}

// What the in-file parse of a node leaves for the schema yml patch that may come later.
struct NodeDraft {
  std::unique_ptr<Node> node;
  Value calls = Value::dict();             // merged config() calls
  Value unrendered_calls = Value::dict();  // as text; empty: use calls
  Value extracted;                         // statically extracted constants, laid over unrendered_config
  bool patched = false;
  bool dropped = false;
};

struct PendingSource;  // sources.cpp

class Loader {
 public:
  Loader(Session& session, DiagnosticSink& sink);
  ~Loader();
  void run();

  // --- shared with the steps
  Session& session;
  DiagnosticSink& sink;
  const Workspace& workspace;
  ConfigResolver configs;
  double created_at = 0;
  LeftOut left_out;  // of the root project

  std::vector<std::unique_ptr<NodeDraft>> drafts;  // in manifest order
  // Refable nodes, analyses and singular tests by name. Versioned models leave and re-enter.
  std::unordered_map<std::string, std::vector<NodeDraft*>> refables, analyses, singular_tests;

  void report(Diagnostic diagnostic) { sink.report(std::move(diagnostic)); }

  // Text with ASCII and Unicode white space removed at both ends; lines removed at the start are counted.
  Result<std::string> read_text(const ProjectFile& file, const Project& project, int* removed_lines);

  // --- macros.cpp
  void load_macros();
  void add_macro_file(const Project& project, const std::string& path, const std::string& text, bool tests_only,
                      int removed_lines);
  void link_macros();  // depends_on.macros

  // --- nodes.cpp
  void load_project_nodes(const Project& project, const ProjectFiles& files);
  std::unique_ptr<NodeDraft> start_node(const Project& project, ResourceType type, std::string name, std::string path);
  void parse_template(NodeDraft& draft);
  void render_draft(NodeDraft& draft);
  // Recomputes config, tags, meta, names and hooks. `patch` is None when there is none.
  void update_config(NodeDraft& draft, const Value& patch, const Value& unrendered_patch);
  // False (and a finding) when there is one with that unique id.
  bool add_draft(std::unique_ptr<NodeDraft> draft);
  void index_draft(NodeDraft& draft);
  void forget_name(NodeDraft& draft);
  [[nodiscard]] NodeDraft* find_refable(std::string_view name, std::string_view package, const Value& version);

  // --- naming.cpp
  void update_names(Node& node);

  // --- schema.cpp
  void load_schema_file(const Project& project, const ProjectFile& file);

  // --- generic_tests.cpp
  struct TestTarget {
    const Project* project = nullptr;
    std::string yaml_key;  // `models`
    std::string name;      // of the model, or the source
    std::string table;     // sources only
    Value version;
    std::string original_file_path;
    std::vector<std::string> source_fqn;
    const std::string* attached_to = nullptr;
  };

  void add_generic_test(const TestTarget& target, const yaml::Node& written, const Value& definition,
                        const std::optional<std::string>& column, std::vector<std::string> tags, Context& scope);

  void render_test(NodeDraft& draft, const TestTarget& target, const Value& config, const Macro& macro);

  // --- sources.cpp
  void add_source(const Project& project, const ProjectFile& file, const yaml::Node& node, const Value& entry);
  void finish_sources();
  std::vector<std::unique_ptr<PendingSource>> pending_sources;
  // The names schema files of a project see.
  [[nodiscard]] std::unique_ptr<ConfigScope> schema_scope(const Project& project, Value doc = Value::missing()) const;

  // --- resolve.cpp
  void finish_manifest();

 private:
  void load_selectors();
  void load_builtin_macros();
  void load_code_file(const Project& project, const ProjectFile& file, ResourceType type);
  void load_snapshot_file(const Project& project, const ProjectFile& file);
  void load_seed_file(const Project& project, const ProjectFile& file);
  void load_docs_file(const Project& project, const ProjectFile& file);
  void load_hooks(const Project& project);
  void finish_node(std::unique_ptr<NodeDraft> draft);
  [[nodiscard]] bool is_redefined(const Node& node) const;  // a macro in reach is named ref, source or config
  bool take_constant_calls(NodeDraft& draft);
  void finish_source(const PendingSource& pending);
  void add_source_tests(const PendingSource& pending, const Source& source);
  void render_hooks(NodeDraft& draft);
  std::map<std::string, ProjectFiles, std::less<>> project_files_;
  std::unordered_map<std::string, const Macro*> macro_ids_;
  std::unordered_map<std::string, NodeDraft*> draft_ids_;
};

// Columns of a schema yml entry; `nodes` runs parallel to `columns`.
std::vector<ColumnInfo> read_columns(Loader& loader, const Value& columns, const yaml::Node* node);
// The text with which diagnostics name a project's file.
std::string shown_path(const Project& project, std::string_view original);
std::vector<std::string> fqn_of(const Project& project, std::string_view path, std::string_view name);

}  // namespace floe::dbt
