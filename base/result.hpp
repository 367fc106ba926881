// Result<T>: a value or an Error; the subset of std::expected that floe uses, plus FLOE_TRY.
#pragma once

#include "base/error.hpp"

#include <cstdlib>
#include <optional>
#include <type_traits>
#include <utility>
#include <variant>

namespace floe {

template <class T>
class [[nodiscard]] Result {
 public:
  using value_type = T;

  Result(T value) : state_(std::in_place_index<0>, std::move(value)) {}  // NOLINT: implicit by design

  Result(Error error) : state_(std::in_place_index<1>, std::move(error)) {}  // NOLINT: implicit by design

  template <class U>
    requires(std::is_convertible_v<U &&, T> && !std::is_same_v<std::decay_t<U>, T> &&
             !std::is_same_v<std::decay_t<U>, Error> && !std::is_same_v<std::decay_t<U>, Result>)
  Result(U&& value) : state_(std::in_place_index<0>, std::forward<U>(value)) {}  // NOLINT: implicit by design

  [[nodiscard]] bool has_value() const { return state_.index() == 0; }

  explicit operator bool() const { return has_value(); }

  T& operator*() & { return std::get<0>(state_); }

  const T& operator*() const& { return std::get<0>(state_); }

  T&& operator*() && { return std::get<0>(std::move(state_)); }

  T* operator->() { return &std::get<0>(state_); }

  const T* operator->() const { return &std::get<0>(state_); }

  Error& error() & { return std::get<1>(state_); }

  const Error& error() const& { return std::get<1>(state_); }

  Error&& error() && { return std::get<1>(std::move(state_)); }

  template <class U>
  T value_or(U&& fallback) && {
    return has_value() ? std::get<0>(std::move(state_)) : static_cast<T>(std::forward<U>(fallback));
  }

  template <class F>
  auto and_then(F&& next) && -> std::invoke_result_t<F, T&&> {
    if (!has_value()) return std::get<1>(std::move(state_));
    return std::forward<F>(next)(std::get<0>(std::move(state_)));
  }

  template <class F>
  auto transform(F&& map) && -> Result<std::invoke_result_t<F, T&&>> {
    if (!has_value()) return std::get<1>(std::move(state_));
    return std::forward<F>(map)(std::get<0>(std::move(state_)));
  }

  Result&& with_context(std::string what) && {
    if (!has_value()) error().context.push_back(std::move(what));
    return std::move(*this);
  }

 private:
  std::variant<T, Error> state_;
};

template <>
class [[nodiscard]] Result<void> {
 public:
  using value_type = void;

  Result() = default;

  Result(Error error) : error_(std::move(error)) {}  // NOLINT: implicit by design

  [[nodiscard]] bool has_value() const { return !error_.has_value(); }

  explicit operator bool() const { return has_value(); }

  Error& error() & { return *error_; }

  const Error& error() const& { return *error_; }

  Error&& error() && { return *std::move(error_); }

  Result&& with_context(std::string what) && {
    if (!has_value()) error_->context.push_back(std::move(what));
    return std::move(*this);
  }

 private:
  std::optional<Error> error_;
};

using Status = Result<void>;

inline Status ok() { return {}; }

inline Error fail(ErrorCode code, std::string message) { return Error{code, std::move(message), {}, {}}; }

namespace result_detail {

inline void take(Result<void>&& /*result*/) {}

template <class T>
T take(Result<T>&& result) {
  return *std::move(result);
}

}  // namespace result_detail

}  // namespace floe

// The value of a Result, or return its Error from the enclosing function. One per statement.
#define FLOE_TRY(expression)                                                     \
  __extension__({                                                                \
    auto floe_try_result = (expression);                                         \
    if (!floe_try_result.has_value()) return std::move(floe_try_result).error(); \
    ::floe::result_detail::take(std::move(floe_try_result));                     \
  })

// Our own bug, never user input.
#define FLOE_ASSERT(condition)                                                  \
  do {                                                                          \
    if (!(condition)) ::floe::assertion_failed(#condition, __FILE__, __LINE__); \
  } while (false)

namespace floe {
[[noreturn]] void assertion_failed(const char* condition, const char* file, int line);
}
