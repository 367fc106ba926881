#include "base/result.hpp"
#include "base/yaml/builder.hpp"
#include "base/yaml/encoding.hpp"
#include "base/yaml/syntax_error.hpp"

#include <yaml.h>

namespace floe::yaml {

namespace {

class Parser {
 public:
  explicit Parser(std::string_view text) {
    FLOE_ASSERT(yaml_parser_initialize(&parser_) == 1);
    yaml_parser_set_encoding(&parser_, YAML_UTF8_ENCODING);
    yaml_parser_set_input_string(&parser_, reinterpret_cast<const unsigned char*>(text.data()), text.size());
  }

  Parser(const Parser&) = delete;
  Parser& operator=(const Parser&) = delete;

  ~Parser() { yaml_parser_delete(&parser_); }

  bool next(yaml_event_t* event) { return yaml_parser_parse(&parser_, event) == 1; }

  [[nodiscard]] SyntaxProblem problem() const {
    const auto text = [](const char* words) { return words == nullptr ? std::string() : std::string(words); };
    SyntaxProblem problem{text(parser_.problem), text(parser_.context), parser_.problem_mark.index,
                          parser_.context_mark.index};
    if (parser_.error == YAML_MEMORY_ERROR) problem.problem = "out of memory";
    return problem;
  }

 private:
  yaml_parser_t parser_{};
};

struct Event {
  Event() = default;
  Event(const Event&) = delete;
  Event& operator=(const Event&) = delete;

  ~Event() { yaml_event_delete(&event); }

  yaml_event_t event{};
};

// False when the text ended early, by a mistake or by a limit.
bool build(Parser& parser, Builder& builder, const SourceMap& source, DiagnosticSink& sink) {
  while (true) {
    Event current;
    if (!parser.next(&current.event)) {
      if (!builder.saw_unquoted_jinja()) sink.report(syntax_diagnostic(parser.problem(), source));
      return false;
    }
    if (current.event.type == YAML_STREAM_END_EVENT) return true;
    if (!builder.handle(current.event)) return false;
  }
}

}  // namespace

NodePtr parse(std::string_view text, const ParseOptions& options, DiagnosticSink& sink) {
  constexpr std::string_view kByteOrderMark = "\xEF\xBB\xBF";
  if (text.starts_with(kByteOrderMark)) text.remove_prefix(kByteOrderMark.size());
  if (!check_encoding(text, options.file, sink)) return nullptr;
  const SourceMap source(text, options.file);
  Builder builder(options, source, sink);
  Parser parser(text);
  if (!build(parser, builder, source, sink)) return nullptr;
  std::shared_ptr<Node> root = builder.take_root();
  if (!root) {
    root = std::make_shared<Node>();
    root->span = source.span(0, 0);
  }
  return root;
}

}  // namespace floe::yaml
