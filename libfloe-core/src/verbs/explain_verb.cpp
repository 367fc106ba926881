// floe explain [CODE]: the page of a diagnostic code, or all codes.
#include "explain/error_page.hpp"
#include "verbs/explain_text.hpp"
#include "verbs/verb_table.hpp"

#include "base/fail.hpp"

#include <fmt/format.h>

namespace floe::run {
namespace {

json::object page_object(const explain::ErrorPage& page) {
  return json::object{{"code", page.code}, {"name", page.name}, {"severity", page.severity}, {"summary", page.summary}};
}

Result<Answer> explain_code(Context& /*context*/, const json::object& request, DiagnosticSink& /*sink*/) {
  const std::string asked = get_string_or(request, "code", "");
  if (asked.empty()) {
    json::array codes;
    for (const explain::ErrorPage& page : explain::error_pages())
      codes.push_back(page_object(page));
    return Answer{to_json(json::object{{"codes", std::move(codes)}}), 0};
  }
  const explain::ErrorPage* page = explain::find_error_page(asked);
  if (page == nullptr) {
    const auto near = explain::nearest_error_page(asked);
    const std::string hint = near ? fmt::format("`{}` exists", *near) : "`floe explain` lists them";
    return failf(ErrorCode::kNotFound, "there is no diagnostic `{}`; {}", asked, hint);
  }
  json::object answer = page_object(*page);
  answer["since"] = page->since;
  answer["page"] = page->text;
  return Answer{to_json(answer), 0};
}

AnswerText explain_answer_text(const json::object& answer, const TextStyle& style) {
  return {explain_text(answer, style), ""};
}

}  // namespace

Verb explain_verb() {
  return {
      .name = "explain",
      .summary = "what a diagnostic means and how to fix it",
      .details =
          R"(The page is Markdown. Without a code all of them are in "codes". FLOE_NOT_FOUND when there is none of that name.)",
      .request = Arguments().text("code", "code", "E0701, FLOE-E0701 or naming-convention (default: all codes)"),
      .answer = R"({"type": "object", "properties": {
  "code": {"type": "string"}, "name": {"type": "string"}, "severity": {"type": "string"}, "summary": {"type": "string"},
  "since": {"type": "string"}, "page": {"type": "string"},
  "codes": {"type": "array", "items": {"type": "object", "properties": {
    "code": {"type": "string"}, "name": {"type": "string"}, "severity": {"type": "string"},
    "summary": {"type": "string"}}}}}})",
      .run = explain_code,
      .text = explain_answer_text};
}

}  // namespace floe::run
