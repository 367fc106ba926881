#include "convert/type_leaves.hpp"

#include "sql/sql_text.hpp"

namespace floe::duckdb_compute {
namespace {

void add_leaves(const DuckType& type, const LeafPath& path, std::vector<LeafPath>* leaves) {
  if (type.children.empty()) leaves->push_back(path);
  for (std::size_t i = type.id == DUCKDB_TYPE_MAP ? 1 : 0; i < type.children.size(); ++i) {
    LeafPath below = path;
    below.push_back(i);
    add_leaves(type.children[i], below, leaves);
  }
}

std::string bits_from(const DuckType& type, const LeafPath& path, std::size_t level, const std::string& value,
                      const std::function<std::string(const std::string&)>& bits_of) {
  if (level == path.size()) return bits_of(value);
  const std::size_t child = path[level];
  if (type.id == DUCKDB_TYPE_STRUCT) {
    const std::string member = "struct_extract(" + value + ", " + quote_text(type.names[child]) + ")";
    return bits_from(type.children[child], path, level + 1, member, bits_of);
  }
  const std::string list = type.id == DUCKDB_TYPE_MAP ? "map_values(" + value + ")" : value;
  const std::string element = "floe_element_" + std::to_string(level);
  return "list_aggregate(list_transform(" + list + ", lambda " + element + ": " +
         bits_from(type.children[child], path, level + 1, element, bits_of) + "), 'bit_or')";
}

}  // namespace

std::vector<LeafPath> leaves_of(const DuckType& type) {
  std::vector<LeafPath> leaves;
  add_leaves(type, {}, &leaves);
  return leaves;
}

const DuckType& leaf_at(const DuckType& type, const LeafPath& path) {
  const DuckType* leaf = &type;
  for (const std::size_t child : path)
    leaf = &leaf->children.at(child);
  return *leaf;
}

DuckType& leaf_at(DuckType& type, const LeafPath& path) {
  return const_cast<DuckType&>(leaf_at(static_cast<const DuckType&>(type), path));
}

std::string leaf_bits(const DuckType& type, const LeafPath& path, const std::string& value,
                      const std::function<std::string(const std::string&)>& bits_of) {
  return bits_from(type, path, 0, value, bits_of);
}

}  // namespace floe::duckdb_compute
