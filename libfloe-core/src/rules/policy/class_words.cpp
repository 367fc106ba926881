// Words of meta.classification: one that names no class would leave its column without any.
#include "rules/policy/classification.hpp"

#include "base/json/json.hpp"
#include "base/text/text.hpp"

#include <fmt/format.h>

#include <vector>

namespace floe::policy {
namespace {

// What is written, as text; "" when nothing is.
std::string written_class(const ModelColumn& column) {
  if (column.meta_json == "{}") return "";
  const auto meta = parse_json_object(column.meta_json);
  const json::value* written = meta ? meta->if_contains("classification") : nullptr;
  if (written == nullptr || written->is_null()) return "";
  return written->is_string() ? std::string(to_view(written->get_string())) : to_json(*written);
}

// As it is meant: in lower case, with letters for the digits that look like them.
std::string meant(std::string_view word) {
  std::string out = text::to_lower_ascii(word);
  for (char& c : out)
    c = c == '1' ? 'i' : c == '0' ? 'o' : c == '3' ? 'e' : c;
  return out;
}

Diagnostic unknown_class(const Model& node, const ModelColumn& column, const std::string& word) {
  const std::vector<std::string> known = class_names();
  Diagnostic found = error_diagnostic("FLOE-E0745", "unknown-class",
                                      fmt::format("column `{}.{}` has the class `{}`, which there is not", node.name,
                                                  column.name, word))
                         .note("a class is one of " + text::quoted_list(known))
                         .addressed(node.unique_id);
  const auto near = text::nearest(meant(word), known);
  found.helps.push_back(near ? fmt::format("write `classification: {}`", *near)
                             : "write one of these, or keep words of your own under another key of `meta`");
  return found;
}

}  // namespace

void check_class_words(const ModelGraph& graph, const std::string& project_prefix, DiagnosticSink& sink) {
  for (const std::vector<Model>* list : {&graph.models, &graph.other_nodes}) {
    for (const Model& node : *list) {
      for (const ModelColumn& column : node.columns) {
        const std::string word = written_class(column);
        if (word.empty() || class_rank(text::to_lower_ascii(word)) >= 0) continue;
        Span place = node.name_span.valid() ? node.name_span : Span{node.file, 1, 1, 1, 1};
        place.file.insert(0, project_prefix);
        sink.report(unknown_class(node, column, word).at(std::move(place)));
      }
    }
  }
}

}  // namespace floe::policy
