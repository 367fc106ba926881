#include "base/yaml/builder.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <utility>

namespace floe::yaml {

namespace {

constexpr std::size_t kMaxReported = 100;  // of one file; nobody reads more, and they must not fill the memory

std::string_view to_view(const yaml_char_t* text) {
  return text == nullptr ? std::string_view() : std::string_view(reinterpret_cast<const char*>(text));
}

std::shared_ptr<Node> make_node(Kind kind) {
  auto node = std::make_shared<Node>();
  node->kind = kind;
  return node;
}

}  // namespace

bool Builder::handle(const yaml_event_t& event) {
  switch (event.type) {
    case YAML_DOCUMENT_START_EVENT:
      return start_document(event);
    case YAML_SEQUENCE_START_EVENT:
      return start_collection(event, Kind::kSequence);
    case YAML_MAPPING_START_EVENT:
      return start_collection(event, Kind::kMapping);
    case YAML_SEQUENCE_END_EVENT:
    case YAML_MAPPING_END_EVENT:
      return end_collection(event);
    case YAML_SCALAR_EVENT:
      return add_scalar(event);
    case YAML_ALIAS_EVENT:
      return add_alias(event);
    case YAML_NO_EVENT:
    case YAML_STREAM_START_EVENT:
    case YAML_STREAM_END_EVENT:
    case YAML_DOCUMENT_END_EVENT:
      break;
  }
  return true;
}

void Builder::report(Diagnostic diagnostic) {
  if (reported_++ < kMaxReported) sink_.report(std::move(diagnostic));
}

bool Builder::start_document(const yaml_event_t& event) {
  if (std::exchange(document_seen_, true)) {
    report(error_diagnostic("FLOE-E0107", "several-documents", "a second document begins here")
               .at(source_.span(event.start_mark.index, event.end_mark.index))
               .help("keep one document per file: remove this `---` or move what follows to a file of its own"));
    return false;
  }
  return true;
}

Span Builder::span_of(const yaml_event_t& event) const {
  return source_.span(event.start_mark.index, event.end_mark.index);
}

bool Builder::too_deep(const yaml_event_t& event) {
  report(
      error_diagnostic("FLOE-E0104", "nested-too-deep", fmt::format("nested deeper than {} levels", options_.max_depth))
          .at(span_of(event))
          .help("flatten the structure"));
  return false;
}

bool Builder::too_many(const yaml_event_t& event) {
  report(error_diagnostic("FLOE-E0105", "document-too-large",
                          fmt::format("the document has more than {} values", options_.max_nodes))
             .at(span_of(event))
             .note("an alias counts as often as what it stands for")
             .help("split the file, or use fewer aliases of large anchors"));
  return false;
}

bool Builder::start_collection(const yaml_event_t& event, Kind kind) {
  const bool sequence = kind == Kind::kSequence;
  if (frames_.size() >= static_cast<std::size_t>(std::max(options_.max_depth, 0))) return too_deep(event);
  if (++count_ > options_.max_nodes) return too_many(event);
  Frame& frame = frames_.emplace_back();
  frame.built.node = make_node(kind);
  frame.built.begin = event.start_mark.index;
  frame.built.end = event.end_mark.index;
  frame.flow = sequence ? event.data.sequence_start.style == YAML_FLOW_SEQUENCE_STYLE
                        : event.data.mapping_start.style == YAML_FLOW_MAPPING_STYLE;
  const yaml_char_t* anchor = sequence ? event.data.sequence_start.anchor : event.data.mapping_start.anchor;
  frame.anchor = to_view(anchor);
  check_collection_tag(sequence ? event.data.sequence_start.tag : event.data.mapping_start.tag, kind, event);
  open_anchor(anchor, event);
  return true;
}

bool Builder::end_collection(const yaml_event_t& event) {
  Frame frame = std::move(frames_.back());
  frames_.pop_back();
  // libyaml ends a block collection where the next token starts, which may be lines below: its last child says better.
  if (frame.flow) frame.built.end = event.end_mark.index;
  frame.built.node->span = source_.span(frame.built.begin, frame.built.end);
  if (frame.built.node->is_mapping()) finish_mapping(frame);
  close_anchor(frame.anchor, frame.built);
  return attach(std::move(frame.built));
}

bool Builder::add_scalar(const yaml_event_t& event) {
  const auto& scalar = event.data.scalar;
  Built built;
  built.begin = event.start_mark.index;
  built.end = event.end_mark.index;
  if (++count_ > options_.max_nodes) return too_many(event);
  built.node = make_node(Kind::kString);
  built.node->span = source_.span(built.begin, built.end);
  built.node->text.assign(reinterpret_cast<const char*>(scalar.value), scalar.length);
  built.node->quoted = scalar.style != YAML_PLAIN_SCALAR_STYLE;
  built.type = scalar_type(event, built.node->text);
  const bool is_key = !frames_.empty() && frames_.back().built.node->is_mapping() && !frames_.back().key;
  const bool means_text = is_key && (built.type == ScalarType::kMerge || built.type == ScalarType::kValue);
  if (!means_text) construct(built.type, built.node.get());
  if (scalar.anchor != nullptr) {
    open_anchor(scalar.anchor, event);
    close_anchor(std::string(to_view(scalar.anchor)), built);
  }
  return attach(std::move(built));
}

void Builder::construct(ScalarType type, Node* node) {
  if (type == ScalarType::kString) return;
  const auto problem =
      options_.resolver == Resolver::kPyYaml11 ? pyyaml11::construct(type, node) : core12::construct(type, node);
  if (!problem.has_value()) return;
  node->kind = Kind::kString;
  report(error_diagnostic("FLOE-E0109", "yaml-value", fmt::format("`{}` {}", node->text, *problem)).at(node->span));
}

ScalarType Builder::scalar_type(const yaml_event_t& event, std::string_view text) {
  const auto& scalar = event.data.scalar;
  const bool pyyaml = options_.resolver == Resolver::kPyYaml11;
  const bool untagged = scalar.tag == nullptr;
  if (untagged || to_view(scalar.tag) == "!") {
    // PyYAML takes libyaml's word, by which `! 12` and even `! "12"` are integers; in YAML 1.2 `!` makes a string.
    if (pyyaml ? scalar.plain_implicit == 0 : !untagged || scalar.style != YAML_PLAIN_SCALAR_STYLE) {
      return ScalarType::kString;
    }
    return pyyaml ? pyyaml11::resolve(text) : core12::resolve(text);
  }
  constexpr std::string_view kPrefix = "tag:yaml.org,2002:";
  const std::string_view tag = to_view(scalar.tag);
  constexpr std::pair<std::string_view, ScalarType> kTags[] = {
      {"str", ScalarType::kString}, {"null", ScalarType::kNull},   {"bool", ScalarType::kBool},
      {"int", ScalarType::kInt},    {"float", ScalarType::kFloat}, {"timestamp", ScalarType::kTimestamp}};
  for (const auto& [name, type] : kTags) {
    if (tag.starts_with(kPrefix) && tag.substr(kPrefix.size()) == name) return type;
  }
  report(
      error_diagnostic("FLOE-E0112", "yaml-unsupported", fmt::format("tag `{}` is not supported here", tag))
          .at(span_of(event))
          .help("leave the tag out; `!!str`, `!!int`, `!!float`, `!!bool` and `!!null` are accepted; put a value that "
                "starts with `!` in quotes"));
  return ScalarType::kString;
}

void Builder::check_collection_tag(const yaml_char_t* tag, Kind kind, const yaml_event_t& event) {
  const std::string_view name = to_view(tag);
  if (name.empty() || name == "!") return;
  if (name == (kind == Kind::kSequence ? "tag:yaml.org,2002:seq" : "tag:yaml.org,2002:map")) return;
  report(error_diagnostic("FLOE-E0112", "yaml-unsupported", fmt::format("tag `{}` is not supported here", name))
             .at(span_of(event))
             .help("leave the tag out"));
}

void Builder::open_anchor(const yaml_char_t* name, const yaml_event_t& event) {
  if (name == nullptr) return;
  const std::string_view view = to_view(name);
  const auto known = anchors_.find(view);
  if (known != anchors_.end() && options_.resolver == Resolver::kPyYaml11) {
    report(error_diagnostic("FLOE-E0111", "duplicate-anchor", fmt::format("anchor `&{}` is defined twice", view))
               .at(span_of(event), "defined again")
               .beside(source_.span(known->second.begin, known->second.end), "first defined here")
               .help("rename one of the two"));
  }
  Anchor& anchor = anchors_[std::string(view)];
  anchor = Anchor{};
  anchor.open = true;
  anchor.begin = event.start_mark.index;
  anchor.end = event.end_mark.index;
}

void Builder::close_anchor(const std::string& name, const Built& built) {
  if (name.empty()) return;
  Anchor& anchor = anchors_[name];
  anchor.built = built;
  anchor.open = false;
}

bool Builder::add_alias(const yaml_event_t& event) {
  const std::string_view name = to_view(event.data.alias.anchor);
  const auto found = anchors_.find(name);
  Built built;
  if (found != anchors_.end() && !found->second.open) {
    built = found->second.built;
  } else {
    built.node = make_node(Kind::kNull);
    built.node->span = span_of(event);
    if (found == anchors_.end()) {
      report(error_diagnostic("FLOE-E0103", "unknown-alias", fmt::format("alias `*{}` has no anchor before it", name))
                 .at(span_of(event))
                 .help(fmt::format(
                     "mark the value meant with `&{}` further up; put text that starts with `*` in quotes", name)));
    } else {
      report(error_diagnostic("FLOE-E0110", "recursive-alias",
                              fmt::format("alias `*{}` stands inside its own anchor", name))
                 .at(span_of(event))
                 .beside(source_.span(found->second.begin, found->second.end), "the anchor")
                 .help("a value cannot contain itself; repeat what is needed"));
    }
  }
  built.begin = event.start_mark.index;
  built.end = event.end_mark.index;
  built.alias = true;
  count_ += built.count;
  if (count_ > options_.max_nodes) return too_many(event);
  const bool collection = !built.node->is_scalar();
  if (collection && frames_.size() + built.height > static_cast<std::size_t>(std::max(options_.max_depth, 0))) {
    return too_deep(event);
  }
  return attach(std::move(built));
}

bool Builder::attach(Built built) {
  if (frames_.empty()) {
    root_ = std::move(built.node);
    return true;
  }
  Frame& parent = frames_.back();
  parent.built.end = std::max(parent.built.end, built.end);
  if (!built.node->is_scalar()) parent.built.height = std::max(parent.built.height, built.height + 1);
  parent.built.count += built.count;
  if (parent.built.node->is_sequence()) {
    parent.built.node->items.push_back(std::move(built.node));
  } else if (!parent.key) {
    attach_key(parent, std::move(built));
  } else {
    if (!parent.key_is_bad) parent.pairs.push_back({std::move(parent.key), std::move(built.node), parent.key_is_merge});
    parent.key.reset();
  }
  return true;
}

void Builder::attach_key(Frame& frame, Built built) {
  frame.key_is_bad = !built.node->is_scalar();
  if (frame.key_is_bad) report_bad_key(frame, built);
  frame.key_is_merge = built.type == ScalarType::kMerge && !built.alias;
  frame.key = std::move(built.node);
}

void Builder::report_bad_key(const Frame& frame, const Built& key) {
  const bool jinja = frame.flow && source_.text_at(frame.built.begin).starts_with("{{");
  if (jinja) {
    saw_unquoted_jinja_ = true;
    report(error_diagnostic("FLOE-E0108", "unquoted-jinja", "a value that starts with `{{` is not in quotes")
               .at(source_.span(frame.built.begin, frame.built.begin + 2))
               .note("without quotes `{` starts a mapping")
               .help("write \"{{ ... }}\""));
    return;
  }
  report(error_diagnostic(
             "FLOE-E0113", "key-not-scalar",
             fmt::format("a key must be a string or another single value, not a {}", kind_name(key.node->kind)))
             .at(source_.span(key.begin, key.end)));
}

}  // namespace floe::yaml
