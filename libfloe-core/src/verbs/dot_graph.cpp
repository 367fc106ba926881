#include "verbs/dot_graph.hpp"

#include "base/text/text.hpp"

#include <fmt/format.h>

namespace floe::run {
namespace {

std::string quoted(std::string_view text) { return "\"" + text::replace_all(text, "\"", "\\\"") + "\""; }

}  // namespace

DotGraph::DotGraph(std::string_view name)
    : text_(fmt::format("digraph {} {{\n  rankdir=LR;\n  node [shape=box];\n", name)) {}

void DotGraph::add_node(std::string_view name, std::string_view label) { add(quoted(name), label, {}); }

void DotGraph::add_edge(std::string_view from, std::string_view to, std::string_view label, std::string_view style) {
  add(quoted(from) + " -> " + quoted(to), label, style);
}

void DotGraph::add(std::string statement, std::string_view label, std::string_view style) {
  if (!label.empty()) statement += " [label=" + quoted(label);
  if (!style.empty()) statement += fmt::format("{}{}", label.empty() ? " [" : ", ", style);
  text_ += fmt::format("  {}{};\n", statement, label.empty() && style.empty() ? "" : "]");
}

}  // namespace floe::run
