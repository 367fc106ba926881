#include "convert/conversion.hpp"

#include "convert/number_changes.hpp"
#include "convert/text_kinds.hpp"
#include "convert/time_texts.hpp"
#include "engine/methods.hpp"
#include "sql/sql_text.hpp"

#include <fmt/format.h>

#include <algorithm>

namespace floe::duckdb_compute {
namespace {

constexpr const char* kNever = "false";
constexpr int kMostLists = 12;  // DuckDB takes twice the time for each list around a value

bool is_exact_number(const DuckType& type) { return scale_of(type).has_value(); }

bool is_moment(const DuckType& type) { return type.id == DUCKDB_TYPE_TIMESTAMP_TZ; }

// Dates and times of some place, which no moment is without knowing the place.
bool is_local(const DuckType& type) { return is_time_type(type) && !is_moment(type); }

bool is_flag(const DuckType& type) { return type.id == DUCKDB_TYPE_BOOLEAN; }

// Bytes that no text has are somewhere in the value.
bool has_bytes(const DuckType& type) {
  return type.id == DUCKDB_TYPE_BLOB || std::any_of(type.children.begin(), type.children.end(), has_bytes);
}

DuckType json_type() {
  DuckType type = scalar_type(DUCKDB_TYPE_VARCHAR);
  type.alias = "JSON";
  return type;
}

std::string any_of(const std::string& one, const std::string& other) {
  if (one == kNever) return other;
  return other == kNever ? one : "(" + one + " OR " + other + ")";
}

std::string try_cast(const std::string& value, const DuckType& type) {
  return "TRY_CAST(" + value + " AS " + sql_name(type) + ")";
}

// `condition` may be NULL.
std::string surely(const std::string& condition) { return "coalesce(" + condition + ", false)"; }

std::string fails_when_null(const std::string& value, const std::string& cast) {
  return "(" + value + " IS NOT NULL AND " + cast + " IS NULL)";
}

// By a JSON pointer, which knows no wildcards.
std::string json_member(const std::string& value, const std::string& name) {
  std::string pointer = "/";
  for (const char c : name)
    pointer += c == '~' ? std::string("~0") : c == '/' ? std::string("~1") : std::string(1, c);
  return "json_extract(" + value + ", " + quote_text(pointer) + ")";
}

class Converter {
 public:
  Converter(const FileRequest& request, bool is_declared) : request_(request), is_declared_(is_declared) {}

  Conversion convert(const DuckType& source, const DuckType& target, const std::string& value) {
    if (sql_name(source) == sql_name(target)) return {value, kNever, kNever};
    if (is_json(target)) return to_json(source, value);
    switch (target.id) {
      case DUCKDB_TYPE_STRUCT:
        if (source.id == DUCKDB_TYPE_STRUCT) return of_struct(source, target, value);
        if (is_json(source)) return struct_of_json(source, target, value);
        break;
      case DUCKDB_TYPE_LIST:
        if (source.id == DUCKDB_TYPE_LIST) return of_list(source.children[0], target, value, kNever);
        if (is_json(source)) return list_of_json(source, target, value);
        break;
      case DUCKDB_TYPE_MAP:
        if (source.id == DUCKDB_TYPE_MAP && sql_name(source.children[0]) == sql_name(target.children[0]))
          return of_map(source, target, value);
        if (is_json(source)) return map_of_json(source, target, value);
        break;
      default:
        if (source.children.empty()) return of_scalar(source, target, value);
    }
    if (!target.children.empty() && is_text(source)) return of_written(target, value);
    if (!source.children.empty() && is_text(target)) return json_text(source, value);
    return whole(source, target, value);
  }

 private:
  [[nodiscard]] static Conversion never(const DuckType& target, const std::string& value) {
    return {"CAST(NULL AS " + sql_name(target) + ")", "(" + value + " IS NOT NULL)", kNever};
  }

  // DuckDB has a notation of its own for what is nested.
  [[nodiscard]] static Conversion json_text(const DuckType& source, const std::string& value) {
    if (has_bytes(source)) return never(scalar_type(DUCKDB_TYPE_VARCHAR), value);
    return {"CAST(to_json(" + value + ") AS VARCHAR)", kNever, kNever};
  }

