// A directed graph in the DOT language, for Graphviz: boxes, drawn from left to right.
#pragma once

#include <string>
#include <string_view>

namespace floe::run {

// Names and labels may hold anything; `\n` in a label, written as two characters, breaks its line.
class DotGraph {
 public:
  explicit DotGraph(std::string_view name);

  void add_node(std::string_view name, std::string_view label = {});
  // `style`: a further attribute, as `color=red`.
  void add_edge(std::string_view from, std::string_view to, std::string_view label = {}, std::string_view style = {});

  [[nodiscard]] std::string text() const { return text_ + "}\n"; }

 private:
  void add(std::string statement, std::string_view label, std::string_view style);

  std::string text_;
};

}  // namespace floe::run
