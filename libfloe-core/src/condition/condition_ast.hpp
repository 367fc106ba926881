// The tree of a condition, between its parser and its evaluation.
#pragma once

#include "condition/condition.hpp"

#include "base/json/json.hpp"

#include <array>
#include <cstdint>
#include <vector>

namespace floe::policy {

enum class ConditionKind : std::uint8_t {
  kLiteral,
  kVariable,  // slot `index`; 0 is `model`
  kMember,    // child 0, name in `literal`
  kItem,      // child 0 [ child 1 ]
  kCall,      // function `index` of the children
  kAll,       // child 0: list, slot `index`: each item, child 1: condition
  kAny,
  kNot,
  kAnd,
  kOr,
  kEqual,
  kUnequal,
  kLess,
  kLessEqual,
  kGreater,
  kGreaterEqual,
  kIn,
  kNotIn,
};

struct ConditionNode {
  ConditionKind kind = ConditionKind::kLiteral;
  std::size_t begin = 0;
  std::size_t end = 0;
  std::size_t index = 0;
  json::value literal = nullptr;
  std::vector<std::uint32_t> children = {};  // places in Ast::nodes
};

struct Condition::Ast {
  std::vector<ConditionNode> nodes;
  std::uint32_t root = 0;
  std::size_t slots = 1;  // of variables
};

enum class ConditionFunctionId : std::uint8_t { kLength, kLower, kUpper, kStartsWith, kEndsWith, kContains, kMatches };

struct ConditionFunction {
  std::string_view name;
  ConditionFunctionId id;
  std::size_t arguments;
};

inline constexpr std::array kConditionFunctions{
    ConditionFunction{"length", ConditionFunctionId::kLength, 1},
    ConditionFunction{"lower", ConditionFunctionId::kLower, 1},
    ConditionFunction{"upper", ConditionFunctionId::kUpper, 1},
    ConditionFunction{"startswith", ConditionFunctionId::kStartsWith, 2},
    ConditionFunction{"endswith", ConditionFunctionId::kEndsWith, 2},
    ConditionFunction{"contains", ConditionFunctionId::kContains, 2},
    ConditionFunction{"matches", ConditionFunctionId::kMatches, 2},
};

}  // namespace floe::policy