  [[nodiscard]] static Conversion to_json(const DuckType& source, const std::string& value) {
    if (has_bytes(source)) return never(json_type(), value);
    if (!is_text(source)) return {"to_json(" + value + ")", kNever, kNever};
    const std::string cast = "TRY_CAST(" + value + " AS JSON)";
    return {cast, fails_when_null(value, cast), kNever};
  }

  std::string fresh_element() { return "floe_element_" + std::to_string(elements_++); }

  Conversion of_struct(const DuckType& source, const DuckType& target, const std::string& value) {
    std::string packed;
    Conversion all{"", kNever, kNever};
    for (std::size_t i = 0; i < target.children.size(); ++i) {
      const DuckType* from = member_named(source, target.names[i]);
      Conversion member{"CAST(NULL AS " + sql_name(target.children[i]) + ")", kNever, kNever};
      if (from != nullptr) {
        member =
            convert(*from, target.children[i], "struct_extract(" + value + ", " + quote_text(target.names[i]) + ")");
      }
      add_member(target.names[i], member, &packed, &all);
    }
    for (const std::string& name : source.names) {
      if (member_named(target, name) != nullptr) continue;
      all.changes = any_of(all.changes, "(struct_extract(" + value + ", " + quote_text(name) + ") IS NOT NULL)");
    }
    all.cast = "CASE WHEN " + value + " IS NOT NULL THEN struct_pack(" + packed + ") END";
    return all;
  }

  static void add_member(const std::string& name, const Conversion& member, std::string* packed, Conversion* all) {
    if (!packed->empty()) *packed += ", ";
    *packed += quote_name(name) + " := " + member.cast;
    all->fails = any_of(all->fails, member.fails);
    all->changes = any_of(all->changes, member.changes);
  }

  Conversion struct_of_json(const DuckType& source, const DuckType& target, const std::string& value) {
    std::string packed;
    std::string names;
    Conversion all{"", not_of_type(value, "OBJECT"), kNever};
    for (std::size_t i = 0; i < target.children.size(); ++i) {
      names += (names.empty() ? "" : ", ") + quote_text(target.names[i]);
      add_member(target.names[i], convert(source, target.children[i], json_member(value, target.names[i])), &packed,
                 &all);
    }
    all.changes = any_of(all.changes, surely("len(list_filter(json_keys(" + value +
                                             "), lambda floe_key: floe_key NOT IN (" + names + "))) > 0"));
    all.cast = "CASE WHEN json_type(" + value + ") = 'OBJECT' THEN struct_pack(" + packed + ") END";
    return all;
  }

  // A JSON null is no value.
  static std::string not_of_type(const std::string& value, const char* type) {
    return surely("json_type(" + value + ") NOT IN ('NULL', '" + type + "')");
  }

  Conversion of_list(const DuckType& element, const DuckType& target, const std::string& value,
                     const std::string& fails) {
    if (lists_ == kMostLists) return never(target, value);
    const std::string name = fresh_element();
    ++lists_;
    const Conversion one = convert(element, target.children[0], name);
    --lists_;
    return {transformed(value, name, one.cast), any_of(fails, any_element(value, name, one.fails)),
            any_element(value, name, one.changes)};
  }

  Conversion list_of_json(const DuckType& source, const DuckType& target, const std::string& value) {
    const std::string elements =
        "(CASE WHEN json_type(" + value + ") = 'ARRAY' THEN json_extract(" + value + ", '$[*]') END)";
    return of_list(source, target, elements, not_of_type(value, "ARRAY"));
  }

  Conversion of_map(const DuckType& source, const DuckType& target, const std::string& value) {
    const std::string name = fresh_element();
    const std::string entries = "map_entries(" + value + ")";
    const Conversion one = convert(source.children[1], target.children[1], "struct_extract(" + name + ", 'value')");
    const std::string entry = "struct_pack(k := struct_extract(" + name + ", 'key'), v := " + one.cast + ")";
    return {"map_from_entries(" + transformed(entries, name, entry) + ")", any_element(entries, name, one.fails),
            any_element(entries, name, one.changes)};
  }

