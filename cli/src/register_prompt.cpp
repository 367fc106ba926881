#include "register_prompt.hpp"

#include "base/json/json.hpp"
#include "base/text/text.hpp"

namespace floe::cli {

bool needs_agreement(std::string_view verb, std::string_view request_json) {
  if (verb != "table register") return false;
  const auto request = parse_json_object(request_json);
  return request && get_bool_or(*request, "scan", false) && !get_bool_or(*request, "dry_run", false) &&
         !get_bool_or(*request, "yes", false);
}

std::string as_dry_run(std::string_view request_json) {
  auto parsed = parse_json_object(request_json);
  json::object request = parsed ? *std::move(parsed) : json::object();
  request["dry_run"] = true;
  return to_json(request);
}

Agreement ask_agreement(std::string_view answer_json, std::istream& in, std::ostream& out) {
  const auto answer = parse_json_object(answer_json);
  const json::array* registered = answer ? get_array(*answer, "registered") : nullptr;
  const bool has_work = registered != nullptr && !registered->empty() && get_bool_or(*answer, "success", false);
  if (!has_work) return Agreement::kNothingToDo;
  out << "Register them? [y/N] " << std::flush;
  std::string line;
  if (!std::getline(in, line)) out << '\n';
  const std::string word = text::to_lower_ascii(text::trim(line));
  return word == "y" || word == "yes" ? Agreement::kAgreed : Agreement::kDeclined;
}

}  // namespace floe::cli
