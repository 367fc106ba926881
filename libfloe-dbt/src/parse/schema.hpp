// One schema yml file being read. Private to parse/.
#pragma once

#include "parse/loader.hpp"

#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace floe::dbt {

// An entry of a top-level list: as written, and rendered.
struct SchemaEntry {
  const yaml::Node* node = nullptr;
  Value data;
  std::string name;
};

// The list under `key`; nullptr when absent or no list.
const yaml::Node* list_node(const yaml::Node& node, std::string_view key);

class SchemaFile {
 public:
  SchemaFile(Loader& loader, const Project& project, const ProjectFile& file);
  void load();

 private:
  // The entries of a list with their names; problems are reported and left out.
  std::vector<SchemaEntry> entries(std::string_view key);
  void load_models();
  void load_testables(std::string_view key, ResourceType type);  // seeds, snapshots
  void load_analyses();
  void load_macros();
  void load_singular_tests();
  void load_exposures();
  void load_groups();
  void load_sources();

  void add_yaml_snapshot(const SchemaEntry& entry);
  // The node an entry is about; null after a warning.
  NodeDraft* target_of(const SchemaEntry& entry, std::string_view key, ResourceType type);
  void patch_properties(NodeDraft& draft, const SchemaEntry& entry, std::vector<ColumnInfo> columns);
  void patch_config(NodeDraft& draft, const Value& config, const Value& unrendered);
  void patch_model(NodeDraft& draft, const Value& data, const Value& constraints, const yaml::Node& node);
  void patch_versions(const SchemaEntry& entry, const yaml::Node& versions);
  NodeDraft* versioned_draft(const SchemaEntry& entry, const Value& version, const Value& latest,
                             const yaml::Node& node);
  Value version_columns(const Value& data, const Value& version, const yaml::Node& node, const yaml::Node& version_node,
                        std::vector<const yaml::Node*>* nodes);
  void add_tests(const SchemaEntry& entry, std::string_view key, const Value& version, const Value& columns,
                 const std::vector<const yaml::Node*>& column_nodes, const Value& tests, const yaml::Node* test_nodes);
  void normalize(SchemaEntry& entry);
  bool take_patch(NodeDraft& draft, const SchemaEntry& entry);
  [[nodiscard]] Span span_of(const yaml::Node& node, std::string_view key) const;

  Loader& loader_;
  const Project& project_;
  const ProjectFile& file_;
  std::string shown_;
  std::string text_;
  yaml::NodePtr document_;
  std::unique_ptr<ConfigScope> scope_;
};

// Constraints with every field, as manifest.json shows them.
Value complete_constraints(const Value& written, bool of_model);
// Sets the checksum that tells whether an enforced contract changed.
void build_contract_checksum(Node& node);
std::string version_text(const Value& version);

}  // namespace floe::dbt
