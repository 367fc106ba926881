#include "base/net/clear_text.hpp"

#include "base/text/text.hpp"

#include <algorithm>
#include <array>
#include <string>

namespace floe::net {
namespace {

// Between `//` and the path.
std::string_view authority_of(std::string_view url) {
  const std::size_t scheme = url.find("://");
  if (scheme == std::string_view::npos) return {};
  const std::string_view rest = url.substr(scheme + 3);
  return rest.substr(0, rest.find_first_of("/?#"));
}

std::string_view without_port(std::string_view host) {
  if (host.starts_with('[')) return host.substr(0, host.find(']') + 1);
  return host.substr(0, host.find(':'));
}

// 127.0.0.0/8 in four decimal parts: of shorter and other forms clients think differently.
bool is_loopback_address(std::string_view host) {
  const auto parts = text::split(host, '.');
  const auto is_part = [](std::string_view part) {
    return !part.empty() && part.size() <= 3 &&
           std::all_of(part.begin(), part.end(), [](char c) { return c >= '0' && c <= '9'; });
  };
  return parts.size() == 4 && parts.front() == "127" && std::all_of(parts.begin(), parts.end(), is_part);
}

}  // namespace

bool is_clear_text(std::string_view url) {
  if (!text::to_lower_ascii(url.substr(0, 7)).starts_with("http://")) return false;
  const std::string_view authority = authority_of(url);
  if (authority.find('\\') != std::string_view::npos) return true;  // of clients, some take it for the end of the host
  const std::size_t at = authority.rfind('@');
  const std::string host =
      text::to_lower_ascii(without_port(at == std::string_view::npos ? authority : authority.substr(at + 1)));
  return host != "localhost" && host != "[::1]" && !host.ends_with(".localhost") && !is_loopback_address(host);
}

bool has_user(std::string_view url) { return authority_of(url).find('@') != std::string_view::npos; }

bool is_credential_header(std::string_view name) {
  constexpr std::array<std::string_view, 8> kWords{"authorization", "cookie", "token",      "api-key",
                                                   "apikey",        "secret", "credential", "password"};
  const std::string lower = text::replace_all(text::to_lower_ascii(name), "_", "-");
  return std::any_of(kWords.begin(), kWords.end(),
                     [&](std::string_view word) { return lower.find(word) != std::string::npos; });
}

}  // namespace floe::net
