#include "verbs/arguments.hpp"

#include "base/fail.hpp"
#include "base/text/text.hpp"

#include <algorithm>
#include <utility>

namespace floe::run {
namespace {

const char* kind_name(ArgumentKind kind) {
  switch (kind) {
    case ArgumentKind::kText:
      return "a text";
    case ArgumentKind::kPath:
      return "a path";
    case ArgumentKind::kNumber:
      return "a whole number";
    case ArgumentKind::kFlag:
      return "true or false";
    case ArgumentKind::kWords:
      return "a list of texts";
    case ArgumentKind::kPaths:
      return "a list of paths";
    case ArgumentKind::kMapping:
      break;
  }
  return "an object";
}

bool are_texts(const json::array& list) {
  return std::all_of(list.begin(), list.end(), [](const json::value& item) { return item.is_string(); });
}

bool is_of_kind(const json::value& value, ArgumentKind kind) {
  switch (kind) {
    case ArgumentKind::kText:
    case ArgumentKind::kPath:
      return value.is_string();
    case ArgumentKind::kNumber:
      return value.is_int64();
    case ArgumentKind::kFlag:
      return value.is_bool();
    case ArgumentKind::kWords:
    case ArgumentKind::kPaths:
      return value.is_string() || (value.is_array() && are_texts(value.get_array()));
    case ArgumentKind::kMapping:
      break;
  }
  return value.is_object();
}

Status check_word(std::string_view verb, const Argument& argument, std::string_view word) {
  const bool is_path = argument.kind == ArgumentKind::kPath || argument.kind == ArgumentKind::kPaths;
  if (is_path && word.find('\0') != std::string_view::npos)
    return failf(ErrorCode::kInvalidArgument, "`{}` of `{}` must be a path: it has a NUL", argument.key, verb);
  const std::vector<std::string>& choices = argument.choices;
  if (choices.empty() || std::find(choices.begin(), choices.end(), word) != choices.end()) return ok();
  const auto near = text::nearest(word, choices);
  return failf(ErrorCode::kInvalidArgument, "`{}` of `{}` takes no `{}`; {}", argument.key, verb, word,
               near ? "did you mean `" + *near + "`?" : "it takes " + text::quoted_list(choices));
}

// An empty text is the shell variable that is not set: it is never taken for a key that is not given.
Status check_words(std::string_view verb, const Argument& argument, const json::value& value) {
  if (const json::array* list = value.if_array()) {
    for (const json::value& item : *list)
      FLOE_TRY(check_word(verb, argument, to_view(item.get_string())));
  }
  const json::string* text = value.if_string();
  if (text == nullptr) return ok();
  if (text->empty() && (argument.kind == ArgumentKind::kText || argument.kind == ArgumentKind::kPath))
    return failf(ErrorCode::kInvalidArgument, "`{}` of `{}` must not be empty", argument.key, verb);
  return check_word(verb, argument, to_view(*text));
}

Status check_value(std::string_view verb, const Argument& argument, const json::value& value) {
  if (!is_of_kind(value, argument.kind)) {
    return failf(ErrorCode::kInvalidArgument, "`{}` of `{}` must be {}", argument.key, verb, kind_name(argument.kind));
  }
  if (argument.kind == ArgumentKind::kNumber && value.get_int64() < argument.least) {
    return failf(ErrorCode::kInvalidArgument, "`{}` of `{}` must be a number from {} up", argument.key, verb,
                 argument.least);
  }
  return check_words(verb, argument, value);
}

Error unknown_key(std::string_view verb, std::string_view key, const std::vector<Argument>& known) {
  std::vector<std::string> keys;
  keys.reserve(known.size());
  for (const Argument& argument : known)
    keys.push_back(argument.key);
  if (keys.empty()) return failf(ErrorCode::kInvalidArgument, "`{}` takes no `{}`, and no other key", verb, key);
  const auto near = text::nearest(std::string(key), keys);
  return failf(ErrorCode::kInvalidArgument, "`{}` takes no `{}`; {}", verb, key,
               near ? "did you mean `" + *near + "`?" : "it takes " + text::quoted_list(keys));
}

json::object type_schema(ArgumentKind kind) {
  switch (kind) {
    case ArgumentKind::kText:
      return {{"type", "string"}, {"minLength", 1}};
    case ArgumentKind::kPath:
      return {{"type", "string"}, {"minLength", 1}, {"x-path", true}};
    case ArgumentKind::kNumber:
      return {{"type", "integer"}};
    case ArgumentKind::kFlag:
      return {{"type", "boolean"}};
    case ArgumentKind::kPaths:
      return {{"type", json::array{"array", "string"}}, {"items", json::object{{"type", "string"}}}, {"x-path", true}};
    case ArgumentKind::kWords:
      return {{"type", json::array{"array", "string"}}, {"items", json::object{{"type", "string"}}}};
    case ArgumentKind::kMapping:
      break;
  }
  return {{"type", "object"}};
}

json::object property_schema(const Argument& argument) {
  json::object property = type_schema(argument.kind);
  property["description"] = argument.help;
  if (argument.kind == ArgumentKind::kNumber) property["minimum"] = argument.least;
  if (!argument.choices.empty()) {
    json::object& each = property.contains("items") ? property["items"].as_object() : property;
    each["enum"] = json::value_from(argument.choices);
  }
  if (!argument.flags.empty()) property["x-flags"] = argument.flags;
  return property;
}

}  // namespace

Arguments& Arguments::add(Argument argument) {
  all_.push_back(std::move(argument));
  return *this;
}

Arguments& Arguments::text(const std::string& flags, const std::string& key, const std::string& help,
                           bool is_required) {
  return add({key, ArgumentKind::kText, flags, help, is_required});
}

Arguments& Arguments::path(const std::string& flags, const std::string& key, const std::string& help,
                           bool is_required) {
  return add({key, ArgumentKind::kPath, flags, help, is_required});
}

Arguments& Arguments::number(const std::string& flags, const std::string& key, std::int64_t least,
                             const std::string& help) {
  return add({key, ArgumentKind::kNumber, flags, help, false, least});
}

Arguments& Arguments::among(std::vector<std::string> choices) {
  all_.back().choices = std::move(choices);
  return *this;
}

Arguments& Arguments::flag(const std::string& flags, const std::string& key, const std::string& help) {
  return add({key, ArgumentKind::kFlag, flags, help});
}

Arguments& Arguments::words(const std::string& flags, const std::string& key, const std::string& help) {
  return add({key, ArgumentKind::kWords, flags, help});
}

Arguments& Arguments::paths(const std::string& flags, const std::string& key, const std::string& help) {
  return add({key, ArgumentKind::kPaths, flags, help});
}

Arguments& Arguments::mapping(const std::string& flags, const std::string& key, const std::string& help) {
  return add({key, ArgumentKind::kMapping, flags, help});
}

Arguments& Arguments::refused(const std::string& flags, const std::string& why) {
  unused_.push_back({flags, why});
  return *this;
}

Arguments& Arguments::ignored(const std::vector<std::string>& flags) {
  for (const std::string& each : flags)
    unused_.push_back({each, ""});
  return *this;
}

Arguments& Arguments::add(const Arguments& others) {
  all_.insert(all_.end(), others.all_.begin(), others.all_.end());
  unused_.insert(unused_.end(), others.unused_.begin(), others.unused_.end());
  return *this;
}

Result<json::object> Arguments::check(std::string_view verb, json::object request) const {
  for (auto& [key, value] : request) {
    const auto found = std::find_if(all_.begin(), all_.end(),
                                    [&](const Argument& argument) { return argument.key == std::string_view(key); });
    if (found == all_.end()) return unknown_key(verb, key, all_);
    FLOE_TRY(check_value(verb, *found, value));
    if (value.is_string() && (found->kind == ArgumentKind::kWords || found->kind == ArgumentKind::kPaths))
      value = json::array{value};
  }
  for (const Argument& argument : all_) {
    if (argument.is_required && !request.contains(argument.key))
      return failf(ErrorCode::kInvalidArgument, "`{}` needs `{}`: {}", verb, argument.key, argument.help);
  }
  return request;
}

json::object Arguments::schema() const {
  json::object properties;
  json::array required;
  for (const Argument& argument : all_) {
    properties[argument.key] = property_schema(argument);
    if (argument.is_required) required.emplace_back(argument.key);
  }
  json::object schema{{"type", "object"}, {"properties", std::move(properties)}, {"additionalProperties", false}};
  if (!required.empty()) schema["required"] = std::move(required);
  json::array unused;
  for (const UnusedFlags& each : unused_)
    unused.push_back(json::object{{"flags", each.flags}, {"why", each.why}});
  if (!unused.empty()) schema["x-unused"] = std::move(unused);
  return schema;
}

}  // namespace floe::run
