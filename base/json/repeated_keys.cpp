#include "base/json/repeated_keys.hpp"

#include "base/json/json.hpp"

#include <boost/json/basic_parser_impl.hpp>

#include <set>

namespace floe {
namespace {

// Takes the keys from Boost.JSON's events; the member names are Boost's.
struct KeyReader {
  // NOLINTBEGIN(readability-identifier-naming): what basic_parser looks for
  static constexpr std::size_t max_object_size = json::object::max_size();
  static constexpr std::size_t max_array_size = json::array::max_size();
  static constexpr std::size_t max_key_size = json::string::max_size();
  static constexpr std::size_t max_string_size = json::string::max_size();
  // NOLINTEND(readability-identifier-naming)

  using Code = json::error_code;
  using Text = json::string_view;

  std::vector<std::set<std::string>> objects;  // the open ones, each with its keys so far
  std::string key;                             // what is read of it
  std::vector<std::string> repeated;

  bool on_document_begin(Code& /*error*/) { return true; }

  bool on_document_end(Code& /*error*/) { return true; }

  bool on_object_begin(Code& /*error*/) {
    objects.emplace_back();
    return true;
  }

  bool on_object_end(std::size_t /*count*/, Code& /*error*/) {
    objects.pop_back();
    return true;
  }

  bool on_array_begin(Code& /*error*/) { return true; }

  bool on_array_end(std::size_t /*count*/, Code& /*error*/) { return true; }

  bool on_key_part(Text part, std::size_t /*count*/, Code& /*error*/) {
    key.append(part.data(), part.size());
    return true;
  }

  bool on_key(Text part, std::size_t /*count*/, Code& /*error*/) {
    key.append(part.data(), part.size());
    if (!objects.back().insert(key).second) repeated.push_back(key);
    key.clear();
    return true;
  }

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

}  // namespace

std::vector<std::string> repeated_keys(std::string_view text) {
  json::parse_options options;
  options.max_depth = 256;  // that of parse_json
  json::basic_parser<KeyReader> parser(options);
  json::error_code error;
  parser.write_some(false, text.data(), text.size(), error);
  return std::move(parser.handler().repeated);
}

}  // namespace floe
