#include "select/criterion.hpp"

#include "base/fail.hpp"
#include "base/text/text.hpp"

#include <algorithm>
#include <array>
#include <charconv>

namespace floe::dbt {
namespace {

constexpr std::array<std::string_view, 15> kMethods{"fqn",    "tag",     "path",      "file",      "source",
                                                    "config", "package", "test_name", "test_type", "resource_type",
                                                    "group",  "access",  "exposure",  "version",   "selector"};
constexpr std::array<std::string_view, 7> kUnsupportedMethods{
    "state", "result", "source_status", "metric", "saved_query", "semantic_model", "unit_test"};

bool is_digit(char c) { return c >= '0' && c <= '9'; }

bool is_method_text(std::string_view text) {
  return !text.empty() && std::all_of(text.begin(), text.end(), [](char c) {
    return is_digit(c) || c == '_' || c == '.' || (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z');
  });
}

std::optional<int> parse_depth(std::string_view digits) {
  int depth = 0;
  std::from_chars(digits.data(), digits.data() + digits.size(), depth);
  return digits.empty() ? std::nullopt : std::optional<int>(depth);
}

// `2+` in front.
void take_parents(std::string_view* rest, Criterion* criterion) {
  std::size_t digits = 0;
  while (digits < rest->size() && is_digit((*rest)[digits]))
    ++digits;
  if (digits >= rest->size() || (*rest)[digits] != '+') return;
  criterion->with_parents = true;
  criterion->parents_depth = parse_depth(rest->substr(0, digits));
  rest->remove_prefix(digits + 1);
}

// `+3` behind.
void take_children(std::string_view* rest, Criterion* criterion) {
  std::size_t digits = 0;
  while (digits < rest->size() && is_digit((*rest)[rest->size() - 1 - digits]))
    ++digits;
  if (digits >= rest->size() || (*rest)[rest->size() - 1 - digits] != '+') return;
  criterion->with_children = true;
  criterion->children_depth = parse_depth(rest->substr(rest->size() - digits));
  rest->remove_suffix(digits + 1);
}

Status check_method(const Criterion& criterion) {
  if (std::find(kMethods.begin(), kMethods.end(), criterion.method) != kMethods.end()) return ok();
  const bool is_known =
      std::find(kUnsupportedMethods.begin(), kUnsupportedMethods.end(), criterion.method) != kUnsupportedMethods.end();
  std::string accepted;
  for (const std::string_view method : kMethods)
    accepted += (accepted.empty() ? "" : ", ") + std::string(method);
  if (is_known) {
    return failf(ErrorCode::kUnsupported,
                 "selection method `{}` of `{}` is not supported by this version; use one of {}", criterion.method,
                 criterion.text, accepted);
  }
  return failf(ErrorCode::kInvalidArgument, "`{}` of `{}` is no selection method; use one of {}", criterion.method,
               criterion.text, accepted);
}

}  // namespace

std::string default_method(std::string_view value) {
  if (value.find('/') != std::string_view::npos) return "path";
  const std::string lower = text::to_lower_ascii(value);
  const bool is_file = lower.ends_with(".sql") || lower.ends_with(".py") || lower.ends_with(".csv");
  return is_file ? "file" : "fqn";
}

Status set_method(Criterion* criterion, std::string_view method) {
  for (const std::string_view part : text::split(method, '.'))
    criterion->arguments.emplace_back(part);
  criterion->method = criterion->arguments.front();
  criterion->arguments.erase(criterion->arguments.begin());
  return check_method(*criterion);
}

Result<Criterion> parse_criterion(std::string_view text) {
  Criterion criterion;
  criterion.text = text;
  std::string_view rest = text;
  if (rest.starts_with('@')) {
    criterion.childrens_parents = true;
    rest.remove_prefix(1);
  }
  take_parents(&rest, &criterion);
  const auto colon = rest.find(':');
  std::string_view method;
  if (colon != std::string_view::npos && is_method_text(rest.substr(0, colon))) {
    method = rest.substr(0, colon);
    rest.remove_prefix(colon + 1);
  }
  take_children(&rest, &criterion);
  criterion.value = rest;
  if (criterion.with_children && criterion.childrens_parents) {
    return failf(ErrorCode::kInvalidArgument,
                 "`{}` has `@` in front and `+` behind: `@` includes all descendants already", text);
  }
  if (method.empty()) {
    criterion.method = default_method(rest);
    return criterion;
  }
  FLOE_TRY(set_method(&criterion, method));
  return criterion;
}

}  // namespace floe::dbt
