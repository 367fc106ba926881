// The texts of a verb's answer, by the name of the verb.
#pragma once

#include "floe_test.hpp"
#include "verbs/verb_table.hpp"

#include "base/json/json.hpp"

#include <string>

namespace floe::run {

inline AnswerText text_of(const char* verb, const char* answer) {
  const Verb* found = find_verb(verb);
  REQUIRE(found != nullptr);
  const auto parsed = parse_json_object(answer);
  FLOE_REQUIRE_OK(parsed);
  return text_of_answer(*found, *parsed, {});
}

inline std::string answer_of(const char* verb, const char* answer) { return text_of(verb, answer).answer; }

inline std::string summary_of(const char* verb, const char* answer) { return text_of(verb, answer).summary; }

}  // namespace floe::run
