// failf: an Error with a formatted message. For .cpp files only (it includes fmt).
#pragma once

#include "base/result.hpp"

#include <fmt/format.h>

#include <utility>

namespace floe {

template <class... Args>
Error failf(ErrorCode code, fmt::format_string<Args...> format, Args&&... args) {
  return Error{code, fmt::format(format, std::forward<Args>(args)...), {}, {}};
}

}  // namespace floe
