#include "base/io/account.hpp"

#include <pwd.h>
#include <unistd.h>
#include <vector>

namespace floe::io {

std::string current_user() {
  const uid_t id = ::geteuid();
  std::vector<char> buffer(16'384);  // room for what directory services say of an account
  passwd entry{};
  passwd* found = nullptr;
  const int status = ::getpwuid_r(id, &entry, buffer.data(), buffer.size(), &found);
  if (status == 0 && found != nullptr && found->pw_name[0] != '\0') return found->pw_name;
  return "uid:" + std::to_string(id);
}

std::uint32_t current_user_id() { return ::geteuid(); }

}  // namespace floe::io
