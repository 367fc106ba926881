// Regular expressions that documents hold. Matching takes steps by the length of the text and of the expression, never
// by the number of ways to match: whoever compiles waits for no `(a+)+$`.
#pragma once

#include "base/result.hpp"

#include <memory>
#include <string>
#include <string_view>

namespace floe::policy {

class Pattern {
 public:
  // kData says why the text is none: its syntax, a reference back to a group, its size.
  static Result<Pattern> parse(std::string_view text);

  // What cannot be told within the limits is `otherwise`: each caller knows which answer is the safe one.
  [[nodiscard]] bool begins(std::string_view text, bool otherwise) const;     // whether the text begins with it
  [[nodiscard]] bool occurs_in(std::string_view text, bool otherwise) const;  // whether it is anywhere in the text

 private:
  struct Program;

  explicit Pattern(std::shared_ptr<const Program> program) : program_(std::move(program)) {}

  std::shared_ptr<const Program> program_;
};

}  // namespace floe::policy
