#include "jinja/filters.hpp"

#include "jinja/filter_functions.hpp"
#include "jinja/frame.hpp"
#include "jinja/markers.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <unordered_map>

namespace floe::dbt {

namespace {

constexpr FilterEntry kFilters[] = {
    {"abs", filter::absolute},
    {"as_bool", filter::as_bool},
    {"as_native", filter::as_native},
    {"as_number", filter::as_number},
    {"as_text", filter::as_text},
    {"attr", filter::attr},
    {"batch", filter::batch},
    {"capitalize", filter::capitalize},
    {"center", filter::center},
    {"count", filter::length},
    {"d", filter::default_value},
    {"default", filter::default_value},
    {"dictsort", filter::dictsort},
    {"e", filter::escape},
    {"escape", filter::escape},
    {"filesizeformat", filter::filesizeformat},
    {"first", filter::first},
    {"float", filter::float_number},
    {"forceescape", filter::escape},
    {"format", filter::format},
    {"groupby", filter::groupby},
    {"indent", filter::indent},
    {"int", filter::int_number},
    {"is_list", filter::is_list},
    {"items", filter::items},
    {"join", filter::join},
    {"last", filter::last},
    {"length", filter::length},
    {"list", filter::list},
    {"lower", filter::lower},
    {"map", filter::map, true},
    {"max", filter::maximum},
    {"min", filter::minimum},
    {"pprint", filter::pprint},
    {"random", filter::random, true},
    {"reject", filter::reject, true},
    {"rejectattr", filter::rejectattr, true},
    {"replace", filter::replace},
    {"reverse", filter::reverse},
    {"round", filter::round},
    {"safe", filter::string},
    {"select", filter::select, true},
    {"selectattr", filter::selectattr, true},
    {"slice", filter::slice},
    {"sort", filter::sort},
    {"string", filter::string},
    {"striptags", filter::striptags},
    {"sum", filter::sum},
    {"title", filter::title},
    {"tojson", filter::tojson},
    {"trim", filter::trim},
    {"truncate", filter::truncate},
    {"unique", filter::unique},
    {"upper", filter::upper},
    {"urlencode", filter::urlencode},
    {"urlize", filter::urlize},
    {"wordcount", filter::wordcount},
    {"wordwrap", filter::wordwrap},
    {"xmlattr", filter::xmlattr},
};

}  // namespace

const FilterEntry* find_filter(std::string_view name) {
  const auto* found = std::lower_bound(std::begin(kFilters), std::end(kFilters), name,
                                       [](const FilterEntry& entry, std::string_view key) { return entry.name < key; });
  return found != std::end(kFilters) && found->name == name ? found : nullptr;
}

Value call_filter(const Value& name, Arguments& arguments) {
  const FilterEntry* found = name.is_string() ? find_filter(name.as_string()) : nullptr;
  if (found == nullptr) {
    if (name.is_undefined()) name.undefined_object()->fail();
    raise(ExceptionKind::kRuntimeError, fmt::format("No filter named {}.", to_repr(name)));
  }
  return found->function(arguments);
}

bool call_test(const Value& name, Arguments& arguments) {
  const TestEntry* found = name.is_string() ? find_test(name.as_string()) : nullptr;
  if (found == nullptr) {
    if (name.is_undefined()) name.undefined_object()->fail();
    raise(ExceptionKind::kRuntimeError, fmt::format("No test named {}.", to_repr(name)));
  }
  return found->function(arguments);
}

namespace filter {

namespace {

// dbt's as_* filters mark text in the native environment and change nothing in the other.
Value marked(std::string_view name, Arguments& arguments, MarkerKind kind) {
  Bound<1> bound(name, arguments, {"value"}, 1);
  return MachineAccess::native(arguments.machine) ? make_marker(kind, bound[0]) : bound[0];
}

}  // namespace

Value as_bool(Arguments& arguments) { return marked("as_bool", arguments, MarkerKind::kBool); }

Value as_native(Arguments& arguments) { return marked("as_native", arguments, MarkerKind::kNative); }

Value as_number(Arguments& arguments) { return marked("as_number", arguments, MarkerKind::kNumber); }

Value as_text(Arguments& arguments) { return marked("as_text", arguments, MarkerKind::kText); }

Value is_list(Arguments& arguments) {
  Bound<1> bound("is_list", arguments, {"value"}, 1);
  return bound[0].is_list();
}

}  // namespace filter

}  // namespace floe::dbt
