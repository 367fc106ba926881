#include "base/json/schema.hpp"

#include "base/fail.hpp"
#include "base/json/schema_document.hpp"
#include "base/text/pattern.hpp"
#include "base/text/text.hpp"

#include <algorithm>
#include <cmath>
#include <iterator>
#include <map>
#include <optional>
#include <set>

namespace floe {
namespace {

constexpr std::size_t kDeepest = 200;             // of schemas inside each other: ends a reference to itself
constexpr std::size_t kLongestForPatterns = 500;  // bytes: each may be matched in 2,000 ways at a time

// What one schema says about one place: problems, and what of the instance it looked at.
struct Outcome {
  std::vector<SchemaProblem> problems;
  std::set<std::string> members;
  std::set<std::size_t> items;

  [[nodiscard]] bool is_valid() const { return problems.empty(); }

  void merge_seen(Outcome&& other) {
    members.merge(other.members);
    items.merge(other.items);
  }
};

bool is_integer(const json::value& value) {
  if (value.is_double())
    return std::isfinite(value.get_double()) && std::trunc(value.get_double()) == value.get_double();
  return value.is_int64() || value.is_uint64();
}

double number_of(const json::value& value) { return value.to_number<double>(); }

int compare(const json::value& left, const json::value& right) {
  if (left.is_int64() && right.is_int64()) {
    return left.get_int64() < right.get_int64() ? -1 : left.get_int64() > right.get_int64() ? 1 : 0;
  }
  const double a = number_of(left);
  const double b = number_of(right);
  return a < b ? -1 : a > b ? 1 : 0;
}

// As JSON Schema means it: 1 and 1.0 are equal, the order of members says nothing.
bool equal(const json::value& left, const json::value& right) {
  if (left.is_number() && right.is_number()) return compare(left, right) == 0;
  if (left.is_array() && right.is_array()) {
    return std::equal(left.get_array().begin(), left.get_array().end(), right.get_array().begin(),
                      right.get_array().end(), equal);
  }
  if (left.is_object() && right.is_object()) {
    const json::object& a = left.get_object();
    const json::object& b = right.get_object();
    return a.size() == b.size() && std::all_of(a.begin(), a.end(), [&](const auto& member) {
             const json::value* other = b.if_contains(member.key());
             return other != nullptr && equal(member.value(), *other);
           });
  }
  return left == right;
}

bool has_type(const json::value& value, std::string_view type) {
  if (type == "null") return value.is_null();
  if (type == "boolean") return value.is_bool();
  if (type == "object") return value.is_object();
  if (type == "array") return value.is_array();
  if (type == "string") return value.is_string();
  return type == "integer" ? value.is_number() && is_integer(value) : value.is_number();
}

std::string_view type_words(std::string_view type) {
  if (type == "boolean") return "true or false";
  if (type == "object") return "an object";
  if (type == "array") return "a list";
  if (type == "string") return "a text";
  if (type == "integer") return "a whole number";
  return type == "number" ? "a number" : "null";
}

std::string_view kind_words(const json::value& value) {
  if (value.is_bool()) return "true or false";
  if (value.is_object()) return "an object";
  if (value.is_array()) return "a list";
  if (value.is_string()) return "a text";
  return value.is_null() ? "null" : "a number";
}

// `a`, `b` and `c`
std::string enumerated(const std::vector<std::string>& words, std::string_view last = " and ") {
  std::string out;
  for (std::size_t i = 0; i < words.size(); ++i) {
    const std::string_view between = i == 0 ? "" : i + 1 == words.size() ? last : ", ";
    out.append(between).append(words[i]);
  }
  return out;
}

std::string quoted(const json::value& value) {
  return "`" + (value.is_string() ? std::string(to_view(value.get_string())) : to_json(value)) + "`";
}

std::size_t code_points(std::string_view text) {
  return static_cast<std::size_t>(
      std::count_if(text.begin(), text.end(), [](char c) { return (static_cast<unsigned char>(c) & 0xC0U) != 0x80U; }));
}

const json::value* keyword(const json::object& schema, std::string_view name) { return schema.if_contains(name); }

class Evaluation {
 public:
  explicit Evaluation(const json::value& root) : root_(root) {}

  void check(const json::value& schema, const json::value& instance, Outcome& out) {
    if (schema.is_bool()) {
      if (!schema.get_bool()) add(out, "is not accepted here");
      return;
    }
    const json::object* object = schema.if_object();
    if (object == nullptr) return;
    if (depth_ == kDeepest) return add(out, "is described by a schema that refers to itself without end");
    ++depth_;
    check_value(*object, instance, out);
    check_number(*object, instance, out);
    check_text(*object, instance, out);
    check_same_place(*object, instance, out);
    if (const json::array* list = instance.if_array()) check_array(*object, *list, out);
    if (instance.is_object()) check_object(*object, instance, out);
    --depth_;
  }

