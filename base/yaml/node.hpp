// A YAML document as a tree whose every node and key knows its place in the file.
#pragma once

#include "base/diagnostics/diagnostic.hpp"

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace floe::yaml {

enum class Kind : std::uint8_t { kNull, kBool, kInt, kFloat, kString, kTimestamp, kSequence, kMapping };

// Which plain scalars become bool, int, float, null or timestamp.
enum class Resolver : std::uint8_t {
  kCore12,    // YAML 1.2 core schema: floe's own files
  kPyYaml11,  // what PyYAML's SafeLoader does (yes/no/on/off, 0o, sexagesimal, timestamps, merge keys): dbt files
};

class Node;
using NodePtr = std::shared_ptr<const Node>;  // shared: aliases point at one node

struct Entry {
  std::string key;  // text of the key scalar; non-string keys keep their text and key_node tells the kind
  Span key_span;
  NodePtr value;
  NodePtr key_node;
};

class Node {
 public:
  Kind kind = Kind::kNull;
  Span span;
  std::string text;     // scalar text as written, escapes decoded (strings: the value)
  bool quoted = false;  // any style other than plain
  bool boolean = false;
  // kInt: the value. kTimestamp: microseconds since 1970-01-01T00:00 of the wall time as written, zone not applied.
  std::int64_t integer = 0;
  bool integer_overflow = false;             // kInt that does not fit; `text` has the digits
  double real = 0;                           // kFloat, and kInt rounded
  bool date_only = false;                    // kTimestamp without a time: a Python date instead of a datetime
  std::optional<std::int32_t> zone_minutes;  // kTimestamp: minutes east, when a zone was written
  std::vector<NodePtr> items;                // kSequence
  std::vector<Entry> entries;                // kMapping, no duplicates; merged entries (`<<`) first, then file order

  [[nodiscard]] bool is_null() const { return kind == Kind::kNull; }

  [[nodiscard]] bool is_mapping() const { return kind == Kind::kMapping; }

  [[nodiscard]] bool is_sequence() const { return kind == Kind::kSequence; }

  [[nodiscard]] bool is_string() const { return kind == Kind::kString; }

  [[nodiscard]] bool is_scalar() const { return !is_mapping() && !is_sequence(); }

  [[nodiscard]] const Entry* find(std::string_view key) const;  // nullptr when absent or not a mapping
  [[nodiscard]] NodePtr get(std::string_view key) const;        // nullptr when absent

  // Called once `entries` are final; makes `find` fast in large mappings.
  void index_entries();

 private:
  std::vector<std::uint32_t> by_key_;  // places in `entries`, sorted by key; empty in small mappings
};

// Where a caret for the whole node goes: all of a scalar, the first character of a mapping or sequence.
Span head_span(const Node& node);

// `mapping`, `sequence`, `string`, `integer`, `number`, `boolean`, `null`, `timestamp`: the word in messages.
std::string_view kind_name(Kind kind);

struct ParseOptions {
  std::string file;  // name for spans
  Resolver resolver = Resolver::kCore12;
  int max_depth = 100;
  std::size_t max_nodes = 2'000'000;  // alias expansion included
  bool allow_duplicate_keys = false;  // PyYAML: last wins. floe files: error with both places
};

// Problems go to `sink`; the result is null when there is no usable tree (syntax, encoding, limits). An empty document
// is a kNull node. Codes: FLOE-E0101 syntax, E0102 duplicate key, E0103 unknown alias, E0104 nested too deep, E0105 too
// many nodes, E0106 encoding, E0107 several documents, E0108 template outside quotes, E0109 value that its type does
// not take, E0110 alias inside its own anchor, E0111 anchor defined twice (PyYAML only), E0112 tag or merge that is not
// supported, E0113 key that is no scalar.
NodePtr parse(std::string_view text, const ParseOptions& options, DiagnosticSink& sink);

}  // namespace floe::yaml
