// From the text of a scalar to its type and value.
#pragma once

#include "base/yaml/node.hpp"

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace floe::yaml {

// What a plain scalar is by its text.
enum class ScalarType : std::uint8_t {
  kString,
  kNull,
  kBool,
  kInt,
  kFloat,
  kTimestamp,
  kMerge,  // `<<`
  kValue,  // `=`, which PyYAML knows as a type that nothing can construct
};

// resolve: the type of a plain scalar. construct: fills kind and value of `node` from its text, which was resolved or
// tagged to `type`; the answer is what is wrong with the text, phrased to follow "`text` ": `is no date`.
namespace core12 {

ScalarType resolve(std::string_view text);
std::optional<std::string> construct(ScalarType type, Node* node);

}  // namespace core12

namespace pyyaml11 {

ScalarType resolve(std::string_view text);
std::optional<std::string> construct(ScalarType type, Node* node);

}  // namespace pyyaml11

}  // namespace floe::yaml
