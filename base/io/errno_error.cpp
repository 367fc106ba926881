#include "base/io/errno_error.hpp"

#include "base/fail.hpp"

#include <cerrno>
#include <system_error>

namespace floe::io {

namespace {

ErrorCode code_of(int number) {
  switch (number) {
    case ENOENT:
    case ENOTDIR:
      return ErrorCode::kNotFound;
    case EACCES:
    case EPERM:
    case EROFS:
      return ErrorCode::kPermission;
    case EEXIST:
      return ErrorCode::kAlreadyExists;
    case ENOSPC:
    case EDQUOT:
    case EFBIG:
    case EMFILE:
    case ENFILE:
    case ENOMEM:
      return ErrorCode::kExhausted;
    default:
      return ErrorCode::kIo;
  }
}

}  // namespace

std::string errno_text(int number) {
  std::string text = std::generic_category().message(number);
  // `Is a directory` reads on in a sentence, `RPC struct is bad` must keep its capitals.
  const bool acronym = text.size() > 1 && text[1] >= 'A' && text[1] <= 'Z';
  if (!text.empty() && !acronym && text[0] >= 'A' && text[0] <= 'Z') text[0] = static_cast<char>(text[0] - 'A' + 'a');
  return text;
}

Error errno_error(int number, std::string_view action, std::string_view path) {
  return failf(code_of(number), "cannot {} `{}`: {}", action, path, errno_text(number));
}

}  // namespace floe::io
