#include "conformance/payload.hpp"

#include "conformance/specification.hpp"

#include "base/fail.hpp"
#include "base/json/schema.hpp"

namespace floe::conformance {

std::string payload_problem(const std::string& schema, std::string_view text) {
  const auto value = parse_json(text);
  if (!value.has_value()) return fmt::format("is no JSON: {}", value.error().message);
  const auto checker = JsonSchema::parse(Specification::get().bundled_schema(schema));
  FLOE_ASSERT(checker.has_value());
  const auto problems = checker->problems(*value);
  if (problems.empty()) return {};
  const std::string path = dotted_path(problems.front().path);
  return fmt::format("does not fit {}: {}{}", schema, path.empty() ? "" : "`" + path + "` ", problems.front().message);
}

}  // namespace floe::conformance
