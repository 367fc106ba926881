// Builds the node tree from libyaml's events, without recursion, within the limits of ParseOptions.
#pragma once

#include "base/yaml/node.hpp"
#include "base/yaml/scalar.hpp"
#include "base/yaml/source_map.hpp"

#include <yaml.h>

#include <cstddef>
#include <map>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

namespace floe::yaml {

class Builder {
 public:
  Builder(const ParseOptions& options, const SourceMap& source, DiagnosticSink& sink)
      : options_(options), source_(source), sink_(sink) {}

  // False when parsing must stop: a limit was passed, or a second document begins.
  bool handle(const yaml_event_t& event);

  // An unquoted `{{` was reported; what libyaml says after it is a consequence.
  [[nodiscard]] bool saw_unquoted_jinja() const { return saw_unquoted_jinja_; }

  // The tree so far; null before the first node.
  [[nodiscard]] std::shared_ptr<Node> take_root() { return std::move(root_); }

 private:
  // A finished subtree, and what it costs to walk it with its aliases expanded.
  struct Built {
    std::shared_ptr<Node> node;
    std::size_t begin = 0;  // code points
    std::size_t end = 0;
    std::size_t height = 1;
    std::size_t count = 1;
    ScalarType type = ScalarType::kString;  // of plain scalars: a key `<<` is not a string
    bool alias = false;
  };

  // A mapping entry as written.
  struct Pair {
    std::shared_ptr<Node> key;
    NodePtr value;
    bool merge = false;
  };

  struct Frame {
    Built built;
    std::string anchor;
    bool flow = false;
    std::vector<Pair> pairs;
    std::shared_ptr<Node> key;  // read, its value not yet
    bool key_is_merge = false;
    bool key_is_bad = false;  // no scalar: reported, the pair is left out
  };

  struct Anchor {
    Built built;
    bool open = false;  // the node is still being read
    std::size_t begin = 0;
    std::size_t end = 0;
  };

  bool start_document(const yaml_event_t& event);
  bool start_collection(const yaml_event_t& event, Kind kind);
  bool end_collection(const yaml_event_t& event);
  bool add_scalar(const yaml_event_t& event);
  bool add_alias(const yaml_event_t& event);
  bool attach(Built built);
  void attach_key(Frame& frame, Built built);
  void report_bad_key(const Frame& frame, const Built& key);

  void open_anchor(const yaml_char_t* name, const yaml_event_t& event);
  void close_anchor(const std::string& name, const Built& built);
  void construct(ScalarType type, Node* node);
  ScalarType scalar_type(const yaml_event_t& event, std::string_view text);
  void check_collection_tag(const yaml_char_t* tag, Kind kind, const yaml_event_t& event);

  void finish_mapping(Frame& frame);
  std::vector<Entry> merged_entries(const Frame& frame);
  void report_bad_merge(const Node& value);
  void report_duplicate(const Entry& first, const Entry& second);

  void report(Diagnostic diagnostic);
  bool too_deep(const yaml_event_t& event);
  bool too_many(const yaml_event_t& event);
  [[nodiscard]] Span span_of(const yaml_event_t& event) const;

  const ParseOptions& options_;
  const SourceMap& source_;
  DiagnosticSink& sink_;
  std::vector<Frame> frames_;
  std::map<std::string, Anchor, std::less<>> anchors_;
  std::shared_ptr<Node> root_;
  std::size_t count_ = 0;
  std::size_t reported_ = 0;
  bool document_seen_ = false;
  bool saw_unquoted_jinja_ = false;
};

}  // namespace floe::yaml
