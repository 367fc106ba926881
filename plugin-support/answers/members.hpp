// Members of a plugin's configuration, read one by one into settings that have their defaults already.
#pragma once

#include "base/json/json.hpp"
#include "base/result.hpp"

#include <cstdint>
#include <initializer_list>
#include <string>
#include <string_view>

namespace floe::answers {

// What is wrong with member `key`; answers::problem says it at that member.
Error wrong_member(std::string_view key, std::string message);

// Fails at the first member that is none of `keys`.
Status accept_members(const json::object& object, std::initializer_list<std::string_view> keys);

// Both leave `*out` as it is where `key` is not written.
Status read_text(const json::object& object, std::string_view key, std::string* out);
Status read_number(const json::object& object, std::string_view key, std::int64_t least, std::int64_t most,
                   std::int64_t* out);

}  // namespace floe::answers
