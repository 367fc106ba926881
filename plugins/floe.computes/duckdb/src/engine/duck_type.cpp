#include "engine/duck_type.hpp"

#include "engine/duckdb_api.hpp"
#include "sql/sql_name.hpp"
#include "sql/sql_text.hpp"

#include "base/fail.hpp"

namespace floe::duckdb_compute {
namespace {

DuckType read_child(duckdb_logical_type child) {
  const LogicalType owned(child);
  return read_type(owned.get());
}

void read_members(duckdb_logical_type type, bool is_union, DuckType* out) {
  const idx_t count = is_union ? duckdb_union_type_member_count(type) : duckdb_struct_type_child_count(type);
  for (idx_t i = 0; i < count; ++i) {
    out->names.push_back(
        take_text(is_union ? duckdb_union_type_member_name(type, i) : duckdb_struct_type_child_name(type, i)));
    out->children.push_back(
        read_child(is_union ? duckdb_union_type_member_type(type, i) : duckdb_struct_type_child_type(type, i)));
  }
}

const char* scalar_name(duckdb_type id) {
  switch (id) {
    case DUCKDB_TYPE_BOOLEAN:
      return "BOOLEAN";
    case DUCKDB_TYPE_TINYINT:
      return "TINYINT";
    case DUCKDB_TYPE_SMALLINT:
      return "SMALLINT";
    case DUCKDB_TYPE_INTEGER:
      return "INTEGER";
    case DUCKDB_TYPE_BIGINT:
      return "BIGINT";
    case DUCKDB_TYPE_UTINYINT:
      return "UTINYINT";
    case DUCKDB_TYPE_USMALLINT:
      return "USMALLINT";
    case DUCKDB_TYPE_UINTEGER:
      return "UINTEGER";
    case DUCKDB_TYPE_UBIGINT:
      return "UBIGINT";
    case DUCKDB_TYPE_FLOAT:
      return "FLOAT";
    case DUCKDB_TYPE_DOUBLE:
      return "DOUBLE";
    case DUCKDB_TYPE_TIMESTAMP:
      return "TIMESTAMP";
    case DUCKDB_TYPE_DATE:
      return "DATE";
    case DUCKDB_TYPE_TIME:
      return "TIME";
    case DUCKDB_TYPE_INTERVAL:
      return "INTERVAL";
    case DUCKDB_TYPE_HUGEINT:
      return "HUGEINT";
    case DUCKDB_TYPE_UHUGEINT:
      return "UHUGEINT";
    case DUCKDB_TYPE_STRING_LITERAL:
    case DUCKDB_TYPE_VARCHAR:
      return "VARCHAR";
    case DUCKDB_TYPE_BLOB:
      return "BLOB";
    case DUCKDB_TYPE_TIMESTAMP_S:
      return "TIMESTAMP_S";
    case DUCKDB_TYPE_TIMESTAMP_MS:
      return "TIMESTAMP_MS";
    case DUCKDB_TYPE_TIMESTAMP_NS:
      return "TIMESTAMP_NS";
    case DUCKDB_TYPE_UUID:
      return "UUID";
    case DUCKDB_TYPE_BIT:
      return "BIT";
    case DUCKDB_TYPE_TIME_TZ:
      return "TIME WITH TIME ZONE";
    case DUCKDB_TYPE_TIMESTAMP_TZ:
      return "TIMESTAMP WITH TIME ZONE";
    case DUCKDB_TYPE_TIME_NS:
      return "TIME_NS";
    case DUCKDB_TYPE_BIGNUM:
      return "BIGNUM";
    // What DuckDB itself makes of a column of bare NULLs, or of an integer literal, when it creates a table.
    case DUCKDB_TYPE_SQLNULL:
    case DUCKDB_TYPE_INTEGER_LITERAL:
      return "INTEGER";
    default:
      return nullptr;
  }
}

std::string member_list(const DuckType& type) {
  std::string text = "(";
  for (std::size_t i = 0; i < type.children.size(); ++i) {
    if (i > 0) text += ", ";
    if (!type.names[i].empty()) text += type_field_name(type.names[i]) + " ";
    text += sql_name(type.children[i]);
  }
  return text + ")";
}

std::string enum_name(const DuckType& type) {
  std::string text = "ENUM(";
  for (std::size_t i = 0; i < type.labels.size(); ++i) {
    if (i > 0) text += ", ";
    text += quote_text(type.labels[i]);
  }
  return text + ")";
}

IcebergType primitive(std::string name) {
  IcebergType type;
  type.name = std::move(name);
  return type;
}

Error cannot_store(const DuckType& type, const std::string& column, std::string_view instead) {
  return failf(ErrorCode::kUnsupported, "column `{}` has type {}, which Iceberg v2 cannot store; {}", column,
               sql_name(type), instead);
}

Result<IcebergType> storable_struct(const DuckType& type, const std::string& column) {
  IcebergType result;
  result.kind = IcebergType::Kind::kStruct;
  for (std::size_t i = 0; i < type.children.size(); ++i) {
    if (type.names[i].empty()) {
      return cannot_store(type, column, "name its fields: write {'a': ..., 'b': ...} instead of row(...)");
    }
    IcebergField field;
    field.name = type.names[i];
    field.type = FLOE_TRY(storable_type(type.children[i], column + "." + field.name));
    result.children.push_back(std::move(field));
  }
  return result;
}

Result<IcebergType> storable_container(const DuckType& type, const std::string& column) {
  IcebergType result;
  const bool is_map = type.id == DUCKDB_TYPE_MAP;
  result.kind = is_map ? IcebergType::Kind::kMap : IcebergType::Kind::kList;
  for (std::size_t i = 0; i < type.children.size(); ++i) {
    IcebergField field;
    field.name = !is_map ? "element" : i == 0 ? "key" : "value";
    field.required = is_map && i == 0;
    field.type = FLOE_TRY(storable_type(type.children[i], column + "." + field.name));
    result.children.push_back(std::move(field));
  }
  return result;
}

}  // namespace

bool is_json(const DuckType& type) { return type.alias == "JSON"; }

bool is_text(const DuckType& type) { return type.id == DUCKDB_TYPE_VARCHAR && !is_json(type); }

DuckType scalar_type(duckdb_type id) {
  DuckType type;
  type.id = id;
  return type;
}

DuckType read_type(duckdb_logical_type type) {
  DuckType result;
  result.id = duckdb_get_type_id(type);
  result.alias = take_text(duckdb_logical_type_get_alias(type));
  switch (result.id) {
    case DUCKDB_TYPE_DECIMAL:
      result.width = duckdb_decimal_width(type);
      result.scale = duckdb_decimal_scale(type);
      break;
    case DUCKDB_TYPE_ENUM: {
      const auto count = duckdb_enum_dictionary_size(type);
      for (idx_t i = 0; i < count; ++i)
        result.labels.push_back(take_text(duckdb_enum_dictionary_value(type, i)));
      break;
    }
    case DUCKDB_TYPE_LIST:
      result.children.push_back(read_child(duckdb_list_type_child_type(type)));
      break;
    case DUCKDB_TYPE_ARRAY:
      result.array_size = duckdb_array_type_array_size(type);
      result.children.push_back(read_child(duckdb_array_type_child_type(type)));
      break;
    case DUCKDB_TYPE_MAP:
      result.children.push_back(read_child(duckdb_map_type_key_type(type)));
      result.children.push_back(read_child(duckdb_map_type_value_type(type)));
      break;
    case DUCKDB_TYPE_STRUCT:
      read_members(type, false, &result);
      break;
    case DUCKDB_TYPE_UNION:
      read_members(type, true, &result);
      break;
    default:
      break;
  }
  return result;
}

std::string sql_name(const DuckType& type) {
  // Types made with CREATE TYPE live in this process only, so their base is named: the text must read back later.
  if (is_json(type)) return type.alias;
  switch (type.id) {
    case DUCKDB_TYPE_DECIMAL:
      return fmt::format("DECIMAL({},{})", type.width, type.scale);
    case DUCKDB_TYPE_ENUM:
      return enum_name(type);
    case DUCKDB_TYPE_LIST:
      return sql_name(type.children[0]) + "[]";
    case DUCKDB_TYPE_ARRAY:
      return fmt::format("{}[{}]", sql_name(type.children[0]), type.array_size);
    case DUCKDB_TYPE_MAP:
      return "MAP(" + sql_name(type.children[0]) + ", " + sql_name(type.children[1]) + ")";
    case DUCKDB_TYPE_STRUCT:
      return "STRUCT" + member_list(type);
    case DUCKDB_TYPE_UNION:
      return "UNION" + member_list(type);
    default:
      break;
  }
  const char* name = scalar_name(type.id);
  return name != nullptr ? name : fmt::format("type {}", static_cast<int>(type.id));
}

Result<IcebergType> storable_type(const DuckType& type, const std::string& column) {
  switch (type.id) {
    case DUCKDB_TYPE_BOOLEAN:
      return primitive("boolean");
    case DUCKDB_TYPE_TINYINT:
    case DUCKDB_TYPE_SMALLINT:
    case DUCKDB_TYPE_INTEGER:
    case DUCKDB_TYPE_UTINYINT:
    case DUCKDB_TYPE_USMALLINT:
    case DUCKDB_TYPE_SQLNULL:
    case DUCKDB_TYPE_INTEGER_LITERAL:
      return primitive("int");
    case DUCKDB_TYPE_UINTEGER:
    case DUCKDB_TYPE_BIGINT:
      return primitive("long");
    case DUCKDB_TYPE_UBIGINT:
      return primitive("decimal(20,0)");
    case DUCKDB_TYPE_HUGEINT:
    case DUCKDB_TYPE_UHUGEINT:
      return primitive("decimal(38,0)");
    case DUCKDB_TYPE_FLOAT:
      return primitive("float");
    case DUCKDB_TYPE_DOUBLE:
      return primitive("double");
    case DUCKDB_TYPE_DECIMAL:
      return primitive(fmt::format("decimal({},{})", type.width, type.scale));
    case DUCKDB_TYPE_VARCHAR:
    case DUCKDB_TYPE_STRING_LITERAL:
    case DUCKDB_TYPE_ENUM:
      return primitive("string");
    case DUCKDB_TYPE_BLOB:
      if (!type.alias.empty()) return cannot_store(type, column, "write CAST(... AS VARCHAR)");
      return primitive("binary");
    case DUCKDB_TYPE_UUID:
      return primitive("uuid");
    case DUCKDB_TYPE_DATE:
      return primitive("date");
    case DUCKDB_TYPE_TIME:
    case DUCKDB_TYPE_TIME_NS:
      return primitive("time");
    case DUCKDB_TYPE_TIMESTAMP:
    case DUCKDB_TYPE_TIMESTAMP_S:
    case DUCKDB_TYPE_TIMESTAMP_MS:
    case DUCKDB_TYPE_TIMESTAMP_NS:
      return primitive("timestamp");
    case DUCKDB_TYPE_TIMESTAMP_TZ:
      return primitive("timestamptz");
    case DUCKDB_TYPE_LIST:
    case DUCKDB_TYPE_ARRAY:
    case DUCKDB_TYPE_MAP:
      return storable_container(type, column);
    case DUCKDB_TYPE_STRUCT:
      return storable_struct(type, column);
    case DUCKDB_TYPE_TIME_TZ:
      return cannot_store(type, column, "write CAST(... AS TIME) or CAST(... AS VARCHAR)");
    case DUCKDB_TYPE_INTERVAL:
      return cannot_store(type, column, "write CAST(... AS VARCHAR) or epoch(...)");
    case DUCKDB_TYPE_UNION:
      return cannot_store(type, column, "write CAST(... AS VARCHAR), or a struct with one field per member");
    default:
      return cannot_store(type, column, "write CAST(... AS VARCHAR)");
  }
}

const DuckType* member_named(const DuckType& type, std::string_view name) {
  for (std::size_t i = 0; i < type.names.size(); ++i) {
    if (lower_name(type.names[i]) == lower_name(name)) return &type.children[i];
  }
  return nullptr;
}

}  // namespace floe::duckdb_compute
