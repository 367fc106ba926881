// Python's exceptions inside the engine. They never leave libfloe-dbt: render() and call() turn them into an Error.
#pragma once

#include "base/error.hpp"

#include <cstdint>
#include <exception>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace floe::dbt {

enum class ExceptionKind : std::uint8_t {
  kTypeError,
  kValueError,
  kKeyError,
  kIndexError,
  kAttributeError,
  kZeroDivisionError,
  kOverflowError,
  kUnicodeError,
  kRecursionError,
  kStopIteration,
  kArithmetic,      // decimal.InvalidOperation and its kin
  kUndefinedError,  // jinja2.UndefinedError
  kSyntaxError,     // jinja2.TemplateSyntaxError, TemplateAssertionError
  kRuntimeError,    // jinja2.TemplateRuntimeError
  kFilterArgument,  // jinja2.FilterArgumentError
  kSecurityError,   // jinja2.sandbox.SecurityError
  kCompilation,     // dbt's CompilationError and what the host raises
  kHost,            // an Error of the host (warehouse, storage), carried as it is
  kCancelled,
  kLimit,  // a run takes more than value/meter.hpp lets it
};

std::string_view exception_name(ExceptionKind kind);  // `TypeError`, `UndefinedError`, ...

// Where a template was when it failed, innermost first.
struct TemplateFrame {
  std::string template_name;  // as given to parse(): a path or `model.pkg.name`
  std::string macro;          // unique id of the dbt macro; empty for a template's own body
  int line = 0;               // 1-based, 0 when not known
};

class PythonException : public std::exception {
 public:
  PythonException(ExceptionKind kind, std::string message) : kind_(kind), message_(std::move(message)) {}

  [[nodiscard]] const char* what() const noexcept override { return message_.c_str(); }

  [[nodiscard]] ExceptionKind kind() const { return kind_; }

  [[nodiscard]] const std::string& message() const { return message_; }

  [[nodiscard]] const std::vector<TemplateFrame>& frames() const { return frames_; }

  std::vector<TemplateFrame>& frames() { return frames_; }

  [[nodiscard]] const std::shared_ptr<Error>& host_error() const { return host_error_; }

  void set_host_error(Error error) { host_error_ = std::make_shared<Error>(std::move(error)); }

 private:
  ExceptionKind kind_;
  std::string message_;
  std::vector<TemplateFrame> frames_;
  std::shared_ptr<Error> host_error_;
};

[[noreturn]] void raise(ExceptionKind kind, std::string message);
// Carries a host's Error out of render() with its code and details, plus the template frames.
[[noreturn]] void raise_error(Error error);

// The Error a caller of render() sees. Message = the Python message. Details: `jinja.class` (`UndefinedError`),
// `jinja.template`, `jinja.line`, and `jinja.frames`: one `macro-or-empty \t template \t line` per line, innermost
// first.
Error to_error(const PythonException& exception);
std::vector<TemplateFrame> error_frames(const Error& error);

}  // namespace floe::dbt
