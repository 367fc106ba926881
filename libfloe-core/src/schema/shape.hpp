// Shapes: what a document may contain, as tables. One set drives validation here, inheritance between manifests, and
// the JSON Schemas that are generated from it.
#pragma once

#include "base/diagnostics/diagnostic.hpp"
#include "base/yaml/node.hpp"

#include <cstdint>
#include <limits>
#include <span>
#include <string>
#include <string_view>

namespace floe::config {

enum class ShapeKind : std::uint8_t {
  kText,  // any scalar that is text
  kInteger,
  kNumber,  // whole or not
  kBoolean,
  kScalar,   // text, number, boolean or null
  kChoice,   // one of `choices`
  kObject,   // exactly `keys`, with `rest` others too
  kMap,      // any keys, values of `element`
  kList,     // items of `element`
  kVariant,  // an object whose member `discriminator` names which of `variants` it is
  kAny,      // not looked into
};

// What a document below another one may do with a key (design: configuration.md 2).
enum class Inherit : std::uint8_t {
  kReplace,     // its own value, else the one above
  kMerge,       // member by member, each by its own rule
  kOwn,         // says what the document itself is: never inherited
  kFixed,       // once set above it stays; repeating it is fine
  kStrengthen,  // choices are listed weakest first, false is weaker than true, numbers only rise
  kSwitchOff,   // true is weaker than false
  kExtend,      // the items above stay, others may be added
  kNarrow,      // of the items above some; without any above, any
};

struct Shape;

struct Key {
  std::string_view name;
  const Shape* shape;
  std::string_view description;
  bool required = false;
  // Part of the design that this version does not act on: refused by name, never ignored. `description` says what to
  // write instead.
  bool supported = true;
  Inherit inherit = Inherit::kReplace;
  bool is_security = false;             // weakening it breaks a security policy, not only a policy
  std::string_view default_value = {};  // what holds without the key, for readers; the code that reads it applies it
};

constexpr Key with_default(Key key, std::string_view value) {
  key.default_value = value;
  return key;
}

struct Variant {
  std::string_view type;
  const Shape* shape;  // kObject, with the discriminator among its keys
};

struct Shape {
  ShapeKind kind = ShapeKind::kAny;
  std::string_view what = {};  // for messages: "a product", "an ingestion source"
  std::span<const Key> keys = {};
  const Shape* element = nullptr;
  std::span<const std::string_view> choices = {};
  const Shape* short_form = nullptr;   // accepted as well: `compute: duckdb`
  std::string_view short_key = {};     // the member that the short form stands for: `type`
  const Shape* alternative = nullptr;  // of another kind, accepted as well: a list, or a mapping
  std::span<const Variant> variants = {};
  std::string_view discriminator = "type";
  const Shape* rest = nullptr;     // of the keys of an object that `keys` does not list; none are accepted without it
  const Shape* untyped = nullptr;  // of a variant without its discriminator; nullptr = the key is required
  bool is_nullable = false;        // null too
  bool is_distinct = false;        // no two items of a list are equal
  // Of the value; of a list the number of items.
  std::int64_t minimum = std::numeric_limits<std::int64_t>::min();
  std::int64_t maximum = std::numeric_limits<std::int64_t>::max();
  bool is_above_minimum = false;       // the minimum itself is outside
  std::string_view pattern = {};       // ECMAScript, whole text
  std::string_view pattern_text = {};  // the same for people
};

// nullptr = the object has no key of that name.
const Key* find_key(const Shape& object, std::string_view name);

// Reports every difference, each at the smallest span. `address` is the logical path of `node`.
void check_shape(const yaml::Node& node, const Shape& shape, const std::string& address, DiagnosticSink& sink);

}  // namespace floe::config
