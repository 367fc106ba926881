#include "config/unique_names.hpp"

#include "base/text/text.hpp"

#include <fmt/format.h>

namespace floe::config {

void UniqueNames::add(const std::string& name, const Span& span) {
  const auto [first, is_new] = seen_.emplace(text::to_lower_ascii(name), span);
  if (is_new) return;
  sink_.report(error_diagnostic(code_, name_, fmt::format("there are two {} `{}`{}", what_, name, of_))
                   .at(span)
                   .beside(first->second, "the first one"));
}

}  // namespace floe::config
