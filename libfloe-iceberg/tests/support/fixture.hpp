// Files of tests/data, and JSON compared as JSON.
#pragma once

#include "floe_test.hpp"

#include "base/json/json.hpp"

#include <fstream>
#include <sstream>
#include <string>

namespace floe::iceberg::testing {

inline std::string read_fixture(const std::string& name) {
  std::ifstream file(std::string(FLOE_TEST_DATA) + "/" + name, std::ios::binary);
  REQUIRE(file.good());
  std::ostringstream text;
  text << file.rdbuf();
  return text.str();
}

inline json::object read_json_fixture(const std::string& name) {
  Result<json::object> parsed = parse_json_object(read_fixture(name));
  FLOE_REQUIRE_OK(parsed);
  return *std::move(parsed);
}

inline std::string canonical(const std::string& json_text) {
  Result<json::value> parsed = parse_json(json_text);
  FLOE_REQUIRE_OK(parsed);
  return to_canonical_json(*parsed);
}

template <class T>
T take(Result<T> result) {
  if (!result.has_value()) FAIL(result.error().to_string());
  return *std::move(result);
}

inline std::string text_member(const json::object& object, const char* key) {
  return std::string(to_view(object.at(key).as_string()));
}

}  // namespace floe::iceberg::testing
