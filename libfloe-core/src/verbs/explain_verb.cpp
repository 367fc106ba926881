// floe explain [CODE]: the page of a diagnostic code, or all codes.
#include "explain/error_page.hpp"
#include "verbs/verbs.hpp"

#include "base/fail.hpp"

#include <fmt/format.h>

namespace floe::run {
namespace {

json::object page_object(const explain::ErrorPage& page) {
  return json::object{{"code", page.code}, {"name", page.name}, {"severity", page.severity}, {"summary", page.summary}};
}

}  // namespace

Result<Answer> explain_verb(Context& /*context*/, const json::object& request, DiagnosticSink& /*sink*/) {
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

}  // namespace floe::run
