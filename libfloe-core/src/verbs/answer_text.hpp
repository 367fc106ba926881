// Parts of the texts of answers that several verbs have.
#pragma once

#include "verbs/verb.hpp"

#include "base/json/json.hpp"

#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace floe::run {

// A value as a cell of a table: text without quotes, null as nothing.
std::string cell_text(const json::value* value);
std::string cell_text(const json::object& row, std::string_view key);

// The list under `key`; empty when it has none.
const json::array& list_of(const json::object& answer, std::string_view key);

// The records of a list as a table of these keys and titles; numbers to the right.
std::string records_text(const json::object& answer, std::string_view list,
                         const std::vector<std::pair<std::string, std::string>>& keys_and_titles,
                         const TextStyle& style);

// {"columns", "rows"}: a table, and how many rows it has.
std::string rows_text(const json::object& answer, const TextStyle& style);

// {"results", ...} of a run: its nodes without the tests that passed, and the verdict.
std::string run_text(const json::object& answer, const TextStyle& style);

// {"lines"}, each on its own.
std::string lines_text(const json::object& answer);

// The answer with the control characters of its texts made visible: no text, wherever it is from, sends escape
// sequences to a terminal or into a log.
json::object printable_answer(const json::object& answer);

}  // namespace floe::run
