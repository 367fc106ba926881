// --select, --exclude and --selector: from words to resources, tests of selected nodes included as dbt does.
#pragma once

#include "model/manifest.hpp"
#include "select/selection.hpp"

#include "base/result.hpp"

#include <string>
#include <string_view>
#include <vector>

namespace floe::dbt {

struct SelectionRequest {
  std::vector<std::string> select;  // empty: everything
  std::vector<std::string> exclude;
  const Selection* selector = nullptr;  // of selectors.yml: stands for select and exclude
  IndirectSelection indirect = IndirectSelection::kEager;
  std::vector<ResourceType> types;                     // empty: all
  const std::vector<NamedSelection>* named = nullptr;  // what `selector:x` may name
};

// A word of --select that names nothing.
struct EmptyWord {
  std::string text;
  std::string nearest;  // the word that was meant, perhaps; "" when none is near
};

struct SelectionResult {
  std::vector<std::string_view> unique_ids;  // sorted; views into the manifest
  std::vector<EmptyWord> empty_words;
};

// kInvalidArgument; names the selectors there are.
Error unknown_selector(std::string_view name, const std::vector<NamedSelection>* named);

Result<SelectionResult> select_resources(const Manifest& manifest, const SelectionRequest& request);

}  // namespace floe::dbt
