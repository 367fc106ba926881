#include "rules/contract/sql_type.hpp"

#include "base/text/text.hpp"

#include <array>
#include <charconv>
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

// Types of one family hold the values of those with fewer bits. With the formats of ODCS.
struct Width {
  std::string_view names;  // separated by blanks
  char family;
  int bits;
};

constexpr std::array<Width, 12> kWidths{{{"tinyint int1 i8", 'i', 8},
                                         {"smallint int2 short i16", 'i', 16},
                                         {"int integer int4 signed i32", 'i', 32},
                                         {"bigint int8 int64 long i64", 'i', 64},
                                         {"i128", 'i', 128},
                                         {"utinyint u8", 'u', 8},
                                         {"usmallint u16", 'u', 16},
                                         {"uinteger u32", 'u', 32},
                                         {"ubigint u64", 'u', 64},
                                         {"u128", 'u', 128},
                                         {"float real float4 f32", 'f', 32},
                                         {"double float8 float64 f64", 'f', 64}}};

const Width* width_of(std::string_view type) {
  for (const Width& width : kWidths) {
    for (const std::string_view name : text::split(width.names, ' ')) {
      if (text::equals_ignore_case_ascii(name, text::trim(type))) return &width;
    }
  }
  return nullptr;
}

// The numbers in the first parentheses: 9 and 2 of `decimal(9, 2)`.
std::vector<int> arguments_of(std::string_view type) {
  std::vector<int> out;
  const auto open = type.find('(');
  const auto close = type.find(')');
  if (open == std::string_view::npos || close == std::string_view::npos || close < open) return out;
  for (const std::string_view item : text::split(type.substr(open + 1, close - open - 1), ',')) {
    const std::string_view digits = text::trim(item);
    int number = 0;
    const auto [end, problem] = std::from_chars(digits.data(), digits.data() + digits.size(), number);
    if (problem != std::errc{} || end != digits.data() + digits.size()) return {};
    out.push_back(number);
  }
  return out;
}

TypeChange change_if(bool is_same, bool is_wider) {
  if (is_same) return TypeChange::kNone;
  return is_wider ? TypeChange::kWider : TypeChange::kOther;
}

// Digits before the point, and behind it.
TypeChange compare_decimals(std::string_view before, std::string_view after) {
  const std::vector<int> older = arguments_of(before);
  const std::vector<int> newer = arguments_of(after);
  if (older.size() != 2 || newer.size() != 2) return change_if(before == after, false);
  return change_if(older == newer, newer[0] - newer[1] >= older[0] - older[1] && newer[1] >= older[1]);
}

// VARCHAR(20) and VARCHAR: one type in the table, but not one promise.
TypeChange compare_lengths(std::string_view before, std::string_view after) {
  const std::vector<int> older = arguments_of(before);
  const std::vector<int> newer = arguments_of(after);
  if (older.size() > 1 || newer.size() > 1 || older == newer) return TypeChange::kNone;
  if (older.empty() || newer.empty()) return change_if(false, newer.empty());
  return change_if(false, newer[0] > older[0]);
}

}  // namespace

TypeChange compare_types(std::string_view before, std::string_view after) {
  const Width* older = width_of(before);
  const Width* newer = width_of(after);
  if (older != nullptr && newer != nullptr && older->family == newer->family)
    return change_if(older->bits == newer->bits, newer->bits > older->bits);
  constexpr std::string_view kList = "list<";
  const std::string one = iceberg_type(before);
  const std::string other = iceberg_type(after);
  if (one.starts_with("decimal(") && other.starts_with("decimal(")) return compare_decimals(one, other);
  if (one.starts_with(kList) && other.starts_with(kList)) {
    const auto element = [&](const std::string& list) {
      return list.substr(kList.size(), list.size() - kList.size() - 1);
    };
    return compare_types(element(one), element(other));
  }
  if (one != other) return TypeChange::kOther;
  return one.find('<') == std::string::npos ? compare_lengths(before, after) : TypeChange::kNone;
}

std::string iceberg_type(std::string_view sql_type) {
  const std::string text(text::trim(sql_type));
  if (text.ends_with(']') && text.rfind('[') != std::string::npos && !text.starts_with("fixed[")) {
    return "list<" + iceberg_type(std::string_view(text).substr(0, text.rfind('['))) + ">";
  }
  const auto open = text.find_first_of("(<");
  std::string name = text::to_lower_ascii(text::trim(std::string_view(text).substr(0, open)));
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
