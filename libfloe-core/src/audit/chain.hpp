// Lines that carry their number and the digest of the line before: one that is changed, taken out, added or moved shows
// (decision 0056).
#pragma once

#include "base/json/json.hpp"

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace floe::audit {

// The last line of a log, as whoever keeps it elsewhere knows it.
struct Head {
  std::int64_t sequence = 0;  // from 1 up; 0: there is no line
  std::string sha256;         // of the bytes of the line, without its line break; in hex

  friend bool operator==(const Head&, const Head&) = default;
};

struct Chain {
  Head head;               // of the last line that follows the ones before it
  std::int64_t lines = 0;  // that do
  std::string broken;      // what is wrong with the next one, for people; "" = nothing
};

inline constexpr std::size_t kMaxLineBytes = std::size_t{1} << 20;

// The line that follows `before`, without a line break: the number and digest, and the members of `rest`.
std::string next_line(const Head& before, const json::object& rest);
// The first one of a log, whose numbers go on from an older one.
std::string first_line(std::int64_t sequence, const json::object& rest);
Head head_of(std::int64_t sequence, std::string_view line);

// A whole log. It may begin with any number: an older log may have been set aside.
Chain read_chain(std::string_view log);

// Whether the log, whose chain holds, has the line that `known` is of. nullopt: it has; else what it has, for people.
std::optional<std::string> why_not_in(std::string_view log, const Chain& chain, const Head& known);

// `SEQUENCE:SHA256`, as text and back.
std::string head_text(const Head& head);
std::optional<Head> head_from(std::string_view text);

}  // namespace floe::audit
