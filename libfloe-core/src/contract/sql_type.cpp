#include "contract/sql_type.hpp"

#include "base/text/text.hpp"

#include <array>
#include <utility>
#include <vector>

namespace floe::contract {
namespace {

constexpr std::array<std::pair<std::string_view, std::string_view>, 47> kNames{{
    {"bool", "boolean"},
    {"logical", "boolean"},
    {"tinyint", "int"},
    {"int1", "int"},
    {"smallint", "int"},
    {"int2", "int"},
    {"short", "int"},
    {"integer", "int"},
    {"int4", "int"},
    {"signed", "int"},
    {"utinyint", "int"},
    {"usmallint", "int"},
    {"uinteger", "long"},
    {"bigint", "long"},
    {"int8", "long"},
    {"int64", "long"},
    {"ubigint", "decimal(20, 0)"},
    {"hugeint", "decimal(38, 0)"},
    {"real", "float"},
    {"float4", "float"},
    {"float8", "double"},
    {"float64", "double"},
    {"double precision", "double"},
    {"decimal", "decimal(18, 3)"},
    {"numeric", "decimal(18, 3)"},
    {"dec", "decimal(18, 3)"},
    {"varchar", "string"},
    {"text", "string"},
    {"char", "string"},
    {"bpchar", "string"},
    {"character varying", "string"},
    {"enum", "string"},
    {"json", "string"},
    {"blob", "binary"},
    {"bytea", "binary"},
    {"bytes", "binary"},
    {"varbinary", "binary"},
    {"guid", "uuid"},
    {"datetime", "timestamp"},
    {"timestamp_s", "timestamp"},
    {"timestamp_ms", "timestamp"},
    {"timestamp_us", "timestamp"},
    {"timestamp without time zone", "timestamp"},
    {"timestamp_ntz", "timestamp"},
    {"timestamp with time zone", "timestamptz"},
    {"timestamp_tz", "timestamptz"},
    {"number", "decimal(38, 0)"},
}};

// Items of `a INTEGER, b MAP(VARCHAR, BIGINT)`: commas inside of parentheses do not count.
std::vector<std::string_view> split_outside(std::string_view text) {
  std::vector<std::string_view> out;
  int depth = 0;
  std::size_t start = 0;
  for (std::size_t i = 0; i < text.size(); ++i) {
    if (text[i] == '(' || text[i] == '<') ++depth;
    if (text[i] == ')' || text[i] == '>') --depth;
    if (text[i] != ',' || depth > 0) continue;
    out.push_back(text::trim(text.substr(start, i - start)));
    start = i + 1;
  }
  out.push_back(text::trim(text.substr(start)));
  return out;
}

std::string struct_fields(std::string_view fields) {
  std::string out;
  for (const std::string_view field : split_outside(fields)) {
    const auto space = field.find_first_of(" :");
    if (space == std::string_view::npos) return "struct<" + std::string(fields) + ">";
    const auto type = field.substr(field.find_first_not_of(" :", space));
    out += (out.empty() ? "" : ", ") + std::string(field.substr(0, space)) + ": " + iceberg_type(type);
  }
  return "struct<" + out + ">";
}

// Of `NAME(arguments)` or `name<arguments>`.
std::string type_with_arguments(std::string_view name, std::string_view arguments) {
  const std::vector<std::string_view> items = split_outside(arguments);
  if (name == "decimal" || name == "numeric" || name == "dec" || name == "number") {
    return "decimal(" + std::string(items[0]) + ", " + std::string(items.size() > 1 ? items[1] : "0") + ")";
  }
  if (name == "struct" || name == "row") return struct_fields(arguments);
  if (name == "map" && items.size() == 2) return "map<" + iceberg_type(items[0]) + ", " + iceberg_type(items[1]) + ">";
  if (name == "list" || name == "array") return "list<" + iceberg_type(arguments) + ">";
  if (name == "fixed") return "fixed[" + std::string(arguments) + "]";
  // VARCHAR(20), TIMESTAMP(6): no other type for its length.
  return iceberg_type(name);
}

}  // namespace

std::string iceberg_type(std::string_view sql_type) {
  const std::string text(text::trim(sql_type));
  if (text.ends_with(']') && text.rfind('[') != std::string::npos && !text.starts_with("fixed[")) {
    return "list<" + iceberg_type(std::string_view(text).substr(0, text.rfind('['))) + ">";
  }
  const auto open = text.find_first_of("(<");
  const std::string name = text::to_lower_ascii(text::trim(std::string_view(text).substr(0, open)));
  const auto close = text.find_last_of(")>");
  if (open != std::string::npos && close != std::string::npos && close > open) {
    const std::string suffix = text::to_lower_ascii(text::trim(std::string_view(text).substr(close + 1)));
    const std::string_view arguments = std::string_view(text).substr(open + 1, close - open - 1);
    // TIMESTAMP(6) WITH TIME ZONE
    return suffix.empty() ? type_with_arguments(name, arguments) : iceberg_type(name + " " + suffix);
  }
  for (const auto& [sql, iceberg] : kNames) {
    if (sql == name) return std::string(iceberg);
  }
  return name;
}

std::string_view logical_type(std::string_view iceberg_type) {
  constexpr std::array<std::pair<std::string_view, std::string_view>, 12> kLogical{{{"boolean", "boolean"},
                                                                                    {"int", "integer"},
                                                                                    {"long", "integer"},
                                                                                    {"float", "number"},
                                                                                    {"double", "number"},
                                                                                    {"string", "string"},
                                                                                    {"uuid", "string"},
                                                                                    {"date", "date"},
                                                                                    {"time", "time"},
                                                                                    {"timestamp", "timestamp"},
                                                                                    {"timestamptz", "timestamp"},
                                                                                    {"variant", "object"}}};
  for (const auto& [iceberg, logical] : kLogical) {
    if (iceberg == iceberg_type) return logical;
  }
  if (iceberg_type.starts_with("decimal(")) return "number";
  if (iceberg_type.starts_with("list<")) return "array";
  if (iceberg_type.starts_with("struct<") || iceberg_type.starts_with("map<")) return "object";
  return "";
}

}  // namespace floe::contract