 private:
  void add(Outcome& out, std::string message, bool is_key = false) {
    out.problems.push_back({path_, is_key, std::move(message)});
  }

  // A schema for something inside the instance: its problems count, what it looked at is its own affair.
  void check_below(const json::value& schema, const json::value& instance, std::string step, Outcome& out) {
    path_.push_back(std::move(step));
    Outcome below;
    check(schema, instance, below);
    path_.pop_back();
    std::move(below.problems.begin(), below.problems.end(), std::back_inserter(out.problems));
  }

  // Another schema for the same place.
  void check_beside(const json::value& schema, const json::value& instance, Outcome& out) {
    Outcome beside;
    check(schema, instance, beside);
    if (beside.is_valid()) return out.merge_seen(std::move(beside));
    std::move(beside.problems.begin(), beside.problems.end(), std::back_inserter(out.problems));
  }

  void check_value(const json::object& schema, const json::value& instance, Outcome& out) {
    if (const json::value* type = keyword(schema, "type")) check_type(*type, instance, out);
    if (const json::value* accepted = keyword(schema, "enum")) {
      const json::array& list = accepted->get_array();
      std::vector<std::string> words;
      for (const json::value& one : list) {
        if (equal(one, instance)) return;
        words.push_back(quoted(one));
      }
      add(out, "must be one of " + enumerated(words, " or "));
    }
    const json::value* wanted = keyword(schema, "const");
    if (wanted != nullptr && !equal(*wanted, instance)) add(out, "must be " + quoted(*wanted));
  }

  void check_type(const json::value& type, const json::value& instance, Outcome& out) {
    const json::array types = type.is_array() ? type.get_array() : json::array{type};
    std::vector<std::string> words;
    for (const json::value& one : types) {
      if (has_type(instance, to_view(one.get_string()))) return;
      words.emplace_back(type_words(to_view(one.get_string())));
    }
    add(out, fmt::format("must be {}, not {}", enumerated(words, " or "), kind_words(instance)));
  }

  void check_number(const json::object& schema, const json::value& instance, Outcome& out) {
    if (!instance.is_number()) return;
    const auto bound = [&](std::string_view name, std::string_view words, auto&& holds) {
      const json::value* limit = keyword(schema, name);
      if (limit != nullptr && !holds(compare(instance, *limit)))
        add(out, fmt::format("must be {} {}", words, to_json(*limit)));
    };
    bound("minimum", "at least", [](int order) { return order >= 0; });
    bound("exclusiveMinimum", "more than", [](int order) { return order > 0; });
    bound("maximum", "at most", [](int order) { return order <= 0; });
    bound("exclusiveMaximum", "less than", [](int order) { return order < 0; });
    const json::value* unit = keyword(schema, "multipleOf");
    if (unit == nullptr) return;
    const double times = number_of(instance) / number_of(*unit);
    constexpr double kRounding = 1e-9;  // 0.3 is a multiple of 0.1
    if (std::isfinite(times) && std::abs(times - std::round(times)) < kRounding) return;
    add(out, "must be a multiple of " + to_json(*unit));
  }

  void check_text(const json::object& schema, const json::value& instance, Outcome& out) {
    if (!instance.is_string()) return;
    const std::string_view text = to_view(instance.get_string());
    const std::size_t length = code_points(text);
    check_size(schema, "minLength", "maxLength", length, "character", out);
    const json::value* pattern = keyword(schema, "pattern");
    if (pattern == nullptr) return;
    if (text.size() > kLongestForPatterns) {
      add(out, fmt::format("is too long: a text with a pattern has at most {} bytes", kLongestForPatterns));
    } else if (!matches(text, to_view(pattern->get_string()))) {
      add(out, "must match " + quoted(*pattern));
    }
  }

  void check_size(const json::object& schema, std::string_view lower, std::string_view upper, std::size_t size,
                  std::string_view what, Outcome& out) {
    const json::value found(size);
    const auto words = [&](const json::value& limit) {
      return fmt::format("{} {}{}", to_json(limit), what, compare(limit, 1) == 0 ? "" : "s");
    };
    const json::value* least = keyword(schema, lower);
    if (least != nullptr && compare(found, *least) < 0) add(out, "must have at least " + words(*least));
    const json::value* most = keyword(schema, upper);
    if (most != nullptr && compare(found, *most) > 0) add(out, "must have at most " + words(*most));
  }

