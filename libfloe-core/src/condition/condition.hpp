// Conditions of custom policies: an expression over one model (docs/reference/conditions.md). It compares values and
// calls a closed set of functions; it cannot assign, loop without a bound, or reach anything but the model it is given.
#pragma once

#include <boost/json/fwd.hpp>

#include <cstddef>
#include <memory>
#include <optional>
#include <string>
#include <string_view>

namespace floe::policy {

struct ConditionProblem {
  std::string message;
  std::size_t begin = 0;  // bytes of the text
  std::size_t end = 0;
};

// Immutable; shared between threads freely.
class Condition {
 public:
  static constexpr std::size_t kLongest = 2'000;      // bytes of the text
  static constexpr std::size_t kDeepest = 40;         // expressions in expressions
  static constexpr std::size_t kMostSteps = 100'000;  // of one evaluation; longer texts cost more steps

  struct Ast;

  // nullopt fills `problem`.
  static std::optional<Condition> parse(std::string_view text, ConditionProblem* problem);

  // Whether `model`, a JSON object, fulfils it. nullopt fills `problem`: a comparison of things that have no order, a
  // member of something that has none, or too much work.
  [[nodiscard]] std::optional<bool> evaluate(const boost::json::value& model, ConditionProblem* problem) const;

 private:
  explicit Condition(std::shared_ptr<const Ast> ast) : ast_(std::move(ast)) {}

  std::shared_ptr<const Ast> ast_;
};

}  // namespace floe::policy
