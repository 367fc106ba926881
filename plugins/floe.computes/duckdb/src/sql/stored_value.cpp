#include "sql/stored_value.hpp"

#include "sql/layout.hpp"
#include "sql/sql_name.hpp"
#include "sql/sql_text.hpp"

#include "base/fail.hpp"
#include "base/json/json.hpp"

#include <algorithm>
#include <utility>

namespace floe::duckdb_compute {
namespace {

bool is_float(const IcebergType& type) { return type.name == "float" || type.name == "double"; }

// How a primitive type of the file becomes another one. `{}` is the value as the file's type.
struct Conversion {
  std::string_view stored;
  std::string_view type;
  std::string_view expression;
};

// Writers that mark no zone mean UTC, and DuckDB would ask the session; bytes are text unescaped.
constexpr Conversion kConversions[] = {
    {"timestamp", "timestamptz", "({} AT TIME ZONE 'UTC')"},
    {"timestamptz", "timestamp", "({} AT TIME ZONE 'UTC')"},
    {"date", "timestamptz", "(CAST({} AS TIMESTAMP) AT TIME ZONE 'UTC')"},
    {"binary", "string", "decode({})"},
    {"string", "binary", "encode({})"},
    {"fixed[16]", "uuid", "CAST(hex({}) AS UUID)"},
};

// Null: a cast gives the same value, if the types differ at all.
const Conversion* conversion_of(const IcebergType& type, const IcebergType& stored) {
  const auto* found = std::find_if(std::begin(kConversions), std::end(kConversions), [&](const Conversion& entry) {
    return entry.stored == stored.name && entry.type == type.name;
  });
  return found == std::end(kConversions) ? nullptr : found;
}

std::string put(std::string_view pattern, const std::string& value) {
  const std::size_t place = pattern.find("{}");
  return std::string(pattern.substr(0, place)) + value + std::string(pattern.substr(place + 2));
}

bool has_name(const std::vector<IcebergField>& fields, const std::string& name) {
  const std::string lower = lower_name(name);
  return std::any_of(fields.begin(), fields.end(),
                     [&](const IcebergField& field) { return lower_name(field.name) == lower; });
}

bool lacks_default(const std::vector<IcebergField>& stored, const IcebergField& field) {
  return !field.initial_default && !has_name(stored, field.name);
}

// Whether reading the stored type as the column's, by name and with casts, gives what reading it by id gives.
bool is_plain(const IcebergType& type, const IcebergType& stored) {
  if (!type.nested()) return conversion_of(type, stored) == nullptr;
  if (type.kind != IcebergType::Kind::kStruct) {
    for (std::size_t i = 0; i < type.children.size(); ++i) {
      if (!is_plain(type.children[i].type, stored.children[i].type)) return false;
    }
    return true;
  }
  const bool shares_a_field = std::any_of(type.children.begin(), type.children.end(), [&](const IcebergField& field) {
    return find_field(stored.children, field.id) != nullptr;
  });
  return shares_a_field && std::all_of(type.children.begin(), type.children.end(), [&](const IcebergField& field) {
           const IcebergField* child = find_field(stored.children, field.id);
           if (child == nullptr) return lacks_default(stored.children, field);
           return child->name == field.name && is_plain(field.type, child->type);
         });
}

class Reader {
 public:
  explicit Reader(bool is_nan_unsafe) : is_nan_unsafe_(is_nan_unsafe) {}

  Result<StoredValue> read(const IcebergType& type, const IcebergType& stored, const std::string& source) {
    switch (type.kind) {
      case IcebergType::Kind::kStruct:
        return read_struct(type, stored, source);
      case IcebergType::Kind::kList:
        return read_list(type, stored, source);
      case IcebergType::Kind::kMap:
        return read_map(type, stored, source);
      case IcebergType::Kind::kPrimitive:
        break;
    }
    return read_primitive(type, stored, source);
  }

 private:
  [[nodiscard]] Result<StoredValue> read_primitive(const IcebergType& type, const IcebergType& stored,
                                                   const std::string& source) const {
    const std::string storage = FLOE_TRY(storage_sql(type));
    if (const Conversion* conversion = conversion_of(type, stored)) {
      return StoredValue{FLOE_TRY(storage_sql(stored)), put(conversion->expression, source)};
    }
    if (!is_nan_unsafe_ || !is_float(type)) return StoredValue{storage, source};
    // The bounds of an expression with NaN hold NaN: no row group is skipped for lack of one.
    return StoredValue{storage,
                       fmt::format("CASE WHEN isnan({0}) THEN CAST('NaN' AS {1}) ELSE {0} END", source, storage)};
  }

  std::string fresh_variable() { return "floe_x" + std::to_string(variables_++); }

