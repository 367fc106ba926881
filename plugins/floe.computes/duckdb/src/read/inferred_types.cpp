#include "read/inferred_types.hpp"

#include "convert/text_kinds.hpp"
#include "convert/type_leaves.hpp"
#include "engine/methods.hpp"
#include "sql/sql_text.hpp"

#include <algorithm>

namespace floe::duckdb_compute {
namespace {

struct Doubt {
  std::size_t column = 0;
  LeafPath leaf;
  std::string bits;  // SQL, of all rows
};

// DuckDB takes twice the time for each list that a value lies in: deeper values are not looked at, and kept as texts.
constexpr std::size_t kMostLists = 12;
constexpr const char* kAllBits = "7";

std::size_t lists_around(const DuckType& type, const LeafPath& path) {
  std::size_t lists = 0;
  const DuckType* level = &type;
  for (const std::size_t child : path) {
    if (level->id != DUCKDB_TYPE_STRUCT) ++lists;
    level = &level->children[child];
  }
  return lists;
}

std::string bits_of_leaf(const FileRequest& request, const QueryColumn& column, const LeafPath& path) {
  const DuckType& leaf = leaf_at(column.type, path);
  const auto bits_of = [&](const std::string& text) { return kind_bits(request, leaf, text).value_or("0"); };
  if (lists_around(column.type, path) > kMostLists) return kAllBits;
  return leaf_bits(column.type, path, quote_name(column.name), bits_of);
}

std::vector<Doubt> doubts_of(const FileRequest& request, const std::vector<QueryColumn>& columns) {
  std::vector<Doubt> doubts;
  for (std::size_t i = 0; i < columns.size(); ++i) {
    const DuckType& type = columns[i].type;
    for (const LeafPath& path : leaves_of(type)) {
      if (!kind_bits(request, leaf_at(type, path), "")) continue;
      const std::string bits = bits_of_leaf(request, columns[i], path);
      doubts.push_back({i, path, "coalesce(bit_or(" + bits + "), 0)"});
    }
  }
  return doubts;
}

const QueryColumn* column_named(const std::vector<QueryColumn>& columns, const std::string& name) {
  const auto found = std::find_if(columns.begin(), columns.end(), [&](const QueryColumn& column) {
    return lower_name(column.name) == lower_name(name);
  });
  return found == columns.end() ? nullptr : &*found;
}

// Columns that come from the paths of the files are none of their keys.
Result<std::vector<std::string>> keys_of(Statement& statement, const FileRequest& request,
                                         const std::vector<QueryColumn>& inferred) {
  if (!has_option(request, "filename") && !has_option(request, "hive_partitioning")) return column_names(inferred);
  FileRequest bare = request;
  std::erase_if(bare.options,
                [](const auto& option) { return option.first == "filename" || option.first == "hive_partitioning"; });
  bare.options.emplace_back("hive_partitioning", "false");
  const std::string reader = FLOE_TRY(reader_sql(bare, nullptr));
  return column_names(FLOE_TRY(query_columns(statement.runner(), "SELECT * FROM " + reader)));
}

}  // namespace

std::vector<QueryColumn> doubtful_columns(const FileRequest& request, const std::vector<QueryColumn>& inferred) {
  std::vector<QueryColumn> doubtful;
  for (const QueryColumn& column : inferred) {
    if (!doubts_of(request, {column}).empty()) doubtful.push_back(column);
  }
  return doubtful;
}

bool doubts_json_only(const FileRequest& request, const QueryColumn& column) {
  const std::vector<Doubt> doubts = doubts_of(request, {column});
  return std::all_of(doubts.begin(), doubts.end(),
                     [&](const Doubt& doubt) { return is_json(leaf_at(column.type, doubt.leaf)); });
}

FileRequest as_texts(const FileRequest& request, const std::vector<QueryColumn>& doubtful) {
  FileRequest texts = request;
  texts.types.clear();
  texts.text_columns = request.format == FileFormat::kCsv;
  if (has_option(request, "hive_partitioning")) set_option(&texts, "hive_types_autocast", "false");
  if (texts.text_columns) return texts;
  for (QueryColumn column : doubtful) {
    for (const Doubt& doubt : doubts_of(request, {column})) {
      DuckType& leaf = leaf_at(column.type, doubt.leaf);
      if (!is_json(leaf)) leaf = scalar_type(DUCKDB_TYPE_VARCHAR);  // JSON tells the text "5" from the number
    }
    texts.columns.push_back({column.name, sql_name(column.type)});
  }
  return texts;
}

Result<std::vector<QueryColumn>> kept_types(Statement& statement, const FileRequest& request,
                                            const std::vector<QueryColumn>& doubtful, const std::string& from) {
  const std::vector<Doubt> doubts = doubts_of(request, doubtful);
  if (doubts.empty()) return std::vector<QueryColumn>();
  std::string list;
  for (const Doubt& doubt : doubts)
    list += (list.empty() ? "" : ", ") + doubt.bits;
  const Rows bits = FLOE_TRY(statement.runner().run("SELECT " + list + " FROM " + from));
  std::vector<QueryColumn> kept;
  for (std::size_t i = 0; i < doubts.size(); ++i) {
    const QueryColumn& column = doubtful[doubts[i].column];
    auto type = kept_type(leaf_at(column.type, doubts[i].leaf), bits.integer(i, 0));
    if (!type) continue;
    if (kept.empty() || kept.back().name != column.name) kept.push_back(column);
    leaf_at(kept.back().type, doubts[i].leaf) = std::move(*type);
  }
  return kept;
}

Result<FileRequest> with_types(Statement& statement, const FileRequest& request,
                               const std::vector<QueryColumn>& inferred, const std::vector<QueryColumn>& kept) {
  FileRequest typed = request;
  if (request.format == FileFormat::kCsv) {
    for (const QueryColumn& column : kept)
      typed.types.push_back({column.name, sql_name(column.type)});
    return typed;
  }
  const std::vector<std::string> keys = FLOE_TRY(keys_of(statement, request, inferred));
  for (const QueryColumn& column : inferred) {
    const QueryColumn* other = column_named(kept, column.name);
    if (std::find(keys.begin(), keys.end(), column.name) == keys.end())
      typed.path_columns.push_back(column.name);
    else
      typed.columns.push_back({column.name, sql_name(other == nullptr ? column.type : other->type)});
  }
  return typed;
}

}  // namespace floe::duckdb_compute
