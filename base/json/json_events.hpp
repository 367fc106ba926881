// Boost.JSON's events with nothing to do: a reader has those of its own. For .cpp files only.
#pragma once

#include "base/json/json.hpp"

#include <boost/json/basic_parser_impl.hpp>

#include <cstddef>
#include <cstdint>

namespace floe {

// The base of a handler of json::basic_parser, which calls the members of the handler's own type. The names are
// Boost's.
struct JsonEvents {
  // NOLINTBEGIN(readability-identifier-naming): what basic_parser looks for
  static constexpr std::size_t max_object_size = json::object::max_size();
  static constexpr std::size_t max_array_size = json::array::max_size();
  static constexpr std::size_t max_key_size = json::string::max_size();
  static constexpr std::size_t max_string_size = json::string::max_size();
  // NOLINTEND(readability-identifier-naming)

  using Code = json::error_code;
  using Text = json::string_view;

  bool on_document_begin(Code& /*error*/) { return true; }

  bool on_document_end(Code& /*error*/) { return true; }

  bool on_object_begin(Code& /*error*/) { return true; }

  bool on_object_end(std::size_t /*count*/, Code& /*error*/) { return true; }

  bool on_array_begin(Code& /*error*/) { return true; }

  bool on_array_end(std::size_t /*count*/, Code& /*error*/) { return true; }

  bool on_key_part(Text /*part*/, std::size_t /*count*/, Code& /*error*/) { return true; }

  bool on_key(Text /*part*/, std::size_t /*count*/, Code& /*error*/) { return true; }

  bool on_string_part(Text /*part*/, std::size_t /*count*/, Code& /*error*/) { return true; }

  bool on_string(Text /*text*/, std::size_t /*count*/, Code& /*error*/) { return true; }

  bool on_number_part(Text /*part*/, Code& /*error*/) { return true; }

  bool on_int64(std::int64_t /*number*/, Text /*digits*/, Code& /*error*/) { return true; }

  bool on_uint64(std::uint64_t /*number*/, Text /*digits*/, Code& /*error*/) { return true; }

  bool on_double(double /*number*/, Text /*digits*/, Code& /*error*/) { return true; }

  bool on_bool(bool /*truth*/, Code& /*error*/) { return true; }

  bool on_null(Code& /*error*/) { return true; }

  bool on_comment_part(Text /*part*/, Code& /*error*/) { return true; }

  bool on_comment(Text /*text*/, Code& /*error*/) { return true; }
};

}  // namespace floe
