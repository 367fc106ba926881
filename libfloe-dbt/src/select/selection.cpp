#include "select/selection.hpp"

#include "base/fail.hpp"
#include "base/text/text.hpp"

namespace floe::dbt {

Result<IndirectSelection> parse_indirect_selection(std::string_view word) {
  if (word == "eager") return IndirectSelection::kEager;
  if (word == "cautious") return IndirectSelection::kCautious;
  if (word == "buildable") return IndirectSelection::kBuildable;
  if (word == "empty") return IndirectSelection::kEmpty;
  return failf(ErrorCode::kInvalidArgument, "indirect selection `{}` is none of eager, cautious, buildable, empty",
               word);
}

Result<Selection> parse_selection(const std::vector<std::string>& words) {
  Selection all;
  for (const std::string& word : words) {
    for (const std::string& part : text::split_words(word)) {
      Selection intersection;
      intersection.kind = Selection::Kind::kIntersection;
      intersection.text = part;
      for (const std::string_view one : text::split(part, ',')) {
        Selection leaf;
        leaf.kind = Selection::Kind::kCriterion;
        leaf.criterion = FLOE_TRY(parse_criterion(one));
        intersection.parts.push_back(std::move(leaf));
      }
      all.parts.push_back(std::move(intersection));
    }
  }
  return all;
}

}  // namespace floe::dbt
