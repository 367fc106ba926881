#include "value/method_arguments.hpp"

#include "base/text/text.hpp"

#include <fmt/format.h>

namespace floe::dbt {

void refuse_keywords(std::string_view method, const Arguments& arguments) {
  if (!arguments.named.empty()) {
    raise(ExceptionKind::kTypeError, fmt::format("{}() takes no keyword arguments", method));
  }
}

void expect_count(std::string_view method, const Arguments& arguments, std::size_t low, std::size_t high) {
  refuse_keywords(method, arguments);
  std::size_t given = arguments.positional.size();
  if (given >= low && given <= high) return;
  std::string_view name = method.substr(method.find('.') + 1);
  if (low == high) {
    std::string expected = low == 0   ? "no arguments"
                           : low == 1 ? "exactly one argument"
                                      : fmt::format("exactly {} arguments", low);
    raise(ExceptionKind::kTypeError, fmt::format("{}() takes {} ({} given)", method, expected, given));
  }
  bool few = given < low;
  std::size_t limit = few ? low : high;
  raise(ExceptionKind::kTypeError, fmt::format("{} expected at {} {}, got {}", name, few ? "least" : "most",
                                               text::counted(static_cast<std::int64_t>(limit), "argument"), given));
}

const std::string& expect_string(const Value& value, std::string_view what) {
  if (!value.is_string()) {
    raise(ExceptionKind::kTypeError, fmt::format("{} must be str, not {}", what, type_name(value)));
  }
  return value.as_string();
}

std::int64_t expect_index(const Value& value) {
  if (auto index = as_index(value)) return *index;
  if (value.is_undefined()) {
    raise(ExceptionKind::kTypeError, "'Undefined' object cannot be interpreted as an integer");
  }
  if (value.kind() == Kind::kBigInt) {
    raise(ExceptionKind::kOverflowError, "Python int too large to convert to C ssize_t");
  }
  raise(ExceptionKind::kTypeError, fmt::format("'{}' object cannot be interpreted as an integer", type_name(value)));
}

}  // namespace floe::dbt
