// Text operations that the standard library lacks: UTF-8, case, splitting, globs, edit distance, hex, base64.
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace floe::text {

bool is_valid_utf8(std::string_view bytes);
// Offset of the first byte that is not part of valid UTF-8 (no overlong forms, no surrogates); nullopt when all is.
std::optional<std::size_t> find_invalid_utf8(std::string_view bytes);
std::size_t code_point_count(std::string_view utf8);
// Byte offset of the code point with that index, or size() past the end.
std::size_t code_point_offset(std::string_view utf8, std::size_t index);
// Decodes one code point at `*position` and advances; U+FFFD and one byte on malformed input.
char32_t next_code_point(std::string_view utf8, std::size_t* position);
void append_utf8(std::string* out, char32_t code_point);

std::string to_lower_ascii(std::string_view text);
std::string to_upper_ascii(std::string_view text);
bool equals_ignore_case_ascii(std::string_view left, std::string_view right);
std::string_view trim(std::string_view text);  // ASCII white space
std::vector<std::string_view> split(std::string_view text, char separator);
std::vector<std::string> split_words(std::string_view text);  // on runs of white space
std::string join(std::span<const std::string> parts, std::string_view separator);
std::string quoted_list(std::span<const std::string> words);         // `a`, `b`
std::string plural(std::int64_t count, std::string_view singular);   // row for 1, rows for 2
std::string counted(std::int64_t count, std::string_view singular);  // 1 row, 2 rows
// a, b, a, a -> a, b, a_2, a_3: names for columns of a query that repeats them, as dbt makes them.
void number_repeated(std::vector<std::string>& names);
// The first `code_points` of a text, with `...` in the place of others.
std::string shortened(std::string_view utf8, std::size_t code_points);
std::string replace_all(std::string_view text, std::string_view from, std::string_view to);

// fnmatch over code points: * ? [seq] [!seq], no escapes; `*` stops at nothing, `[` without `]` is itself.
bool matches_glob(std::string_view pattern, std::string_view text);
// Path glob: `*`, `?` and `[seq]` within a segment; a segment `**` stands for any number of segments, also none.
bool matches_path_glob(std::string_view pattern, std::string_view path);

// Insertions, deletions, substitutions and swaps of neighbours, in code points (optimal string alignment).
std::size_t edit_distance(std::string_view left, std::string_view right);
// The candidate nearest to `word`, when it is near enough to be worth showing: equal but for case, `_` and `-`, or at
// most a third of the word wrong. The first of several equally near ones.
std::optional<std::string> nearest(std::string_view word, std::span<const std::string> candidates);

std::string to_hex(std::string_view bytes);
std::optional<std::string> from_hex(std::string_view hex);
std::string to_base64(std::string_view bytes);  // RFC 4648 section 4, padded
std::optional<std::string> from_base64(std::string_view text);
std::string sha256_hex(std::string_view bytes);
std::string md5_hex(std::string_view bytes);  // dbt names only; never for security

// Python's repr(float) and str(float): shortest text that reads back, `1.0`, `1e-05`, `inf`, `nan`.
std::string python_float(double value);

}  // namespace floe::text
