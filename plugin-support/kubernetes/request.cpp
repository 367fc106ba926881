#include "request.hpp"

#include "base/fail.hpp"

#include <algorithm>

namespace floe::kubernetes {
namespace {

std::string listed(std::initializer_list<std::string_view> names) {
  std::string out;
  for (const std::string_view name : names)
    out += fmt::format("{}`{}`", out.empty() ? "" : ", ", name);
  return out;
}

Error wrong(const Request& request, std::string_view key, std::string_view what) {
  return failf(ErrorCode::kInvalidArgument, "`{}` must be {}", request.place(key), what);
}

}  // namespace

Status Request::accept(std::initializer_list<std::string_view> members) const {
  if (path_.empty()) return ok();
  for (const auto& member : *object_) {
    if (std::find(members.begin(), members.end(), std::string_view(member.key())) == members.end()) {
      return failf(ErrorCode::kInvalidArgument, "unknown member `{}`; accepted are {}", place(member.key()),
                   listed(members));
    }
  }
  return ok();
}

Result<std::string> Request::text(std::string_view key) const {
  const json::value* value = object_->if_contains(key);
  if (value == nullptr) return failf(ErrorCode::kInvalidArgument, "`{}` is missing", place(key));
  if (!value->is_string()) return wrong(*this, key, "a text");
  return std::string(to_view(value->get_string()));
}

Result<std::string> Request::text_or(std::string_view key, std::string_view fallback) const {
  if (!has(key)) return std::string(fallback);
  return text(key);
}

Result<std::string> Request::one_of(std::string_view key, std::initializer_list<std::string_view> accepted,
                                    std::string_view fallback) const {
  std::string value = FLOE_TRY(text_or(key, fallback));
  if (value != fallback && std::find(accepted.begin(), accepted.end(), value) == accepted.end()) {
    return failf(ErrorCode::kInvalidArgument, "`{}` is `{}`; accepted are {}", place(key), value, listed(accepted));
  }
  return value;
}

Result<bool> Request::flag_or(std::string_view key, bool fallback) const {
  const json::value* value = object_->if_contains(key);
  if (value == nullptr) return fallback;
  if (!value->is_bool()) return wrong(*this, key, "true or false");
  return value->get_bool();
}

Result<std::int64_t> Request::number_or(std::string_view key, std::int64_t least, std::int64_t most,
                                        std::int64_t fallback) const {
  if (!has(key)) return fallback;
  const auto value = get_int(*object_, key);
  if (!value || *value < least || *value > most) {
    return wrong(*this, key, fmt::format("a whole number from {} to {}", least, most));
  }
  return *value;
}

Result<std::vector<std::string>> Request::texts(std::string_view key) const {
  std::vector<std::string> out;
  if (!has(key)) return out;
  const json::array* values = get_array(*object_, key);
  if (values == nullptr) return wrong(*this, key, "a list of texts");
  for (const json::value& value : *values) {
    if (!value.is_string()) return wrong(*this, key, "a list of texts");
    out.emplace_back(to_view(value.get_string()));
  }
  return out;
}

Result<Labels> Request::text_map(std::string_view key) const {
  Labels out;
  if (!has(key)) return out;
  const json::object* values = get_object(*object_, key);
  if (values == nullptr) return wrong(*this, key, "an object of texts");
  for (const auto& [name, value] : *values) {
    if (!value.is_string()) return wrong(*this, key, "an object of texts");
    out.emplace(name, to_view(value.get_string()));
  }
  return out;
}

Result<std::vector<Request>> Request::objects(std::string_view key) const {
  std::vector<Request> out;
  if (!has(key)) return out;
  const json::array* values = get_array(*object_, key);
  if (values == nullptr) return wrong(*this, key, "a list of objects");
  for (const json::value& value : *values) {
    if (!value.is_object()) return wrong(*this, key, "a list of objects");
    out.emplace_back(value.get_object(), fmt::format("{}[{}].", place(key), out.size()));
  }
  return out;
}

}  // namespace floe::kubernetes
