// What changes for products when one platform takes the place of another.
#pragma once

#include "base/json/json.hpp"
#include "base/yaml/node.hpp"

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace floe::inheritance {

enum class Effect : std::uint8_t {
  kTightened,  // a product may do less
  kLoosened,   // a product may do more
  kOther,
};

std::string_view effect_name(Effect effect);  // tightened, loosened, other

struct PlatformChange {
  Effect effect = Effect::kOther;
  std::string address;  // governance.pii_encryption
  json::value before;   // null: not set; *** for a plain secret
  json::value after;
};

// By the rules of inheritance: what a child could not do to its parent loosens. Both are merged manifests. What a
// manifest says about itself (name, version, parents) is no change. Tightened first, then loosened, each in the order
// of the document.
std::vector<PlatformChange> compare_platforms(const yaml::Node& before, const yaml::Node& after);

}  // namespace floe::inheritance
