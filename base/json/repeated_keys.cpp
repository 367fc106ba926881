#include "base/json/repeated_keys.hpp"

#include "base/json/json_events.hpp"
#include "base/json/max_depth.hpp"

#include <set>

namespace floe {
namespace {

struct KeyReader : JsonEvents {
  std::vector<std::set<std::string>> objects;  // the open ones, each with its keys so far
  std::string key;                             // what is read of it
  std::vector<std::string> repeated;

  bool on_object_begin(Code& /*error*/) {
    objects.emplace_back();
    return true;
  }

  bool on_object_end(std::size_t /*count*/, Code& /*error*/) {
    objects.pop_back();
    return true;
  }

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
};

}  // namespace

std::vector<std::string> repeated_keys(std::string_view text) {
  json::parse_options options;
  options.max_depth = kMaxJsonDepth;
  json::basic_parser<KeyReader> parser(options);
  json::error_code error;
  parser.write_some(false, text.data(), text.size(), error);
  return std::move(parser.handler().repeated);
}

}  // namespace floe
