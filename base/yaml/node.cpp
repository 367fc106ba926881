#include "base/yaml/node.hpp"

#include <algorithm>
#include <numeric>

namespace floe::yaml {

namespace {

constexpr std::size_t kIndexedFrom = 16;  // below that a scan is as fast

}  // namespace

void Node::index_entries() {
  by_key_.clear();
  if (entries.size() < kIndexedFrom) return;
  by_key_.resize(entries.size());
  std::iota(by_key_.begin(), by_key_.end(), 0U);
  std::stable_sort(by_key_.begin(), by_key_.end(),
                   [&](std::uint32_t left, std::uint32_t right) { return entries[left].key < entries[right].key; });
}

const Entry* Node::find(std::string_view key) const {
  if (by_key_.size() != entries.size()) {
    const auto found =
        std::find_if(entries.begin(), entries.end(), [&](const Entry& entry) { return entry.key == key; });
    return found == entries.end() ? nullptr : &*found;
  }
  const auto found =
      std::lower_bound(by_key_.begin(), by_key_.end(), key,
                       [&](std::uint32_t place, std::string_view wanted) { return entries[place].key < wanted; });
  return found == by_key_.end() || entries[*found].key != key ? nullptr : &entries[*found];
}

NodePtr Node::get(std::string_view key) const {
  const Entry* entry = find(key);
  return entry == nullptr ? nullptr : entry->value;
}

Span head_span(const Node& node) {
  Span span = node.span;
  if (node.is_scalar()) return span;
  span.end_line = span.line;
  span.end_column = span.column + 1;
  return span;
}

std::string_view kind_name(Kind kind) {
  switch (kind) {
    case Kind::kNull:
      return "null";
    case Kind::kBool:
      return "boolean";
    case Kind::kInt:
      return "integer";
    case Kind::kFloat:
      return "number";
    case Kind::kString:
      return "string";
    case Kind::kTimestamp:
      return "timestamp";
    case Kind::kSequence:
      return "sequence";
    case Kind::kMapping:
      return "mapping";
  }
  return "unknown";
}

}  // namespace floe::yaml
