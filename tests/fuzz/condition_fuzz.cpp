// libFuzzer: any text as a condition, evaluated on one model. Problems lie inside the text; nothing takes long.
// sources: libfloe-core/src/condition/condition.cpp libfloe-core/src/condition/condition_parser.cpp
#include "condition/condition.hpp"

#include "base/json/json.hpp"

#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <string_view>

namespace {

using floe::policy::Condition;
using floe::policy::ConditionProblem;

constexpr const char* kModel = R"({"name": "gold_orders", "tags": ["a", "b"], "meta": {"n": 1, "x": null, "t": "ü"},
  "columns": [{"name": "id", "tests": ["unique"]}, {"name": "b", "tests": []}]})";

void require(bool condition) {
  if (!condition) std::abort();
}

void check(const ConditionProblem& problem, std::string_view text) {
  require(!problem.message.empty());
  require(problem.begin <= problem.end && problem.end <= text.size());
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  static const floe::json::value model = *floe::parse_json(kModel);
  // NOLINTNEXTLINE(cppcoreguidelines-pro-type-reinterpret-cast): bytes as text
  const std::string_view text(reinterpret_cast<const char*>(data), size);
  ConditionProblem problem;
  const auto condition = Condition::parse(text, &problem);
  if (!condition) {
    check(problem, text);
    return 0;
  }
  const auto first = condition->evaluate(model, &problem);
  if (!first) check(problem, text);
  ConditionProblem again;
  require(condition->evaluate(model, &again) == first);
  return 0;
}
