// What becomes of a value of a raw file in a column of another type: the one rule for types that are declared, that a
// table has, and that are inferred. Scalars are converted one by one, wherever they lie in structs, lists and maps.
#pragma once

#include "engine/duck_type.hpp"
#include "engine/file_reader.hpp"
#include "engine/runner.hpp"

#include "base/result.hpp"

#include <string>
#include <vector>

namespace floe::duckdb_compute {

// SQL over a value. The conditions are never NULL.
struct Conversion {
  std::string cast;     // of the other type; NULL where `fails`
  std::string fails;    // the type has no such value
  std::string changes;  // the type has another value instead, or a part of it
};

// `value` is SQL of the type `source`. The options of the request say how texts of its files are read. `is_declared`:
// the person who wrote the type says that times without an offset are UTC in it.
Conversion convert(const FileRequest& request, const DuckType& source, const DuckType& target, const std::string& value,
                   bool is_declared);

// The value is there, and is not what it was.
std::string is_lost(const Conversion& conversion);

// What a value of JSON lines that becomes a `target` is read as, so that nothing of it changes before: text, or JSON
// for what is nested.
DuckType source_type(const DuckType& target);

// The same of values that all have the type `inferred`: structs and lists of texts, which are converted much faster.
// Only the file reader refuses values of another structure then.
DuckType source_type(const DuckType& target, const DuckType& inferred);

// The types that `sql_type` of the columns names.
Result<std::vector<DuckType>> column_types(Runner& runner, const std::vector<FileColumn>& columns);

}  // namespace floe::duckdb_compute
