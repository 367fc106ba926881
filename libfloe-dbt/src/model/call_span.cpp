#include "model/call_span.hpp"

#include "jinja/environment.hpp"

#include "base/text/text.hpp"

#include <algorithm>

namespace floe::dbt {

Span line_span(const std::string& file, int line) { return Span{file, line, 1, line, 1}; }

Span call_span(const Node& node, std::string_view function, const std::string& needle) {
  if (node.is_generic_test || node.tpl == nullptr)
    return node.yaml_span.valid() ? node.yaml_span : line_span(node.file, node.first_line);
  int line = 0;
  for (const CallFact& call : node.tpl->facts().calls) {
    if (call.name != function) continue;
    for (const CallArgument& argument : call.arguments) {
      if (argument.constant && argument.constant->is_string() && argument.constant->as_string() == needle)
        line = call.line;
    }
    if (line != 0) break;
  }
  const auto lines = text::split(node.raw_code, '\n');
  for (int at = std::max(line, 1); at <= static_cast<int>(lines.size()) && (line == 0 || at < line + 3); ++at) {
    for (char quote : {'\'', '"'}) {
      const std::string quoted = quote + needle + quote;
      const std::size_t column = lines[static_cast<std::size_t>(at - 1)].find(quoted);
      if (column == std::string_view::npos) continue;
      const auto start =
          static_cast<std::int32_t>(text::code_point_count(lines[static_cast<std::size_t>(at - 1)].substr(0, column))) +
          1;
      const int file_line = node.first_line + at - 1;
      return Span{node.file, file_line, start, file_line,
                  start + static_cast<std::int32_t>(text::code_point_count(quoted))};
    }
  }
  return line_span(node.file, node.first_line + std::max(line, 1) - 1);
}

}  // namespace floe::dbt
