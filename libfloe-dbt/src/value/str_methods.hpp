// str methods shared between their two files and the filters.
#pragma once

#include "value/value.hpp"

#include <string>
#include <string_view>
#include <vector>

namespace floe::dbt::str {

// At \n, \r, \r\n and the other line boundaries of str.splitlines().
std::vector<Value> split_lines(std::string_view text, bool keep_ends);
// limit < 0: all.
std::string replace_text(std::string_view text, std::string_view from, std::string_view to, std::int64_t limit);
std::string center_text(std::string_view text, std::int64_t width, std::string_view fill);

Value center(const Value& self, Arguments& arguments);
Value expandtabs(const Value& self, Arguments& arguments);
Value isalnum(const Value& self, Arguments& arguments);
Value isalpha(const Value& self, Arguments& arguments);
Value isascii(const Value& self, Arguments& arguments);
Value isdecimal(const Value& self, Arguments& arguments);
Value isdigit(const Value& self, Arguments& arguments);
Value isidentifier(const Value& self, Arguments& arguments);
Value islower(const Value& self, Arguments& arguments);
Value isnumeric(const Value& self, Arguments& arguments);
Value isprintable(const Value& self, Arguments& arguments);
Value isspace(const Value& self, Arguments& arguments);
Value istitle(const Value& self, Arguments& arguments);
Value isupper(const Value& self, Arguments& arguments);
Value ljust(const Value& self, Arguments& arguments);
Value rjust(const Value& self, Arguments& arguments);
Value translate(const Value& self, Arguments& arguments);
Value zfill(const Value& self, Arguments& arguments);

bool is_lower_text(std::string_view text);
bool is_upper_text(std::string_view text);

}  // namespace floe::dbt::str
