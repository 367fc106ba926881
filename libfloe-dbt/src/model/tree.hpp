// Reading and merging the dict trees that YAML files and config() calls give.
#pragma once

#include "value/containers.hpp"
#include "value/value.hpp"

#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace floe::dbt {

// The entry of a dict, or nullptr (also when `value` is no dict).
const Value* find_key(const Value& value, std::string_view key);
// A copy of the entry, or None.
Value value_or_none(const Value& value, std::string_view key);
// Its text; nullopt when absent, None or no str.
std::optional<std::string> find_text(const Value& value, std::string_view key);
bool find_bool(const Value& value, std::string_view key, bool fallback);
// A str as a list of one, a list of strs; others are left out.
std::vector<std::string> text_list(const Value* value);
Value to_list(const std::vector<std::string>& items);

Value deep_copy(const Value& value);  // lists and dicts; everything else is shared
// A dict with the entries of both; `over` wins.
Value merged_dict(const Value& base, const Value& over);
// dbt's deep_merge: dicts merge, lists of `over` come before those of `base`, anything else is replaced.
Value deep_merge(const Value& base, const Value& over);
Value listify(const Value& value);  // a new list

}  // namespace floe::dbt
