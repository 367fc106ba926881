#include "base/yaml/syntax_error.hpp"

#include "base/text/text.hpp"

#include <fmt/format.h>

#include <string_view>
#include <utility>

namespace floe::yaml {

namespace {

// Where the caret goes: where libyaml gave up, or where the thing began that it was reading.
enum class Place : std::uint8_t { kProblem, kContext };

struct Explanation {
  std::string_view problem;
  std::string_view message;
  std::string_view help;
  Place place = Place::kProblem;
};

constexpr Explanation kExplanations[] = {
    {"did not find expected ',' or ']'", "expected `,` or `]` in a list in brackets",
     "separate the items with `,` and close the list with `]`; put items that contain `: `, `#`, `{` or `[` in quotes"},
    {"did not find expected ',' or '}'", "expected `,` or `}` in a mapping in braces",
     "separate the entries with `,` and close the mapping with `}`; put a value that starts with `{{` in quotes"},
    {"could not find expected ':'", "expected `:` after a key",
     "write `key: value`; text that goes on in the next line must be indented deeper than its key", Place::kContext},
    {"did not find expected key", "expected a key, or the end of the mapping",
     "the keys of one mapping start in the same column; a quoted value must end where its quotes end"},
    {"did not find expected '-' indicator", "expected `- `, or the end of the list",
     "the items of one list start in the same column, each with `- `"},
    {"mapping values are not allowed in this context", "a `:` is not allowed here",
     "put a value that contains `: ` in quotes; nested keys go to the next line, indented"},
    {"mapping keys are not allowed in this context", "a key is not allowed here",
     "put the mapping on the next line, indented"},
    {"block sequence entries are not allowed in this context", "a list item is not allowed here",
     "put the list on the lines below its key, each item with `- `"},
    {"found unexpected end of stream", "text in quotes is not closed", "close it with the quote it began with",
     Place::kContext},
    {"found unexpected document indicator", "text in quotes is not closed before the document ends",
     "close it with the quote it began with", Place::kContext},
    {"did not find expected <document start>", "more text after the end of the document",
     "check the indentation; a further document starts with `---`"},
    {"did not find expected comment or line break", "expected the end of the line",
     "after `|` or `>` the text starts on the next line"},
    {"did not find expected node content", "expected a value", "write a value, or `null`"},
    {"found undefined tag handle", "unknown tag prefix", "put a value that starts with `!` in quotes"},
    {"did not find expected whitespace or line break", "expected a space after the tag",
     "put a value that starts with `!` in quotes"},
    {"found incompatible YAML document", "unknown YAML version", "write `%YAML 1.2`, or leave the line out"},
    {"found invalid Unicode character escape code", "the escape stands for no Unicode character",
     "write \\xXX, \\uXXXX or \\UXXXXXXXX with a valid code point"},
    {"did not find expected hexdecimal number", "expected hexadecimal digits in the escape",
     "write \\xXX, \\uXXXX or \\UXXXXXXXX; a backslash itself is `\\\\`"},
};

constexpr std::string_view kTabHelp = "indent with spaces";

struct Words {
  std::string message;
  std::string help;
  Place place = Place::kProblem;
};

std::string first_character(std::string_view text) {
  return std::string(text.substr(0, text::code_point_offset(text, 1)));
}

Words bad_token_start(std::string_view rest) {
  if (rest.starts_with('\t')) return {"a tab cannot be used for indentation", std::string(kTabHelp)};
  return {fmt::format("a value cannot start with `{}`", first_character(rest)), "put the value in quotes"};
}

bool is_glued_dash(std::string_view text) {
  return text.size() > 1 && text[0] == '-' && text[1] != '-' && text[1] != ' ' && text[1] != '\n';
}

Words explain(const SyntaxProblem& problem, const SourceMap& source) {
  const std::string_view rest = source.text_at(problem.index);
  if (problem.problem == "found character that cannot start any token") return bad_token_start(rest);
  if (problem.problem.starts_with("found a tab character")) {
    return {"a tab cannot be used for indentation", std::string(kTabHelp)};
  }
  if (problem.problem == "could not find expected ':'" && is_glued_dash(source.text_at(problem.context_index))) {
    return {"expected a space after `-`", "write `- ` before each item of a list", Place::kContext};
  }
  if (problem.problem == "found unknown escape character") {
    const std::string_view escaped = source.text_at(problem.index + 1);
    return {fmt::format("unknown escape `\\{}` in double quotes", first_character(escaped)),
            "write a backslash as `\\\\`, or use single quotes, in which it is itself"};
  }
  if (problem.problem == "did not find expected alphabetic or numeric character") {
    const bool alias = problem.context == "while scanning an alias";
    return {fmt::format("expected a name after `{}`", alias ? "*" : "&"),
            fmt::format("put a value that starts with `{}` in quotes", alias ? "*" : "&"), Place::kContext};
  }
  for (const Explanation& one : kExplanations) {
    if (problem.problem == one.problem) {
      return {std::string(one.message), std::string(one.help), one.place};
    }
  }
  return {problem.problem, ""};
}

std::string_view context_label(std::string_view context) {
  if (context.ends_with("flow sequence")) return "the list starts here";
  if (context.ends_with("flow mapping")) return "the mapping starts here";
  if (context.ends_with("block mapping")) return "the mapping starts here";
  if (context.ends_with("block collection")) return "the list starts here";
  return {};
}

}  // namespace

Diagnostic syntax_diagnostic(const SyntaxProblem& problem, const SourceMap& source) {
  Words words = explain(problem, source);
  const bool at_context = words.place == Place::kContext && !problem.context.empty();
  const std::size_t index = at_context ? problem.context_index : problem.index;
  Diagnostic diagnostic =
      error_diagnostic("FLOE-E0101", "yaml-syntax", std::move(words.message)).at(source.span(index, index + 1));
  const std::string_view label = context_label(problem.context);
  const Span context = source.span(problem.context_index, problem.context_index + 1);
  if (!label.empty() && !at_context && context.line != diagnostic.labels[0].span.line) {
    diagnostic.labels.push_back({context, std::string(label), false});
  }
  if (!words.help.empty()) diagnostic.helps.push_back(std::move(words.help));
  return diagnostic;
}

}  // namespace floe::yaml
