#include "condition/condition.hpp"

#include "condition/condition_ast.hpp"

#include "base/text/text.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <deque>
#include <exception>

namespace floe::policy {
namespace {

// Thrown out of the recursion, caught in Condition::evaluate.
struct Failure : std::exception {
  explicit Failure(ConditionProblem what_is_wrong) : problem(std::move(what_is_wrong)) {}

  ConditionProblem problem;
};

[[noreturn]] void fail_at(const ConditionNode& node, std::string message) {
  throw Failure({std::move(message), node.begin, node.end});
}

std::string_view kind_of(const json::value& value) {
  if (value.is_null()) return "nothing";
  if (value.is_bool()) return "true or false";
  if (value.is_number()) return "a number";
  if (value.is_string()) return "a text";
  return value.is_array() ? "a list" : "a mapping";
}

bool is_true(const json::value& value) {
  if (value.is_null()) return false;
  if (const bool* flag = value.if_bool()) return *flag;
  if (const json::string* text = value.if_string()) return !text->empty();
  if (const json::array* list = value.if_array()) return !list->empty();
  if (const json::object* members = value.if_object()) return !members->empty();
  return value != json::value(0) && value != json::value(0.0);
}

double number_of(const json::value& value) {
  if (const std::int64_t* number = value.if_int64()) return static_cast<double>(*number);
  if (const std::uint64_t* number = value.if_uint64()) return static_cast<double>(*number);
  return value.get_double();
}

bool are_equal(const json::value& left, const json::value& right) {
  if (left.is_number() && right.is_number()) return number_of(left) == number_of(right);
  return left == right;
}

// How much work a text, list or mapping is, in steps.
std::size_t size_of(const json::value& value) {
  if (const json::string* text = value.if_string()) return text->size() / 64;
  if (const json::array* list = value.if_array()) return list->size();
  if (const json::object* members = value.if_object()) return members->size();
  return 0;
}

class Evaluation {
 public:
  Evaluation(const Condition::Ast& ast, const json::value& model) : ast_(ast), slots_(ast.slots, &kNothing) {
    slots_.front() = &model;
  }

  bool run() { return is_true(value_of(ast_.root)); }

 private:
  inline static const json::value kNothing = nullptr;
  inline static const json::value kYes = true;
  inline static const json::value kNo = false;

  static const json::value& truth(bool is_so) { return is_so ? kYes : kNo; }

  void spend(const ConditionNode& node, std::size_t steps) {
    steps_ += steps;
    if (steps_ > Condition::kMostSteps) fail_at(node, "the condition takes too long on this model");
  }

  const json::value& made(const ConditionNode& node, std::string_view text) {
    spend(node, text.size());
    return made_.emplace_back(text);
  }

  const json::value& value_of(std::uint32_t place) {
    const ConditionNode& node = ast_.nodes[place];
    spend(node, 1);
    switch (node.kind) {
      case ConditionKind::kLiteral:
        return node.literal;
      case ConditionKind::kVariable:
        return *slots_[node.index];
      case ConditionKind::kMember:
        return member(node, value_of(node.children[0]), to_view(node.literal.get_string()));
      case ConditionKind::kItem:
        return item(node, value_of(node.children[0]), value_of(node.children[1]));
      case ConditionKind::kCall:
        return call(node);
      case ConditionKind::kAll:
        return truth(!has_item(node, false));
      case ConditionKind::kAny:
        return truth(has_item(node, true));
      case ConditionKind::kNot:
        return truth(!is_true(value_of(node.children[0])));
      case ConditionKind::kAnd:
        return truth(std::all_of(node.children.begin(), node.children.end(),
                                 [&](std::uint32_t part) { return is_true(value_of(part)); }));
      case ConditionKind::kOr:
        return truth(std::any_of(node.children.begin(), node.children.end(),
                                 [&](std::uint32_t part) { return is_true(value_of(part)); }));
      default:
        return truth(compare(node, value_of(node.children[0]), value_of(node.children[1])));
    }
  }

  static const json::value& member(const ConditionNode& node, const json::value& base, std::string_view name) {
    if (base.is_null()) return kNothing;
    const json::object* members = base.if_object();
    if (members == nullptr) fail_at(node, fmt::format("{} has no member `{}`", kind_of(base), name));
    const json::value* found = members->if_contains(name);
    return found == nullptr ? kNothing : *found;
  }

  static const json::value& item(const ConditionNode& node, const json::value& base, const json::value& key) {
    if (base.is_null()) return kNothing;
    if (key.is_string() && base.is_object()) return member(node, base, to_view(key.get_string()));
    const json::array* list = base.if_array();
    const std::int64_t* index = key.if_int64();
    if (list == nullptr || index == nullptr)
      fail_at(node, fmt::format("{} has no item {}", kind_of(base), kind_of(key)));
    const bool is_inside = *index >= 0 && static_cast<std::size_t>(*index) < list->size();
    return is_inside ? (*list)[static_cast<std::size_t>(*index)] : kNothing;
  }