  void check_same_place(const json::object& schema, const json::value& instance, Outcome& out) {
    for (const char* name : {"$ref", "$dynamicRef"}) {
      if (const json::value* reference = keyword(schema, name)) {
        check_beside(*schema_document::resolve(root_, to_view(reference->get_string())), instance, out);
      }
    }
    if (const json::value* all = keyword(schema, "allOf")) {
      for (const json::value& one : all->get_array())
        check_beside(one, instance, out);
    }
    if (const json::value* any = keyword(schema, "anyOf")) check_choice(any->get_array(), instance, false, out);
    if (const json::value* one = keyword(schema, "oneOf")) check_choice(one->get_array(), instance, true, out);
    if (const json::value* refused = keyword(schema, "not")) {
      Outcome unwanted;
      check(*refused, instance, unwanted);
      if (unwanted.is_valid()) add(out, "has a form that is not accepted");
    }
    check_condition(schema, instance, out);
  }

  void check_choice(const json::array& branches, const json::value& instance, bool is_exclusive, Outcome& out) {
    std::size_t fitting = 0;
    std::vector<std::string> reasons;
    for (const json::value& branch : branches) {
      Outcome tried;
      check(branch, instance, tried);
      if (tried.is_valid()) {
        ++fitting;
        out.merge_seen(std::move(tried));
      } else {
        reasons.push_back(reason_of(tried.problems.front()));
      }
    }
    if (fitting == 0) add(out, "has none of the accepted forms: " + enumerated(reasons, "; or "));
    if (fitting > 1 && is_exclusive)
      add(out, fmt::format("has {} of the accepted forms; it must have exactly one", fitting));
  }

  // A problem of a branch, told from where the choice is.
  [[nodiscard]] std::string reason_of(const SchemaProblem& problem) const {
    const std::vector<std::string> below(problem.path.begin() + static_cast<std::ptrdiff_t>(path_.size()),
                                         problem.path.end());
    return below.empty() ? problem.message : fmt::format("`{}` {}", dotted_path(below), problem.message);
  }

  void check_condition(const json::object& schema, const json::value& instance, Outcome& out) {
    const json::value* condition = keyword(schema, "if");
    if (condition == nullptr) return;
    Outcome asked;
    check(*condition, instance, asked);
    const json::value* consequence = keyword(schema, asked.is_valid() ? "then" : "else");
    if (asked.is_valid()) out.merge_seen(std::move(asked));
    if (consequence != nullptr) check_beside(*consequence, instance, out);
  }

  void check_array(const json::object& schema, const json::array& list, Outcome& out) {
    check_size(schema, "minItems", "maxItems", list.size(), "item", out);
    const json::value* unique = keyword(schema, "uniqueItems");
    if (unique != nullptr && unique->get_bool() && has_duplicates(list)) add(out, "must not have equal items");
    std::size_t next = 0;
    if (const json::value* first = keyword(schema, "prefixItems")) {
      for (; next < std::min(list.size(), first->get_array().size()); ++next)
        check_item(first->get_array()[next], list, next, out);
    }
    if (const json::value* rest = keyword(schema, "items")) {
      for (; next < list.size(); ++next)
        check_item(*rest, list, next, out);
    }
    check_contains(schema, list, out);
    const json::value* others = keyword(schema, "unevaluatedItems");
    for (std::size_t i = 0; others != nullptr && i < list.size(); ++i) {
      if (!out.items.contains(i)) check_item(*others, list, i, out);
    }
  }

  void check_item(const json::value& schema, const json::array& list, std::size_t index, Outcome& out) {
    out.items.insert(index);
    check_below(schema, list[index], std::to_string(index), out);
  }

  static bool has_duplicates(const json::array& list) {
    for (auto one = list.begin(); one != list.end(); ++one) {
      if (std::any_of(std::next(one), list.end(), [&](const json::value& other) { return equal(*one, other); }))
        return true;
    }
    return false;
  }

  void check_contains(const json::object& schema, const json::array& list, Outcome& out) {
    const json::value* wanted = keyword(schema, "contains");
    if (wanted == nullptr) return;
    std::size_t count = 0;
    for (std::size_t i = 0; i < list.size(); ++i) {
      Outcome tried;
      check(*wanted, list[i], tried);
      if (!tried.is_valid()) continue;
      ++count;
      out.items.insert(i);
    }
    const json::value* least = keyword(schema, "minContains");
    const json::value* most = keyword(schema, "maxContains");
    const json::value found(count);
    if (compare(found, least == nullptr ? json::value(1) : *least) < 0)
      add(out, "has too few items of the wanted form");
    if (most != nullptr && compare(found, *most) > 0) add(out, "has too many items of the wanted form");
  }

