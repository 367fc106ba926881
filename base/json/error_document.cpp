#include "base/json/error_document.hpp"

#include "base/json/json.hpp"

namespace floe {
namespace {

ErrorCode code_of(std::int32_t status, Error& error) {
  constexpr auto kFirst = static_cast<std::int32_t>(ErrorCode::kInvalidArgument);
  constexpr auto kLast = static_cast<std::int32_t>(ErrorCode::kPanic);
  if (status >= kFirst && status <= kLast) return static_cast<ErrorCode>(status);
  error.details.emplace_back("floe.status", std::to_string(status));
  return ErrorCode::kInternal;
}

}  // namespace

std::string error_to_document(const Error& error) {
  json::object details;
  for (const auto& [key, value] : error.details) {
    auto [member, inserted] = details.emplace(key, value);
    if (inserted) continue;
    if (!member->value().is_array()) member->value() = json::array{std::move(member->value())};
    member->value().as_array().emplace_back(value);
  }
  return to_json(json::object{{"message", error.to_string()}, {"details", std::move(details)}});
}

Error error_from_document(std::int32_t status, std::string_view document) {
  Error error;
  error.code = code_of(status, error);
  if (document.empty()) return error;
  const auto parsed = parse_json_object(document);
  if (!parsed.has_value()) {
    error.message = document;
    return error;
  }
  error.message = get_string_or(*parsed, "message", "");
  const json::object* details = get_object(*parsed, "details");
  if (details == nullptr) return error;
  for (const auto& [key, value] : *details) {
    const json::array single{value};
    for (const json::value& one : value.is_array() ? value.get_array() : single) {
      error.details.emplace_back(key, one.is_string() ? std::string(to_view(one.get_string())) : to_json(one));
    }
  }
  return error;
}

}  // namespace floe
