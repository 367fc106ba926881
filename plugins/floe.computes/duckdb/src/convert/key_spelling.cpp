#include "convert/key_spelling.hpp"

#include "sql/sql_text.hpp"

#include "base/json/json.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <map>

namespace floe::duckdb_compute {
namespace {

// Objects at one place of each line.
struct Place {
  std::string path = "$";  // JSON path
  std::string shown;       // as people read it: `s[].`
  bool has_many = false;   // the path goes through lists
};

struct Spellings {
  Place place;
  std::vector<std::string> keys;
};

Place member_of(const Place& place, std::string_view key) {
  Place member = place;
  member.path += ".\"";
  for (const char c : key)
    member.path += c == '"' || c == '\\' ? std::string{'\\', c} : std::string(1, c);
  member.path += '"';
  member.shown += std::string(key) + ".";
  return member;
}

Place elements_of(const Place& place) {
  Place elements = place;
  elements.path += "[*]";
  elements.shown.insert(elements.shown.size() - 1, "[]");
  elements.has_many = true;
  return elements;
}

const DuckType* member_type(const DuckType& type, std::string_view key) {
  if (type.id == DUCKDB_TYPE_MAP) return &type.children[1];
  return member_named(type, key);
}

// Walks the structure that json_group_structure finds, as far as it becomes structs, lists and maps.
void add_spellings(const json::value& structure, const DuckType& type, const Place& place,
                   std::vector<Spellings>* found) {
  if (const json::array* list = structure.if_array(); list != nullptr && !list->empty()) {
    if (type.id == DUCKDB_TYPE_LIST) add_spellings(list->front(), type.children[0], elements_of(place), found);
    return;
  }
  const json::object* members = structure.if_object();
  if (members == nullptr || (type.id != DUCKDB_TYPE_STRUCT && type.id != DUCKDB_TYPE_MAP)) return;
  std::map<std::string, std::vector<std::string>> spelled;
  for (const auto& [key, value] : *members) {
    const std::string_view name(key.data(), key.size());
    const DuckType* member = member_type(type, name);
    if (member == nullptr) continue;
    if (type.id == DUCKDB_TYPE_STRUCT) spelled[lower_name(name)].emplace_back(name);
    add_spellings(value, *member, member_of(place, name), found);
  }
  for (auto& [name, keys] : spelled) {
    if (keys.size() > 1) found->push_back({place, std::move(keys)});
  }
}

// Each line whose spelling is not the first one, with what is wrong with it.
std::string query_of(const std::string& lines, const Spellings& spellings) {
  const std::string extracted = "json_extract(content, " + quote_text(spellings.place.path) + ")";
  const std::string members = spellings.place.has_many ? extracted : "[" + extracted + "]";
  std::string keys;
  for (const std::string& key : spellings.keys)
    keys += (keys.empty() ? "" : ", ") + quote_text(key);
  const std::string spelled = fmt::format(
      "(SELECT * FROM (SELECT file, line, unnest(json_keys(member)) AS spelling FROM "
      "(SELECT file, line, unnest({}) AS member FROM {})) WHERE spelling IN ({}))",
      members, lines, keys);
  return fmt::format(
      "SELECT file, line, 'the key `' || {1} || spelling || '` is `' || {1} || seen.spelling || '` in line ' || "
      "seen.line || CASE WHEN file = seen.file THEN '' ELSE ' of `' || parse_filename(seen.file) || '`' END || "
      "'; all lines spell a key alike' AS problem FROM {0} AS spelled, "
      "(SELECT min(struct_pack(file := file, line := line, spelling := spelling)) AS seen FROM {0}) AS firsts "
      "WHERE spelling <> seen.spelling",
      spelled, quote_text(spellings.place.shown));
}

bool is_numbered(const std::string& name, const std::vector<QueryColumn>& columns) {
  const std::size_t stem = name.find_last_not_of("0123456789");
  if (stem == std::string::npos || stem + 1 == name.size() || stem == 0 || name[stem] != '_') return false;
  return std::any_of(columns.begin(), columns.end(), [&](const QueryColumn& other) {
    return lower_name(other.name) == lower_name(name.substr(0, stem));
  });
}

// C0, C1 ...
bool stands_for_empty_key(const std::string& name) {
  return name.size() > 1 && name[0] == 'C' && name.find_first_not_of("0123456789", 1) == std::string::npos;
}

}  // namespace

bool may_hide_keys(const std::vector<QueryColumn>& columns) {
  return std::any_of(columns.begin(), columns.end(), [&](const QueryColumn& column) {
    return is_numbered(column.name, columns) || stands_for_empty_key(column.name);
  });
}

bool says_key_spelling(const Error& error) {
  return error.message.find("Duplicate name \"") != std::string::npos &&
         error.message.find("in struct auto-detected in JSON") != std::string::npos;
}

Result<bool> mark_other_spellings(Runner& runner, const std::string& table, const std::string& good,
                                  const std::vector<QueryColumn>& columns) {
  const std::string lines = "(SELECT file, line, content FROM " + quote_name(table) + good + ")";
  const Rows found = FLOE_TRY(runner.run("SELECT json_group_structure(CAST(content AS JSON)) FROM " + lines));
  const std::string text = found.text(0, 0);
  if (text.empty()) return false;
  DuckType row = scalar_type(DUCKDB_TYPE_STRUCT);
  for (const QueryColumn& column : columns) {
    row.names.push_back(column.name);
    row.children.push_back(column.type);
  }
  std::vector<Spellings> all;
  add_spellings(FLOE_TRY(parse_json(text)), row, {}, &all);
  std::string queries;
  for (const Spellings& spellings : all)
    queries += (queries.empty() ? "" : " UNION ALL ") + query_of(lines, spellings);
  if (queries.empty()) return false;
  FLOE_TRY(
      runner.run(fmt::format("UPDATE {0} SET problem = found.problem FROM (SELECT file, line, min(problem) AS problem "
                             "FROM ({1}) GROUP BY ALL) AS found WHERE {0}.file = found.file AND {0}.line = found.line",
                             quote_name(table), queries)));
  return true;
}

}  // namespace floe::duckdb_compute
