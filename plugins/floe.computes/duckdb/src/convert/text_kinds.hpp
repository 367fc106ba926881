// What the texts of a column are, apart from the type that DuckDB reads them as: that type may say less.
#pragma once

#include "engine/duck_type.hpp"
#include "engine/file_reader.hpp"

#include <cstdint>
#include <optional>
#include <string>

namespace floe::duckdb_compute {

// SQL of an INTEGER whose bits say what kind of text `text` is, for the type that DuckDB inferred; nothing when that
// type keeps every text. Options of the request may say how texts are read.
std::optional<std::string> kind_bits(const FileRequest& request, const DuckType& inferred, const std::string& text);

// The type in which texts of all these kinds stay what they are; nothing when that is the inferred one.
std::optional<DuckType> kept_type(const DuckType& inferred, std::int64_t bits);

// SQL of a number's text as SQL writes it, without the separators that the options of a CSV file name; NULL for one
// that has them in other places.
std::string number_text(const FileRequest& request, const std::string& text);

// The options of a CSV file name separators.
bool names_separators(const FileRequest& request);

// SQL text of the format that an option gives for dates, or for timestamps; empty where none does.
std::string time_format(const FileRequest& request, const DuckType& type);

// The option `timestamp_format` reads an offset from UTC.
bool reads_offset(const FileRequest& request);

}  // namespace floe::duckdb_compute