  void check_object(const json::object& schema, const json::value& instance, Outcome& out) {
    const json::object& members = instance.get_object();
    check_size(schema, "minProperties", "maxProperties", members.size(), "member", out);
    if (const json::value* required = keyword(schema, "required"))
      check_required(required->get_array(), members, "", out);
    if (const json::value* dependent = keyword(schema, "dependentRequired")) {
      for (const auto& [key, needed] : dependent->get_object()) {
        if (members.contains(key))
          check_required(needed.get_array(), members, fmt::format(", which `{}` needs", std::string_view(key)), out);
      }
    }
    if (const json::value* dependent = keyword(schema, "dependentSchemas")) {
      for (const auto& [key, needed] : dependent->get_object()) {
        if (members.contains(key)) check_beside(needed, instance, out);
      }
    }
    check_members(schema, members, out);
    const json::value* names = keyword(schema, "propertyNames");
    const json::value* others = keyword(schema, "unevaluatedProperties");
    for (const auto& [key, value] : members) {
      const std::string name(key);
      if (names != nullptr) check_name(*names, name, out);
      if (others != nullptr && !out.members.contains(name)) check_other(schema, *others, name, value, out);
    }
  }

  void check_required(const json::array& required, const json::object& members, const std::string& why, Outcome& out) {
    for (const json::value& key : required) {
      if (members.contains(key.get_string())) continue;
      add(out, quoted(key) + " is missing" + why);
      if (why.empty()) out.problems.back().missing = to_view(key.get_string());
    }
  }

  void check_members(const json::object& schema, const json::object& members, Outcome& out) {
    const json::value* named = keyword(schema, "properties");
    const json::value* patterned = keyword(schema, "patternProperties");
    const json::value* others = keyword(schema, "additionalProperties");
    for (const auto& [key, value] : members) {
      const std::string name(key);
      bool is_known = false;
      const json::value* own = named == nullptr ? nullptr : named->get_object().if_contains(name);
      if (own != nullptr) {
        is_known = true;
        check_below(*own, value, name, out);
      }
      if (patterned != nullptr) {
        for (const auto& [pattern, below] : patterned->get_object()) {
          if (name.size() > kLongestForPatterns || !matches(name, std::string_view(pattern))) continue;
          is_known = true;
          check_below(below, value, name, out);
        }
      }
      if (is_known) {
        out.members.insert(name);
      } else if (others != nullptr) {
        check_other(schema, *others, name, value, out);
      }
    }
  }

  // A member that `properties` does not name.
  void check_other(const json::object& schema, const json::value& others, const std::string& name,
                   const json::value& value, Outcome& out) {
    out.members.insert(name);
    if (!others.is_bool() || others.get_bool()) return check_below(others, value, name, out);
    std::vector<std::string> known;
    if (const json::object* named = get_object(schema, "properties")) {
      for (const auto& member : *named)
        known.emplace_back(member.key());
    }
    const auto near = text::nearest(name, known);
    std::vector<std::string> words;
    words.reserve(known.size());
    for (const std::string& one : known)
      words.push_back("`" + one + "`");
    std::string message = words.empty() ? "unknown key" : "unknown key; accepted are " + enumerated(words);
    if (near) message += "; the nearest is `" + *near + "`";
    path_.push_back(name);
    add(out, std::move(message), true);
    path_.pop_back();
  }

  void check_name(const json::value& schema, const std::string& name, Outcome& out) {
    Outcome tried;
    check(schema, json::value(name), tried);
    if (tried.is_valid()) return;
    path_.push_back(name);
    add(out, "the key " + tried.problems.front().message, true);
    path_.pop_back();
  }

  // What cannot be told does not match. So does an expression that is none: of the parts that only a reference reaches
  // nobody has looked at it before.
  bool matches(std::string_view text, std::string_view pattern) {
    auto found = patterns_.find(pattern);
    if (found == patterns_.end()) {
      auto parsed = text::Pattern::parse(pattern, text::PatternUnit::kCodePoint);
      found = patterns_.emplace(pattern, parsed ? std::optional(*std::move(parsed)) : std::nullopt).first;
    }
    return found->second && found->second->occurs_in(text, false);
  }

  const json::value& root_;
  std::vector<std::string> path_;
  std::map<std::string, std::optional<text::Pattern>, std::less<>> patterns_;
  std::size_t depth_ = 0;
};

bool is_index(const std::string& step) {
  return !step.empty() && std::all_of(step.begin(), step.end(), [](char c) { return c >= '0' && c <= '9'; });
}

}  // namespace

Result<JsonSchema> JsonSchema::parse(std::string_view text) {
  json::value root = FLOE_TRY(parse_json(text));
  FLOE_TRY(schema_document::check(root));
  return JsonSchema(std::move(root));
}

std::vector<SchemaProblem> JsonSchema::problems(const json::value& instance) const {
  Outcome out;
  Evaluation(root_).check(root_, instance, out);
  return std::move(out.problems);
}

std::string dotted_path(const std::vector<std::string>& path) {
  std::string out;
  for (const std::string& step : path) {
    if (is_index(step)) {
      out += "[" + step + "]";
    } else {
      out += (out.empty() ? "" : ".") + step;
    }
  }
  return out;
}

}  // namespace floe
