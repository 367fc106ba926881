#include "inferred_types.hpp"

#include "methods.hpp"
#include "sql_text.hpp"
#include "text_kinds.hpp"
#include "type_leaves.hpp"

#include <algorithm>

namespace floe::duckdb_compute {
namespace {

struct Doubt {
  std::size_t column = 0;
  LeafPath leaf;
  std::string bits;  // SQL, of all rows
};

std::vector<Doubt> doubts_of(const FileRequest& request, const std::vector<QueryColumn>& columns) {
  std::vector<Doubt> doubts;
  for (std::size_t i = 0; i < columns.size(); ++i) {
    const DuckType& type = columns[i].type;
    for (const LeafPath& path : leaves_of(type)) {
      const DuckType& leaf = leaf_at(type, path);
      if (!kind_bits(request, leaf, "")) continue;
      const auto bits_of = [&](const std::string& text) { return kind_bits(request, leaf, text).value_or("0"); };
      const std::string bits = leaf_bits(type, path, quote_name(columns[i].name), bits_of);
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

FileRequest as_texts(const FileRequest& request, const std::vector<QueryColumn>& doubtful) {
  FileRequest texts = request;
  texts.types.clear();
  texts.text_columns = request.format == FileFormat::kCsv;
  if (texts.text_columns) return texts;
  for (QueryColumn column : doubtful) {
    for (const Doubt& doubt : doubts_of(request, {column})) {
      leaf_at(column.type, doubt.leaf) = DuckType();
      leaf_at(column.type, doubt.leaf).id = DUCKDB_TYPE_VARCHAR;
    }
    texts.columns.push_back({column.name, sql_name(column.type)});
  }
  return texts;
}

Result<std::vector<QueryColumn>> kept_types(Statement& statement, const FileRequest& request,
                                            const std::vector<QueryColumn>& doubtful, const std::string& from) {
  const std::vector<Doubt> doubts = doubts_of(request, doubtful);
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
