// The methods of builtin types, found by name once and called many times.
#pragma once

#include "value/value.hpp"

#include <string_view>

namespace floe::dbt {

using Method = Value (*)(const Value& self, Arguments& arguments);

// What `x.name` means for each builtin type; nullptr where the type has no such method.
struct MethodSet {
  Method of_str = nullptr;
  Method of_list = nullptr;
  Method of_tuple = nullptr;
  Method of_dict = nullptr;
  Method of_set = nullptr;
  Method of_int = nullptr;
  Method of_float = nullptr;
  Method of_bytes = nullptr;

  [[nodiscard]] Method for_value(const Value& value) const {
    switch (value.kind()) {
      case Kind::kString:
        return of_str;
      case Kind::kList:
        return of_list;
      case Kind::kTuple:
      case Kind::kRange:
        return of_tuple;
      case Kind::kDict:
        return of_dict;
      case Kind::kSet:
        return of_set;
      case Kind::kBool:
      case Kind::kInt:
      case Kind::kBigInt:
        return of_int;
      case Kind::kFloat:
        return of_float;
      case Kind::kBytes:
        return of_bytes;
      default:
        return nullptr;
    }
  }
};

MethodSet find_methods(std::string_view name);

// Per type, in its own file.
Method find_str_method(std::string_view name);
Method find_list_method(std::string_view name);
Method find_tuple_method(std::string_view name);
Method find_dict_method(std::string_view name);
Method find_set_method(std::string_view name);
Method find_int_method(std::string_view name);
Method find_float_method(std::string_view name);
Method find_bytes_method(std::string_view name);

struct NamedMethod {
  std::string_view name;
  Method method;
};

// Sorted by name.
template <std::size_t N>
Method find_method(const NamedMethod (&table)[N], std::string_view name) {
  std::size_t low = 0;
  std::size_t high = N;
  while (low < high) {
    std::size_t middle = (low + high) / 2;
    int order = table[middle].name.compare(name);
    if (order == 0) return table[middle].method;
    if (order < 0) {
      low = middle + 1;
    } else {
      high = middle;
    }
  }
  return nullptr;
}

}  // namespace floe::dbt
