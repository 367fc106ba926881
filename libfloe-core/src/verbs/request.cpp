#include "verbs/request.hpp"

#include "base/fail.hpp"
#include "base/json/repeated_keys.hpp"
#include "base/text/text.hpp"

#include <charconv>
#include <cstdint>
#include <optional>
#include <string>

namespace floe::run {
namespace {

// The end of the text whose quotation mark is at `begin`; of a document that is JSON.
std::size_t end_of_text(std::string_view json, std::size_t begin) {
  std::size_t at = begin + 1;
  while (json[at] != '"')
    at += json[at] == '\\' ? 2 : 1;
  return at + 1;
}

bool is_whole(std::string_view number) { return number.find_first_of(".eE") == std::string_view::npos; }

bool fits(std::string_view number) {
  std::int64_t value = 0;
  return std::from_chars(number.data(), number.data() + number.size(), value).ec == std::errc();
}

// Of a document that is JSON: the first whole number beyond 64 bits, which readers turn into another one.
std::optional<std::string_view> too_large_number(std::string_view json) {
  constexpr std::string_view kNumber = "+-.0123456789eE";
  std::size_t at = json.find_first_of("\"-0123456789");
  while (at != std::string_view::npos) {
    std::size_t end = 0;
    if (json[at] == '"') {
      end = end_of_text(json, at);
    } else {
      end = std::min(json.find_first_not_of(kNumber, at), json.size());
      const std::string_view number = json.substr(at, end - at);
      if (is_whole(number) && !fits(number)) return number;
    }
    at = json.find_first_of("\"-0123456789", end);
  }
  return std::nullopt;
}

}  // namespace

Result<json::object> parse_request(std::string_view whose, std::string_view text) {
  auto request = parse_json_object(text);
  if (!request) return failf(ErrorCode::kInvalidArgument, "{} is no JSON object: {}", whose, request.error().message);
  const std::vector<std::string> repeated = repeated_keys(text);
  if (!repeated.empty()) return failf(ErrorCode::kInvalidArgument, "{} has `{}` twice", whose, repeated.front());
  if (const auto number = too_large_number(text)) {
    return failf(ErrorCode::kInvalidArgument,
                 "{} has the number {}, which does not fit into 64 bits; write it as a text", whose,
                 text::shortened(*number, 40));
  }
  return request;
}

Result<json::object> read_request(const Verb& verb, std::string_view text) {
  json::object given = FLOE_TRY(parse_request("the request of `" + verb.name + "`", text.empty() ? "{}" : text));
  json::object request = FLOE_TRY(verb.request.check(verb.name, std::move(given)));
  for (const auto& [key, value] : verb.preset) {
    if (const json::value* other = request.if_contains(key); other != nullptr && *other != value) {
      return failf(ErrorCode::kInvalidArgument, "`{}` of `{}` is {}", key, verb.name, to_json(value));
    }
    request[key] = value;
  }
  return request;
}

}  // namespace floe::run
