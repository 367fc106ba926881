// Shapes: what a document may contain, as tables. One set drives validation here, and the JSON Schemas and reference
// pages that are generated from it.
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
  kBoolean,
  kChoice,  // one of `choices`
  kObject,  // exactly `keys`
  kMap,     // any keys, values of `element`
  kList,    // items of `element`
  kAny,     // not looked into
};

struct Shape;

struct Key {
  std::string_view name;
  const Shape* shape;
  std::string_view description;
  bool required = false;
  // Part of the design that this version does not act on: refused by name, never ignored.
  bool supported = true;
};

struct Shape {
  ShapeKind kind = ShapeKind::kAny;
  std::string_view what = {};  // for messages: "a product", "an ingestion source"
  std::span<const Key> keys = {};
  const Shape* element = nullptr;
  std::span<const std::string_view> choices = {};
  const Shape* short_form = nullptr;  // accepted as well: `compute: duckdb`
  std::int64_t minimum = std::numeric_limits<std::int64_t>::min();
  std::int64_t maximum = std::numeric_limits<std::int64_t>::max();
  std::string_view pattern = {};       // ECMAScript, whole text
  std::string_view pattern_text = {};  // the same for people
};

// Reports every difference, each at the smallest span. `address` is the logical path of `node`.
void check_shape(const yaml::Node& node, const Shape& shape, const std::string& address, DiagnosticSink& sink);

}  // namespace floe::config
