#include "secret_variable.hpp"

#include <cctype>

namespace floe::answers {

std::string secret_variable(std::string_view key) {
  std::string name(kSecretPrefix);
  for (const char c : key) {
    const auto byte = static_cast<unsigned char>(c);
    name += std::isalnum(byte) != 0 ? static_cast<char>(std::toupper(byte)) : '_';
  }
  return name;
}

}  // namespace floe::answers
