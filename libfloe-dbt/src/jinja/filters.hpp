// The filters and tests of Jinja2 and dbt, by name.
#pragma once

#include "value/object.hpp"

#include <string_view>
#include <vector>

namespace floe::dbt {

// positional[0] is the filtered value.
struct FilterEntry {
  std::string_view name;
  NativeFunction function;
  bool needs_context = false;  // pass_context: never folded to a constant
};

using TestFunction = bool (*)(Arguments& arguments);

struct TestEntry {
  std::string_view name;
  TestFunction function;
};

const FilterEntry* find_filter(std::string_view name);
const TestEntry* find_test(std::string_view name);

// Runs a filter or test by a name that is only known now.
Value call_filter(const Value& name, Arguments& arguments);
bool call_test(const Value& name, Arguments& arguments);

}  // namespace floe::dbt