  Conversion map_of_json(const DuckType& source, const DuckType& target, const std::string& value) {
    DuckType objects = target;
    objects.children = {scalar_type(DUCKDB_TYPE_VARCHAR), source};
    const std::string map =
        "(CASE WHEN json_type(" + value + ") = 'OBJECT' THEN CAST(" + value + " AS " + sql_name(objects) + ") END)";
    Conversion conversion = convert(objects, target, map);
    conversion.fails = any_of(conversion.fails, not_of_type(value, "OBJECT"));
    return conversion;
  }

  static std::string transformed(const std::string& list, const std::string& name, const std::string& value) {
    return "list_transform(" + list + ", lambda " + name + ": " + value + ")";
  }

  static std::string any_element(const std::string& list, const std::string& name, const std::string& condition) {
    if (condition == kNever) return kNever;
    return surely("list_aggregate(" + transformed(list, name, condition) + ", 'bool_or')");
  }

  // A text of a CSV or Parquet file in the notation of DuckDB: [1, 2].
  Conversion of_written(const DuckType& target, const std::string& value) {
    const DuckType texts = with_text_leaves(target);
    const std::string written = try_cast(value, texts);
    Conversion conversion = convert(texts, target, written);
    conversion.fails = any_of(conversion.fails, fails_when_null(value, written));
    return conversion;
  }

  static DuckType with_text_leaves(const DuckType& type) {
    if (type.children.empty()) return scalar_type(DUCKDB_TYPE_VARCHAR);
    DuckType texts = type;
    for (std::size_t i = type.id == DUCKDB_TYPE_MAP ? 1 : 0; i < texts.children.size(); ++i)
      texts.children[i] = with_text_leaves(type.children[i]);
    return texts;
  }

  [[nodiscard]] Conversion of_scalar(const DuckType& source, const DuckType& target, const std::string& value) const {
    if (is_json(source)) return of_json_scalar(target, value);
    if (is_text(source)) return of_text(target, value);
    // true is no 1.
    if (is_flag(source) ? is_number(target) : is_flag(target)) return never(target, value);
    if (source.id == DUCKDB_TYPE_BLOB && is_text(target)) return text_of_bytes(value);
    const bool is_rounded =
        (is_float(source) && is_exact_number(target)) || (is_exact_number(source) && is_float(target));
    // DuckDB goes by way of a DOUBLE, and makes 1234567.8899999998 of 1234567.89.
    if (is_rounded) return of_text(target, "CAST(" + value + " AS VARCHAR)");
    return whole(source, target, value);
  }

  // Bytes that are UTF-8; DuckDB's cast writes the others as \xFF.
  [[nodiscard]] static Conversion text_of_bytes(const std::string& value) {
    const std::string text = "TRY(decode(" + value + "))";
    return {text, fails_when_null(value, text), kNever};
  }

  [[nodiscard]] Conversion of_json_scalar(const DuckType& target, const std::string& value) const {
    Conversion scalar = of_text(target, "json_extract_string(" + value + ", '$')");
    if (is_flag(target))
      scalar.fails = any_of(scalar.fails, surely("json_type(" + value + ") NOT IN ('NULL', 'BOOLEAN', 'VARCHAR')"));
    return scalar;
  }

  // By DuckDB's own cast. What comes back has to be what went in.
  [[nodiscard]] Conversion whole(const DuckType& source, const DuckType& target, const std::string& value) const {
    const std::string cast = try_cast(value, target);
    const bool loses_zone =
        (is_moment(source) && is_local(target)) || (is_local(source) && is_moment(target) && !is_declared_);
    if (loses_zone) return {cast, kNever, "(" + value + " IS NOT NULL)"};
    return {cast, fails_when_null(value, cast), surely(try_cast(cast, source) + " IS DISTINCT FROM " + value)};
  }

  [[nodiscard]] Conversion of_text(const DuckType& target, const std::string& text) const {
    if (is_text(target)) return {text, kNever, kNever};
    const std::string trimmed = "trim(" + text + ")";
    if (const auto scale = scale_of(target)) {
      const std::string number = number_text(request_, trimmed);
      const std::string cast = try_cast(number, target);
      return of_number(text, number, cast, decimal_changes(number, *scale));
    }
    if (is_float(target)) {
      const std::string number = number_text(request_, trimmed);
      const std::string cast = try_cast(number, target);
      return of_number(text, number, cast, float_changes(number, cast));
    }
    if (is_time_type(target)) return of_time_text(target, text, trimmed);
    if (target.id == DUCKDB_TYPE_BLOB) return bytes_of_text(text);
    const std::string cast = try_cast(trimmed, target);
    return {cast, fails_when_null(text, cast), kNever};
  }

