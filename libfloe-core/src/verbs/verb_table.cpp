#include "verbs/verb_table.hpp"

#include "verbs/answer_text.hpp"

#include "base/fail.hpp"
#include "base/text/printable.hpp"
#include "base/text/text.hpp"

#include <algorithm>
#include <array>

namespace floe::run {
namespace {

// The first words of verbs that have two. `like`: it has the verbs of that group, with `scope` in their requests.
struct VerbGroup {
  std::string_view name;
  std::string_view summary;
  std::string_view like = {};
};

constexpr std::array<VerbGroup, 11> kGroups{{
    {"table", "look at the Iceberg tables, and register them"},
    {"dbt", "dbt commands with dbt's own meaning and flags"},
    {"platform", "what the platform team decided"},
    {"enterprise", "the same of an enterprise manifest", "platform"},
    {"domain", "the same of a domain manifest", "platform"},
    {"docs", "the product as a page for people"},
    {"plugin", "look at the installed plugins"},
    {"contract", "data contracts (ODCS) of the product"},
    {"product", "the products below a folder, and who reads whose tables"},
    {"governance", "what the platform demands of the product"},
    {"audit", "the audit log of the product"},
}};

Verb scoped(Verb verb, std::string_view scope) {
  verb.name = std::string(scope) + verb.name.substr(verb.name.find(' '));
  verb.preset["scope"] = scope;
  return verb;
}

// Groups that are like the one whose last verb is `verbs.back()` follow it.
void add_alike(std::string_view group, std::vector<Verb>* verbs) {
  const std::vector<Verb> own(
      std::find_if(verbs->begin(), verbs->end(), [&](const Verb& verb) { return verb.name.starts_with(group); }),
      verbs->end());
  for (const VerbGroup& alike : kGroups) {
    if (alike.like != group) continue;
    for (const Verb& verb : own)
      verbs->push_back(scoped(verb, alike.name));
  }
}

std::string_view group_of(const Verb& verb) {
  const std::string_view name = verb.name;
  return name.find(' ') == std::string_view::npos ? std::string_view() : name.substr(0, name.find(' '));
}

std::vector<Verb> make_verbs() {
  std::vector<Verb> verbs;
  const auto add = [&](Verb verb) {
    const std::string_view last = verbs.empty() ? std::string_view() : group_of(verbs.back());
    if (!last.empty() && last != group_of(verb)) add_alike(std::string(last), &verbs);
    verbs.push_back(std::move(verb));
  };
#define FLOE_ADD_VERB(name) add(name##_verb());
  FLOE_VERBS(FLOE_ADD_VERB)
#undef FLOE_ADD_VERB
  return verbs;
}

// "dbt list" of "dbt ls" and the alias `list`.
std::string with_alias(const std::string& name, const std::string& alias) {
  const std::size_t space = name.rfind(' ');
  return space == std::string::npos ? alias : name.substr(0, space + 1) + alias;
}

bool is_named(const Verb& verb, std::string_view name) {
  return verb.name == name || std::any_of(verb.aliases.begin(), verb.aliases.end(), [&](const std::string& alias) {
           return with_alias(verb.name, alias) == name;
         });
}

json::object verb_json(const Verb& verb) {
  json::array aliases(verb.aliases.begin(), verb.aliases.end());
  json::object out{{"name", verb.name}, {"aliases", std::move(aliases)}, {"summary", verb.summary}};
  out["details"] = verb.details;
  out["request"] = verb.request.schema();
  out["answer"] = parse_json(verb.answer).value_or(nullptr);
  out["junit"] = verb.junit != nullptr;
  return out;
}

std::string make_verbs_json() {
  json::array groups;
  for (const VerbGroup& group : kGroups)
    groups.push_back(json::object{{"name", group.name}, {"summary", group.summary}});
  json::array all;
  for (const Verb& verb : verbs())
    all.push_back(verb_json(verb));
  return to_json(json::object{{"version", 1}, {"groups", std::move(groups)}, {"verbs", std::move(all)}});
}

}  // namespace

const std::vector<Verb>& verbs() {
  static const std::vector<Verb> kVerbs = make_verbs();
  return kVerbs;
}

const Verb* find_verb(std::string_view name) {
  const auto found =
      std::find_if(verbs().begin(), verbs().end(), [&](const Verb& verb) { return is_named(verb, name); });
  return found == verbs().end() ? nullptr : &*found;
}

Error unknown_verb(std::string_view name) {
  std::vector<std::string> names;
  names.reserve(verbs().size());
  for (const Verb& verb : verbs())
    names.push_back(verb.name);
  const auto near = text::nearest(std::string(name), names);
  return failf(ErrorCode::kInvalidArgument, "there is no verb `{}`{}", name,
               near ? "; did you mean `" + *near + "`?" : std::string());
}

const std::string& verbs_json() {
  static const std::string kJson = make_verbs_json();
  return kJson;
}

AnswerText text_of_answer(const Verb& verb, const json::object& answer, const TextStyle& style) {
  if (answer.empty()) return {};
  if (verb.text == nullptr) return {text::printable_json(to_pretty_json(answer)), ""};
  return verb.text(printable_answer(answer), style);
}

}  // namespace floe::run
