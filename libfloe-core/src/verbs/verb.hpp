// A verb: what may be asked, what it does, what it answers, and how people read that. From this follow floe_call,
// the command line with its help and completion, the method of floe.Project, and the reference.
//
// A new verb is one file that ends with its `Verb NAME_verb()`, and one row of verb_table.cpp.
#pragma once

#include "engine/context.hpp"
#include "verbs/arguments.hpp"

#include "base/diagnostics/diagnostic.hpp"
#include "base/json/json.hpp"
#include "base/result.hpp"

#include <functional>
#include <string>
#include <vector>

namespace floe::run {

struct Answer {
  std::string json = "{}";
  int exit_code = 0;           // 0 done, 1 findings or a failed node
  bool shows_secrets = false;  // they were asked for: nothing in `json` is masked
};

// Takes the context and a request that Arguments::check accepts, reports findings to the sink, and answers JSON.
using VerbFunction = std::function<Result<Answer>(Context& context, const json::object& request, DiagnosticSink& sink)>;

// How the text of an answer is to look.
struct TextStyle {
  bool color = false;
  bool cuts_cells = true;  // long cells of tables, with an ellipsis: for a person at a terminal
};

// The text of an answer.
struct AnswerText {
  std::string answer;   // what was asked for
  std::string summary;  // what was done; `-q` leaves it out
};

struct Verb {
  std::string name;          // as people type it: "platform diff"
  std::string summary;       // of help, one line
  std::string details = {};  // of the reference, Markdown; without the keys of the request
  Arguments request;
  std::string answer;  // JSON Schema (2020-12)
  VerbFunction run;
  AnswerText (*text)(const json::object& answer, const TextStyle& style) = nullptr;  // nullptr: JSON, indented
  std::string (*junit)(const json::object& answer) = nullptr;                        // a report for CI systems
  std::vector<std::string> aliases = {};  // other words for the last one of its name
  json::object preset = {};               // keys that the request has in any case
};

}  // namespace floe::run
