#include "members.hpp"

#include "base/fail.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <utility>

namespace floe::answers {

Error wrong_member(std::string_view key, std::string message) {
  return Error{ErrorCode::kInvalidConfig, std::move(message), {}, {{"path", std::string(key)}}};
}

Status accept_members(const json::object& object, std::initializer_list<std::string_view> keys) {
  for (const auto& member : object) {
    const std::string_view key = member.key();
    if (std::find(keys.begin(), keys.end(), key) == keys.end())
      return wrong_member(key, fmt::format("unknown key `{}`", key));
  }
  return ok();
}

Status read_text(const json::object& object, std::string_view key, std::string* out) {
  if (!object.contains(key)) return ok();
  auto value = get_string(object, key);
  if (!value) return wrong_member(key, fmt::format("`{}` must be a text", key));
  *out = std::move(*value);
  return ok();
}

Status read_number(const json::object& object, std::string_view key, std::int64_t least, std::int64_t most,
                   std::int64_t* out) {
  if (!object.contains(key)) return ok();
  const auto value = get_int(object, key);
  if (!value || *value < least || *value > most)
    return wrong_member(key, fmt::format("`{}` must be a whole number from {} to {}", key, least, most));
  *out = *value;
  return ok();
}

}  // namespace floe::answers