  Result<StoredValue> read_struct(const IcebergType& type, const IcebergType& stored, const std::string& source) {
    std::string read;
    std::string packed;
    for (const IcebergField& field : type.children) {
      if (!packed.empty()) packed += ", ";
      const IcebergField* child = find_field(stored.children, field.id);
      if (child == nullptr) {
        packed += quote_name(field.name) + " := " + FLOE_TRY(missing_value(field.type, field.initial_default));
        continue;
      }
      const StoredValue inner = FLOE_TRY(this->read(field.type, child->type, source + "." + quote_name(child->name)));
      if (!read.empty()) read += ", ";
      read += type_field_name(child->name) + " " + inner.read_type;
      packed += quote_name(field.name) + " := " + inner.expression;
    }
    // What the file has instead of the fields of now tells where the struct is NULL.
    for (std::size_t i = 0; read.empty() && i < stored.children.size(); ++i) {
      const std::string storage = FLOE_TRY(storage_sql(stored.children[i].type));
      read = type_field_name(stored.children[i].name) + " " + storage;
    }
    if (read.empty() || packed.empty()) {
      return fail(ErrorCode::kUnsupported, "a struct without fields, of the table or of a data file, is not read");
    }
    return StoredValue{"STRUCT(" + read + ")",
                       "CASE WHEN " + source + " IS NOT NULL THEN struct_pack(" + packed + ") END"};
  }

  Result<StoredValue> read_list(const IcebergType& type, const IcebergType& stored, const std::string& source) {
    const std::string variable = fresh_variable();
    const StoredValue inner = FLOE_TRY(read(type.children[0].type, stored.children[0].type, variable));
    return StoredValue{inner.read_type + "[]",
                       "list_transform(" + source + ", lambda " + variable + " : " + inner.expression + ")"};
  }

  Result<StoredValue> read_map(const IcebergType& type, const IcebergType& stored, const std::string& source) {
    const std::string variable = fresh_variable();
    const StoredValue key = FLOE_TRY(read(type.children[0].type, stored.children[0].type, variable + ".key"));
    const StoredValue value = FLOE_TRY(read(type.children[1].type, stored.children[1].type, variable + ".value"));
    return StoredValue{"MAP(" + key.read_type + ", " + value.read_type + ")",
                       "map_from_entries(list_transform(map_entries(" + source + "), lambda " + variable +
                           " : struct_pack(k := " + key.expression + ", v := " + value.expression + ")))"};
  }

  bool is_nan_unsafe_;
  int variables_ = 0;
};

bool same_shape(const IcebergType& type, const IcebergType& stored) {
  if (type.kind != stored.kind) return false;
  if (type.kind != IcebergType::Kind::kList && type.kind != IcebergType::Kind::kMap) return true;
  return type.children.size() == stored.children.size();
}

std::string constant_text(const json::value& value) {
  if (const json::string* text = value.if_string()) return std::string(to_view(*text));
  return to_json(value);
}

// {} of a struct: not NULL, its fields as their own defaults say.
Result<std::string> default_struct(const IcebergType& type) {
  std::string packed;
  for (const IcebergField& field : type.children) {
    if (!packed.empty()) packed += ", ";
    packed += quote_name(field.name) + " := " + FLOE_TRY(missing_value(field.type, field.initial_default));
  }
  return "struct_pack(" + packed + ")";
}

}  // namespace

Result<StoredValue> stored_value(const StoredColumn& column, const std::string& source) {
  const IcebergType& type = *column.type;
  if (!same_shape(type, *column.stored)) {
    return fail(ErrorCode::kInvalidArgument, "the layout of a file does not fit its table");
  }
  const std::string storage = FLOE_TRY(storage_sql(type));
  StoredValue value{storage, source};
  const bool is_plain_nested = type.nested() && !column.is_nan_unsafe && is_plain(type, *column.stored);
  if (!is_plain_nested) value = FLOE_TRY(Reader(column.is_nan_unsafe).read(type, *column.stored, source));
  // By id DuckDB casts to `read_type` as it reads.
  if (column.by_name) value.expression = "CAST(" + value.expression + " AS " + storage + ")";
  return value;
}

Result<std::string> value_literal(const IcebergType& type, const std::string& text) {
  const std::string storage = FLOE_TRY(storage_sql(type));
  if (storage == "BLOB") return "from_hex(" + quote_text(text) + ")";
  return "CAST(" + quote_text(text) + " AS " + storage + ")";
}

Result<std::string> missing_value(const IcebergType& type, const std::optional<std::string>& initial_default) {
  const std::string storage = FLOE_TRY(storage_sql(type));
  const json::value value = initial_default ? FLOE_TRY(parse_json(*initial_default)) : json::value(nullptr);
  if (value.is_null()) return "CAST(NULL AS " + storage + ")";
  if (!type.nested()) return value_literal(type, constant_text(value));
  if (type.kind == IcebergType::Kind::kStruct && value.is_object() && value.get_object().empty()) {
    return default_struct(type);
  }
  return fail(ErrorCode::kUnsupported, "a default value of a list, a map or a whole struct is not read");
}

}  // namespace floe::duckdb_compute
