// Codes that only who has the key can make.
#pragma once

#include <string>
#include <string_view>

namespace floe::text {

std::string hmac_sha256_hex(std::string_view key, std::string_view bytes);  // RFC 2104

// In a time that does not tell where they differ.
bool equals_in_constant_time(std::string_view left, std::string_view right);

}  // namespace floe::text
