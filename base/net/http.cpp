#include "base/net/http.hpp"

#include "base/fail.hpp"

#include <algorithm>

namespace floe::net {

const std::string* HttpResponse::header(std::string_view lower_case_name) const {
  const auto found =
      std::find_if(headers.begin(), headers.end(), [&](const auto& one) { return one.first == lower_case_name; });
  return found == headers.end() ? nullptr : &found->second;
}

Result<HttpResponse> FakeHttpTransport::send(const HttpRequest& request) {
  const std::lock_guard lock(mutex_);
  requests.push_back(request);
  const std::size_t turn = requests.size() - 1;
  if (turn < answers.size()) return answers[turn];
  return failf(ErrorCode::kUnavailable, "no answer prepared for request {} to `{}`", turn + 1, public_url(request.url));
}

std::string public_url(std::string_view url) {
  url = url.substr(0, url.find_first_of("?#"));
  const std::size_t scheme = url.find("://");
  if (scheme == std::string_view::npos) return std::string(url);
  const std::size_t host = scheme + 3;
  const std::size_t path = std::min(url.find('/', host), url.size());
  const std::size_t at = url.substr(0, path).rfind('@');
  if (at == std::string_view::npos || at < host) return std::string(url);
  return std::string(url.substr(0, host)).append(url.substr(at + 1));
}

}  // namespace floe::net
