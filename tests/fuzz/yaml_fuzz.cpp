// libFuzzer: any bytes as YAML, with both resolvers. The tree's promises are checked, and its diagnostics rendered.
#include "base/diagnostics/render.hpp"
#include "base/text/text.hpp"
#include "base/yaml/node.hpp"

#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <string_view>

namespace {

using floe::DiagnosticSink;
using floe::Span;
namespace yaml = floe::yaml;

constexpr int kMaxDepth = 20;
constexpr std::size_t kMaxNodes = 5'000;

void require(bool condition) {
  if (!condition) std::abort();
}

void check_span(const Span& span) {
  require(span.valid() && span.column >= 1);
  require(span.end_line > span.line || (span.end_line == span.line && span.end_column >= span.column));
}

// Walks what a consumer walks: aliases expanded.
void check(const yaml::Node& node, int depth, std::size_t* count) {
  require(depth <= kMaxDepth + 1);
  require(++*count <= 2 * kMaxNodes);
  check_span(node.span);
  require(floe::text::is_valid_utf8(node.text));
  require(node.is_sequence() || node.items.empty());
  require(node.is_mapping() || node.entries.empty());
  for (const yaml::NodePtr& item : node.items)
    check(*item, depth + 1, count);
  for (const yaml::Entry& entry : node.entries) {
    check_span(entry.key_span);
    require(node.find(entry.key) != nullptr);
    require(entry.key_node->is_scalar());
    check(*entry.value, depth + 1, count);
  }
}

void parse(std::string_view text, yaml::Resolver resolver, bool allow_duplicate_keys) {
  yaml::ParseOptions options;
  options.file = "fuzz.yaml";
  options.resolver = resolver;
  options.max_depth = kMaxDepth;
  options.max_nodes = kMaxNodes;
  options.allow_duplicate_keys = allow_duplicate_keys;
  DiagnosticSink sink;
  const yaml::NodePtr tree = yaml::parse(text, options, sink);
  require(tree != nullptr || sink.has_errors());
  std::size_t count = 0;
  if (tree) check(*tree, 1, &count);
  floe::RenderOptions render;
  render.source = [&](const std::string&) { return std::optional<std::string>(text); };
  require(sink.sorted().empty() || !floe::render_diagnostics(sink.sorted(), render).empty());
  const auto carried = floe::diagnostics_from_json(floe::diagnostics_to_json(sink.sorted()));
  require(!floe::text::is_valid_utf8(text) || carried.has_value());
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::string_view text(reinterpret_cast<const char*>(data), size);
  parse(text, yaml::Resolver::kCore12, false);
  parse(text, yaml::Resolver::kPyYaml11, true);
  return 0;
}