  // DuckDB's cast reads `\x41` as one byte, also where it reads the field of a CSV file as its declared type.
  [[nodiscard]] Conversion bytes_of_text(const std::string& text) const {
    const bool is_cast = is_declared_ && request_.format == FileFormat::kCsv;
    return {"encode(" + text + ")", kNever, is_cast ? surely("contains(" + text + ", '\\')") : kNever};
  }

  [[nodiscard]] Conversion of_time_text(const DuckType& target, const std::string& text,
                                        const std::string& trimmed) const {
    const std::string format = time_format(request_, target);
    if (format.empty()) {
      const std::string cast = try_cast(trimmed, target);
      return checked(text, cast, time_changes(target, trimmed, cast, is_declared_));
    }
    const std::string parsed = "try_strptime(" + trimmed + ", " + format + ")";
    const std::string cast = try_cast(parsed, target);
    const bool has_zone = reads_offset(request_);
    const bool loses_zone = is_moment(target) ? !has_zone && !is_declared_ : has_zone;
    if (loses_zone) return checked(text, cast, "true");
    if (is_moment(target)) return checked(text, cast, kNever);
    return checked(text, cast, try_cast(cast, scalar_type(DUCKDB_TYPE_TIMESTAMP)) + " IS DISTINCT FROM " + parsed);
  }

  // A number that is written as its text is that number; others need a closer look.
  [[nodiscard]] static Conversion of_number(const std::string& text, const std::string& number, const std::string& cast,
                                            const std::string& changes) {
    return checked(text, cast, "CAST(" + cast + " AS VARCHAR) <> " + number + " AND (" + changes + ")");
  }

  [[nodiscard]] static Conversion checked(const std::string& text, const std::string& cast,
                                          const std::string& changes) {
    if (changes == kNever) return {cast, fails_when_null(text, cast), kNever};
    return {cast, fails_when_null(text, cast), "(" + cast + " IS NOT NULL AND " + surely(changes) + ")"};
  }

  const FileRequest& request_;
  bool is_declared_;
  int elements_ = 0;
  int lists_ = 0;  // around the value
};

}  // namespace

Conversion convert(const FileRequest& request, const DuckType& source, const DuckType& target, const std::string& value,
                   bool is_declared) {
  return Converter(request, is_declared).convert(source, target, value);
}

std::string is_lost(const Conversion& conversion) { return any_of(conversion.fails, conversion.changes); }

DuckType source_type(const DuckType& target) {
  // The text "0" of a flag is not the number.
  const bool is_json_needed = is_json(target) || is_flag(target) || !target.children.empty();
  return is_json_needed ? json_type() : scalar_type(DUCKDB_TYPE_VARCHAR);
}

DuckType source_type(const DuckType& target, const DuckType& inferred) {
  const bool is_known = target.id == inferred.id && (target.id == DUCKDB_TYPE_STRUCT || target.id == DUCKDB_TYPE_LIST);
  if (!is_known) return source_type(target);
  DuckType source = inferred;
  for (std::size_t i = 0; i < inferred.children.size(); ++i) {
    const bool is_list = target.id == DUCKDB_TYPE_LIST;
    const DuckType* member = is_list ? &target.children[0] : member_named(target, inferred.names[i]);
    if (member == nullptr) return source_type(target);
    source.children[i] = source_type(*member, inferred.children[i]);
  }
  return source;
}

Result<std::vector<DuckType>> column_types(Runner& runner, const std::vector<FileColumn>& columns) {
  std::vector<DuckType> types;
  if (columns.empty()) return types;
  std::string list;
  for (const FileColumn& column : columns)
    list += (list.empty() ? "CAST(NULL AS " : ", CAST(NULL AS ") + column.sql_type + ")";
  for (QueryColumn& column : FLOE_TRY(query_columns(runner, "SELECT " + list)))
    types.push_back(std::move(column.type));
  return types;
}

}  // namespace floe::duckdb_compute
