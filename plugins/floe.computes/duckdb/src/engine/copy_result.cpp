#include "engine/copy_result.hpp"

#include <string_view>

namespace floe::duckdb_compute {
namespace {

std::string_view text_at(duckdb_vector vector, idx_t row) {
  auto* value = &static_cast<duckdb_string_t*>(duckdb_vector_get_data(vector))[row];
  return {duckdb_string_t_data(value), duckdb_string_t_length(*value)};
}

std::int64_t number_at(duckdb_vector vector, idx_t row) {
  return static_cast<std::int64_t>(static_cast<std::uint64_t*>(duckdb_vector_get_data(vector))[row]);
}

// The keys and values of a MAP lie in one list of structs.
struct MapView {
  explicit MapView(duckdb_vector map)
      : entries(static_cast<duckdb_list_entry*>(duckdb_vector_get_data(map))),
        keys(duckdb_struct_vector_get_child(duckdb_list_vector_get_child(map), 0)),
        values(duckdb_struct_vector_get_child(duckdb_list_vector_get_child(map), 1)) {}

  duckdb_list_entry* entries;
  duckdb_vector keys;
  duckdb_vector values;
};

LeafStatistics read_leaf(const MapView& statistics, idx_t row) {
  LeafStatistics leaf;
  const duckdb_list_entry range = statistics.entries[row];
  for (idx_t i = range.offset; i < range.offset + range.length; ++i) {
    const std::string_view key = text_at(statistics.keys, i);
    const std::string_view value = text_at(statistics.values, i);
    if (key == "null_count") leaf.null_count = std::stoll(std::string(value));
    if (key == "has_nan") leaf.has_nan = value == "true";
    if (key == "min" || key == "max") leaf.infinite = leaf.infinite || value == "infinity" || value == "-infinity";
    if (key == "max") leaf.ends_day = value == "24:00:00";
  }
  return leaf;
}

}  // namespace

std::vector<CopiedFile> read_copy_result(Rows& rows) {
  std::vector<CopiedFile> files;
  while (true) {
    const DataChunk chunk(duckdb_fetch_chunk(*rows.raw()));
    if (!chunk) break;
    const idx_t count = duckdb_data_chunk_get_size(chunk.get());
    const MapView leaves(duckdb_data_chunk_get_vector(chunk.get(), 4));
    const MapView statistics(leaves.values);
    for (idx_t row = 0; row < count; ++row) {
      CopiedFile file;
      file.path = text_at(duckdb_data_chunk_get_vector(chunk.get(), 0), row);
      file.rows = number_at(duckdb_data_chunk_get_vector(chunk.get(), 1), row);
      file.bytes = number_at(duckdb_data_chunk_get_vector(chunk.get(), 2), row);
      const duckdb_list_entry range = leaves.entries[row];
      for (idx_t i = range.offset; i < range.offset + range.length; ++i) {
        file.leaves.emplace(text_at(leaves.keys, i), read_leaf(statistics, i));
      }
      files.push_back(std::move(file));
    }
  }
  return files;
}

}  // namespace floe::duckdb_compute