  // Whether the list has an item whose condition is `wanted`.
  bool has_item(const ConditionNode& node, bool wanted) {
    const json::value& list = value_of(node.children[0]);
    if (list.is_null()) return false;
    if (!list.is_array()) fail_at(node, fmt::format("`all` and `any` look at a list, not at {}", kind_of(list)));
    const json::value* outer = slots_[node.index];
    const bool found = std::any_of(list.get_array().begin(), list.get_array().end(), [&](const json::value& one) {
      slots_[node.index] = &one;
      return is_true(value_of(node.children[1])) == wanted;
    });
    slots_[node.index] = outer;
    return found;
  }

  bool contains(const ConditionNode& node, const json::value& whole, const json::value& part) {
    spend(node, size_of(whole) + size_of(part));
    if (whole.is_null()) return false;
    if (const json::array* list = whole.if_array()) {
      return std::any_of(list->begin(), list->end(), [&](const json::value& one) { return are_equal(one, part); });
    }
    if (part.is_null()) return false;
    if (!part.is_string()) fail_at(node, fmt::format("{} cannot be in {}", kind_of(part), kind_of(whole)));
    if (const json::object* members = whole.if_object()) return members->contains(part.get_string());
    if (!whole.is_string()) fail_at(node, fmt::format("nothing can be in {}", kind_of(whole)));
    return to_view(whole.get_string()).find(to_view(part.get_string())) != std::string_view::npos;
  }

  bool compare(const ConditionNode& node, const json::value& left, const json::value& right) {
    spend(node, std::max(size_of(left), size_of(right)));
    switch (node.kind) {
      case ConditionKind::kEqual:
        return are_equal(left, right);
      case ConditionKind::kUnequal:
        return !are_equal(left, right);
      case ConditionKind::kIn:
        return contains(node, right, left);
      case ConditionKind::kNotIn:
        return !contains(node, right, left);
      default:
        return has_order(node, left, right);
    }
  }

  static bool has_order(const ConditionNode& node, const json::value& left, const json::value& right) {
    const auto decide = [&](const auto& a, const auto& b) {
      if (node.kind == ConditionKind::kLess) return a < b;
      if (node.kind == ConditionKind::kLessEqual) return a <= b;
      return node.kind == ConditionKind::kGreater ? a > b : a >= b;
    };
    if (left.is_number() && right.is_number()) return decide(number_of(left), number_of(right));
    if (left.is_string() && right.is_string()) return decide(to_view(left.get_string()), to_view(right.get_string()));
    fail_at(node, fmt::format("{} and {} have no order", kind_of(left), kind_of(right)));
  }

  // The text of an argument; nullopt for nothing.
  std::optional<std::string_view> text_of(const ConditionNode& node, std::uint32_t place) {
    const json::value& value = value_of(place);
    if (value.is_null()) return std::nullopt;
    if (!value.is_string()) {
      fail_at(node, fmt::format("`{}` takes a text, not {}", kConditionFunctions[node.index].name, kind_of(value)));
    }
    spend(node, size_of(value));
    return to_view(value.get_string());
  }

  const json::value& length(const ConditionNode& node) {
    const json::value& value = value_of(node.children[0]);
    spend(node, size_of(value));
    if (const json::array* list = value.if_array()) return made_.emplace_back(list->size());
    if (const json::object* members = value.if_object()) return made_.emplace_back(members->size());
    if (value.is_null()) return made_.emplace_back(0);
    if (!value.is_string()) fail_at(node, fmt::format("{} has no length", kind_of(value)));
    const std::string_view text = to_view(value.get_string());
    const auto points = std::count_if(text.begin(), text.end(), [](char c) { return (c & 0xC0) != 0x80; });
    return made_.emplace_back(static_cast<std::int64_t>(points));
  }

  const json::value& call(const ConditionNode& node) {
    const ConditionFunctionId id = kConditionFunctions[node.index].id;
    if (id == ConditionFunctionId::kLength) return length(node);
    if (id == ConditionFunctionId::kContains) {
      return truth(contains(node, value_of(node.children[0]), value_of(node.children[1])));
    }
    const auto text = text_of(node, node.children[0]);
    if (id == ConditionFunctionId::kLower) return text ? made(node, text::to_lower_ascii(*text)) : kNothing;
    if (id == ConditionFunctionId::kUpper) return text ? made(node, text::to_upper_ascii(*text)) : kNothing;
    const auto other = text_of(node, node.children[1]);
    if (!text || !other) return kNo;
    if (id == ConditionFunctionId::kStartsWith) return truth(text->starts_with(*other));
    if (id == ConditionFunctionId::kEndsWith) return truth(text->ends_with(*other));
    spend(node, text->size() * other->size() / 64);
    return truth(text::matches_glob(*other, *text));
  }

  const Condition::Ast& ast_;
  std::vector<const json::value*> slots_;
  std::deque<json::value> made_;  // stays in place while it grows
  std::size_t steps_ = 0;
};

}  // namespace

std::optional<bool> Condition::evaluate(const boost::json::value& model, ConditionProblem* problem) const {
  try {
    return Evaluation(*ast_, model).run();
  } catch (Failure& failure) {
    *problem = std::move(failure.problem);
    return std::nullopt;
  }
}

}  // namespace floe::policy
