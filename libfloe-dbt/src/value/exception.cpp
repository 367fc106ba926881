#include "value/exception.hpp"

#include "base/text/text.hpp"

#include <charconv>

namespace floe::dbt {

std::string_view exception_name(ExceptionKind kind) {
  switch (kind) {
    case ExceptionKind::kTypeError:
      return "TypeError";
    case ExceptionKind::kValueError:
      return "ValueError";
    case ExceptionKind::kKeyError:
      return "KeyError";
    case ExceptionKind::kIndexError:
      return "IndexError";
    case ExceptionKind::kAttributeError:
      return "AttributeError";
    case ExceptionKind::kZeroDivisionError:
      return "ZeroDivisionError";
    case ExceptionKind::kOverflowError:
      return "OverflowError";
    case ExceptionKind::kUnicodeError:
      return "UnicodeError";
    case ExceptionKind::kRecursionError:
      return "RecursionError";
    case ExceptionKind::kStopIteration:
      return "StopIteration";
    case ExceptionKind::kArithmetic:
      return "InvalidOperation";
    case ExceptionKind::kUndefinedError:
      return "UndefinedError";
    case ExceptionKind::kSyntaxError:
      return "TemplateSyntaxError";
    case ExceptionKind::kRuntimeError:
      return "TemplateRuntimeError";
    case ExceptionKind::kFilterArgument:
      return "FilterArgumentError";
    case ExceptionKind::kSecurityError:
      return "SecurityError";
    case ExceptionKind::kCompilation:
      return "CompilationError";
    case ExceptionKind::kHost:
      return "HostError";
    case ExceptionKind::kCancelled:
      return "Cancelled";
    case ExceptionKind::kLimit:
      return "LimitError";
  }
  return "Exception";
}

void raise(ExceptionKind kind, std::string message) { throw PythonException(kind, std::move(message)); }

namespace {

PythonException host_exception(Error error) {
  PythonException exception(error.code == ErrorCode::kCancelled ? ExceptionKind::kCancelled : ExceptionKind::kHost,
                            error.message);
  exception.set_host_error(std::move(error));
  return exception;
}

}  // namespace

void raise_error(Error error) { throw host_exception(std::move(error)); }

namespace {

constexpr std::string_view kClass = "jinja.class";
constexpr std::string_view kTemplate = "jinja.template";
constexpr std::string_view kLine = "jinja.line";
constexpr std::string_view kFrames = "jinja.frames";

ErrorCode code_of(ExceptionKind kind) {
  switch (kind) {
    case ExceptionKind::kCancelled:
      return ErrorCode::kCancelled;
    case ExceptionKind::kRecursionError:
    case ExceptionKind::kLimit:
      return ErrorCode::kExhausted;
    default:
      return ErrorCode::kData;
  }
}

}  // namespace

Error to_error(const PythonException& exception) {
  Error error;
  if (exception.host_error()) {
    error = *exception.host_error();
  } else {
    error.code = code_of(exception.kind());
    error.message = exception.message();
  }
  if (error.detail(kClass) == nullptr) {
    error.details.emplace_back(kClass, exception_name(exception.kind()));
  }
  const std::vector<TemplateFrame>& frames = exception.frames();
  if (frames.empty() || error.detail(kFrames) != nullptr) return error;
  error.details.emplace_back(kTemplate, frames.front().template_name);
  error.details.emplace_back(kLine, std::to_string(frames.front().line));
  std::string lines;
  for (const TemplateFrame& frame : frames) {
    lines += frame.macro + '\t' + frame.template_name + '\t' + std::to_string(frame.line) + '\n';
  }
  error.details.emplace_back(kFrames, std::move(lines));
  return error;
}

std::vector<TemplateFrame> error_frames(const Error& error) {
  std::vector<TemplateFrame> frames;
  const std::string* lines = error.detail(kFrames);
  if (lines == nullptr) return frames;
  for (std::string_view line : text::split(*lines, '\n')) {
    std::vector<std::string_view> parts = text::split(line, '\t');
    if (parts.size() != 3) continue;
    TemplateFrame frame{std::string(parts[1]), std::string(parts[0]), 0};
    std::from_chars(parts[2].data(), parts[2].data() + parts[2].size(), frame.line);
    frames.push_back(std::move(frame));
  }
  return frames;
}

}  // namespace floe::dbt
