#include "nested_projection.hpp"

#include "sql_name.hpp"
#include "sql_text.hpp"

#include "base/fail.hpp"

#include <algorithm>

namespace floe::duckdb_compute {
namespace {

const LayoutNode* find_id(const LayoutNode& node, std::int32_t id) {
  const auto found =
      std::find_if(node.children.begin(), node.children.end(), [&](const LayoutNode& child) { return child.id == id; });
  return found == node.children.end() ? nullptr : &*found;
}

bool has_name(const LayoutNode& node, const std::string& name) {
  const std::string lower = lower_name(name);
  return std::any_of(node.children.begin(), node.children.end(),
                     [&](const LayoutNode& child) { return lower_name(child.name) == lower; });
}

class Projector {
 public:
  Result<Projection> project(const IcebergType& type, const LayoutNode& node, const std::string& source) {
    switch (type.kind) {
      case IcebergType::Kind::kStruct:
        return project_struct(type, node, source);
      case IcebergType::Kind::kList:
        return project_list(type, node, source);
      case IcebergType::Kind::kMap:
        return project_map(type, node, source);
      case IcebergType::Kind::kPrimitive:
        break;
    }
    return Projection{FLOE_TRY(storage_sql(type)), source};
  }

 private:
  std::string fresh_variable() { return "floe_x" + std::to_string(variables_++); }

  Result<Projection> project_struct(const IcebergType& type, const LayoutNode& node, const std::string& source) {
    std::string read;
    std::string packed;
    for (const IcebergField& field : type.children) {
      if (!packed.empty()) packed += ", ";
      const LayoutNode* child = find_id(node, field.id);
      if (child == nullptr) {
        const std::string storage = FLOE_TRY(storage_sql(field.type));
        packed += quote_name(field.name) + " := CAST(NULL AS " + storage + ")";
        continue;
      }
      const Projection inner = FLOE_TRY(project(field.type, *child, source + "." + quote_name(child->name)));
      if (!read.empty()) read += ", ";
      read += type_field_name(child->name) + " " + inner.read_type;
      packed += quote_name(field.name) + " := " + inner.expression;
    }
    if (read.empty()) {
      return failf(ErrorCode::kUnsupported,
                   "a data file holds none of the fields that the struct `{}` has now; rewrite the table's files",
                   node.name);
    }
    return Projection{"STRUCT(" + read + ")",
                      "CASE WHEN " + source + " IS NOT NULL THEN struct_pack(" + packed + ") END"};
  }

  Result<Projection> project_list(const IcebergType& type, const LayoutNode& node, const std::string& source) {
    if (node.children.size() != 1) return failf(ErrorCode::kData, "the list `{}` has no element", node.name);
    const std::string variable = fresh_variable();
    const Projection inner = FLOE_TRY(project(type.children[0].type, node.children[0], variable));
    return Projection{inner.read_type + "[]",
                      "list_transform(" + source + ", lambda " + variable + " : " + inner.expression + ")"};
  }

  Result<Projection> project_map(const IcebergType& type, const LayoutNode& node, const std::string& source) {
    if (node.children.size() != 2) return failf(ErrorCode::kData, "the map `{}` has no key and value", node.name);
    const std::string variable = fresh_variable();
    const Projection key = FLOE_TRY(project(type.children[0].type, node.children[0], variable + ".key"));
    const Projection value = FLOE_TRY(project(type.children[1].type, node.children[1], variable + ".value"));
    return Projection{"MAP(" + key.read_type + ", " + value.read_type + ")",
                      "map_from_entries(list_transform(map_entries(" + source + "), lambda " + variable +
                          " : struct_pack(k := " + key.expression + ", v := " + value.expression + ")))"};
  }

  int variables_ = 0;
};

}  // namespace

bool same_by_name(const IcebergType& type, const LayoutNode& node) {
  if (!type.nested()) return true;
  if (type.kind != IcebergType::Kind::kStruct) {
    if (node.children.size() != type.children.size()) return false;
    for (std::size_t i = 0; i < type.children.size(); ++i) {
      if (!same_by_name(type.children[i].type, node.children[i])) return false;
    }
    return true;
  }
  return std::all_of(type.children.begin(), type.children.end(), [&](const IcebergField& field) {
    if (field.id < 0) return true;  // the request names no ids: nothing but the name to go by
    const LayoutNode* child = find_id(node, field.id);
    if (child == nullptr) return !has_name(node, field.name);
    return child->name == field.name && same_by_name(field.type, *child);
  });
}

Result<Projection> project_nested(const IcebergType& type, const LayoutNode& node, const std::string& source) {
  return Projector().project(type, node, source);
}

}  // namespace floe::duckdb_compute
