// Builder: what becomes of a mapping's pairs once all are read: merge keys and duplicates.
#include "base/yaml/builder.hpp"
#include "base/yaml/key_identity.hpp"

#include <fmt/format.h>

#include <unordered_map>
#include <utility>

namespace floe::yaml {

namespace {

constexpr std::size_t kHashedFrom = 16;  // fewer keys are compared in turn
constexpr std::size_t kNowhere = static_cast<std::size_t>(-1);

// Finds entries by what their key means.
class EntryFinder {
 public:
  EntryFinder(const std::vector<Entry>& entries, Resolver resolver) : entries_(entries), resolver_(resolver) {}

  [[nodiscard]] std::size_t find(const Node& key) const {
    if (!places_.empty()) {
      const auto found = places_.find(key_identity(key, resolver_));
      return found == places_.end() ? kNowhere : found->second;
    }
    for (std::size_t i = 0; i < entries_.size(); ++i) {
      if (is_same(*entries_[i].key_node, key)) return i;
    }
    return kNowhere;
  }

  void added() {
    if (entries_.size() < kHashedFrom) return;
    for (std::size_t i = places_.empty() ? 0 : entries_.size() - 1; i < entries_.size(); ++i) {
      places_.emplace(key_identity(*entries_[i].key_node, resolver_), i);
    }
  }

 private:
  [[nodiscard]] bool is_same(const Node& left, const Node& right) const {
    if (left.is_string() && right.is_string()) return left.text == right.text;
    if (left.is_string() || right.is_string()) return false;
    return key_identity(left, resolver_) == key_identity(right, resolver_);
  }

  const std::vector<Entry>& entries_;
  Resolver resolver_;
  std::unordered_map<std::string, std::size_t> places_;
};

}  // namespace

// As PyYAML does it: merged entries come first, own ones override them in their place.
void Builder::finish_mapping(Frame& frame) {
  Node& node = *frame.built.node;
  EntryFinder finder(node.entries, options_.resolver);
  std::vector<bool> own;  // per entry: written in this mapping
  for (const Entry& entry : merged_entries(frame)) {
    const std::size_t place = finder.find(*entry.key_node);
    if (place != kNowhere) {
      node.entries[place].value = entry.value;
      continue;
    }
    node.entries.push_back(entry);
    finder.added();
  }
  own.resize(node.entries.size(), false);
  for (Pair& pair : frame.pairs) {
    if (pair.merge) continue;
    const std::size_t place = finder.find(*pair.key);
    Entry entry{pair.key->text, pair.key->span, std::move(pair.value), pair.key};
    if (place == kNowhere) {
      node.entries.push_back(std::move(entry));
      own.push_back(true);
      finder.added();
    } else if (own[place] && !options_.allow_duplicate_keys) {
      report_duplicate(node.entries[place], entry);
    } else {
      // As in a Python dict the key stays the first one, which matters for `1` and `true`, and the value is the last.
      node.entries[place].key_span = std::move(entry.key_span);
      node.entries[place].value = std::move(entry.value);
      own[place] = true;
    }
  }
  node.index_entries();
}

// In the order in which later ones override earlier ones: of a list of mappings the first wins.
std::vector<Entry> Builder::merged_entries(const Frame& frame) {
  std::vector<Entry> merged;
  const auto append = [&](const Node& mapping) {
    merged.insert(merged.end(), mapping.entries.begin(), mapping.entries.end());
  };
  const Node* first_merge = nullptr;
  for (const Pair& pair : frame.pairs) {
    if (!pair.merge) continue;
    if (first_merge != nullptr && !options_.allow_duplicate_keys) {
      report_duplicate(Entry{first_merge->text, first_merge->span, nullptr, nullptr},
                       Entry{pair.key->text, pair.key->span, nullptr, nullptr});
    }
    first_merge = pair.key.get();
    if (pair.value->is_mapping()) {
      append(*pair.value);
    } else if (pair.value->is_sequence()) {
      for (auto item = pair.value->items.rbegin(); item != pair.value->items.rend(); ++item) {
        if ((*item)->is_mapping()) {
          append(**item);
        } else {
          report_bad_merge(**item);
        }
      }
    } else {
      report_bad_merge(*pair.value);
    }
  }
  return merged;
}

void Builder::report_bad_merge(const Node& value) {
  report(error_diagnostic("FLOE-E0112", "yaml-unsupported",
                          fmt::format("`<<` merges mappings, not a value of type {}", kind_name(value.kind)))
             .at(value.span)
             .help("write `<<: *name` or `<<: [*one, *other]`; put `<<` in quotes if it is an ordinary key"));
}

void Builder::report_duplicate(const Entry& first, const Entry& second) {
  report(error_diagnostic("FLOE-E0102", "duplicate-key", fmt::format("duplicate key `{}`", second.key))
             .at(second.key_span, "defined again")
             .beside(first.key_span, "first defined here")
             .help("keep one of the two, or rename one"));
}

}  // namespace floe::yaml
