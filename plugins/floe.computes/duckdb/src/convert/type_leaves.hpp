// The scalars that a type is made of, wherever they lie in structs, lists and maps.
#pragma once

#include "engine/duck_type.hpp"

#include <cstddef>
#include <functional>
#include <string>
#include <vector>

namespace floe::duckdb_compute {

// Which child to take at each level; empty of a scalar itself.
using LeafPath = std::vector<std::size_t>;

// In the order of the type, without the keys of maps, which are names where a type was inferred.
std::vector<LeafPath> leaves_of(const DuckType& type);

DuckType& leaf_at(DuckType& type, const LeafPath& path);
const DuckType& leaf_at(const DuckType& type, const LeafPath& path);

// SQL of the bits that `bits_of` gives the values at `path` of one row; NULL when there are none. `value` is SQL of the
// type, `bits_of` makes SQL of an INTEGER from that of a value.
std::string leaf_bits(const DuckType& type, const LeafPath& path, const std::string& value,
                      const std::function<std::string(const std::string&)>& bits_of);

}  // namespace floe::duckdb_compute
