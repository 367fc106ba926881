// A selection: criteria joined by union, intersection and difference.
#pragma once

#include "select/criterion.hpp"

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

namespace floe::dbt {

// Which tests come with a selected node.
enum class IndirectSelection : std::uint8_t { kEager, kCautious, kBuildable, kEmpty };

// kInvalidArgument names the accepted words.
Result<IndirectSelection> parse_indirect_selection(std::string_view word);

struct Selection {
  enum class Kind : std::uint8_t { kCriterion, kUnion, kIntersection, kDifference };

  Kind kind = Kind::kUnion;
  Criterion criterion;                        // kCriterion
  std::vector<Selection> parts;               // the others; kDifference: the first without the rest
  std::optional<IndirectSelection> indirect;  // nullopt: the command's
  std::string text;                           // as written, when it must name something
};

// Words of --select: words are split at spaces and united, their parts at commas and intersected.
Result<Selection> parse_selection(const std::vector<std::string>& words);

// A selector of selectors.yml.
struct NamedSelection {
  std::string name;
  bool is_default = false;
  Selection selection;
};

}  // namespace floe::dbt
