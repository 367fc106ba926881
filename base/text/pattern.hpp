// Regular expressions that documents hold. Matching takes steps by the length of the text and of the expression, never
// by the number of ways to match: whoever compiles waits for no `(a+)+$`. The syntax is ECMAScript's, without
// references back to a group.
#pragma once

#include "base/result.hpp"

#include <cstdint>
#include <memory>
#include <string>
#include <string_view>

namespace floe::text {

// What `.`, a class and a count mean one of.
enum class PatternUnit : std::uint8_t {
  kByte,       // any bytes are a text
  kCodePoint,  // texts are UTF-8; of others nothing can be told
};

class Pattern {
 public:
  // kData says why the text is none: its syntax, a reference back to a group, its size.
  static Result<Pattern> parse(std::string_view text, PatternUnit unit = PatternUnit::kByte);

  // What cannot be told within the limits is `otherwise`: each caller knows which answer is the safe one.
  [[nodiscard]] bool begins(std::string_view text, bool otherwise) const;     // whether the text begins with it
  [[nodiscard]] bool occurs_in(std::string_view text, bool otherwise) const;  // whether it is anywhere in the text
  [[nodiscard]] bool is_whole(std::string_view text, bool otherwise) const;   // whether the whole text is it

 private:
  struct Program;

  explicit Pattern(std::shared_ptr<const Program> program) : program_(std::move(program)) {}

  std::shared_ptr<const Program> program_;
};

}  // namespace floe::text
