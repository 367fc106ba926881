#include "init_prompts.hpp"

#include "base/json/json.hpp"
#include "base/text/text.hpp"

namespace floe::cli {
namespace {

struct Question {
  std::string_view key;
  std::string_view text;
};

constexpr Question kQuestions[] = {
    {"name", "Name of the product (default: that of the dbt project or of the folder)"},
    {"description", "What it is for"},
    {"owner", "Who answers for it"},
    {"platform", "Its platform: a manifest, its folder or oci:// (default: one of its own)"},
};

}  // namespace

std::string ask_for_product(std::string_view request_json, std::istream& in, std::ostream& out) {
  auto parsed = parse_json_object(request_json);
  json::object request = parsed ? *std::move(parsed) : json::object();
  for (const Question& question : kQuestions) {
    if (request.contains(question.key)) continue;
    out << question.text << ": " << std::flush;
    std::string line;
    if (!std::getline(in, line)) {
      out << '\n';
      break;
    }
    const std::string_view answer = text::trim(line);
    if (!answer.empty()) request[question.key] = answer;
  }
  return to_json(request);
}

}  // namespace floe::cli
