// JSON Schema 2020-12 over Boost.JSON, with findings for people. Include in .cpp files only.
//
// The vocabularies core, applicator, unevaluated and validation; `format` is an annotation. `$ref` stays inside the
// document (pointers, anchors, its own $id), so nothing is ever fetched.
#pragma once

#include "base/json/json.hpp"
#include "base/result.hpp"

#include <string>
#include <string_view>
#include <vector>

namespace floe {

struct SchemaProblem {
  std::vector<std::string> path;  // members and indexes, from the root down to what is wrong
  bool is_key = false;            // the last member of the path should not be there
  std::string message;            // says what is accepted; never repeats a value of the instance
  std::string missing = {};       // the member that has to be there and is not; "" = the problem is another
};

class JsonSchema {
 public:
  // kData: not JSON, a keyword of the wrong form, a reference to nothing. kUnsupported: refers to another document.
  static Result<JsonSchema> parse(std::string_view text);

  // All of them, in the order of the schema's keywords; empty when the instance is valid. Thread-safe.
  [[nodiscard]] std::vector<SchemaProblem> problems(const json::value& instance) const;

 private:
  explicit JsonSchema(json::value root) : root_(std::move(root)) {}

  json::value root_;
};

// `settings.threads`, `columns[0].name`; "" for the root.
std::string dotted_path(const std::vector<std::string>& path);

}  // namespace floe
