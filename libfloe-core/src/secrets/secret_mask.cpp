#include "secrets/secret_mask.hpp"

#include "secrets/percent_encoding.hpp"

#include "base/json/json.hpp"
#include "base/text/text.hpp"

#include <openssl/crypto.h>

#include <algorithm>
#include <array>
#include <mutex>

namespace floe::service {
namespace {

constexpr std::string_view kMask = "***";

std::string inside_json(std::string_view value) {
  const std::string quoted = to_json(json::value(value));
  return quoted.substr(1, quoted.size() - 2);
}

}  // namespace

SecretMask::~SecretMask() {
  for (std::string& value : values_)
    OPENSSL_cleanse(value.data(), value.size());
}

void SecretMask::add(std::string_view value) {
  if (value.size() < kShortest) return;
  const std::unique_lock lock(mutex_);
  for (std::string& form :
       std::array{std::string(value), inside_json(value), percent_encoded(value), text::to_base64(value)}) {
    if (std::find(values_.begin(), values_.end(), form) == values_.end()) values_.push_back(std::move(form));
  }
  std::sort(values_.begin(), values_.end(),
            [](const std::string& left, const std::string& right) { return left.size() > right.size(); });
  is_empty_ = false;
}

std::string SecretMask::apply(std::string_view text) const {
  std::string out(text);
  if (is_empty_.load(std::memory_order_relaxed)) return out;
  const std::shared_lock lock(mutex_);
  for (const std::string& value : values_) {
    for (std::size_t at = out.find(value); at != std::string::npos; at = out.find(value, at + kMask.size()))
      out.replace(at, value.size(), kMask);
  }
  return out;
}

std::string SecretMask::apply_to_json(std::string_view document) const {
  if (is_empty_.load(std::memory_order_relaxed)) return std::string(document);
  std::string out;
  std::size_t at = 0;
  while (at < document.size()) {
    const std::size_t begin = std::min(document.find('"', at), document.size());
    out += document.substr(at, begin - at);
    if (begin == document.size()) break;
    std::size_t end = begin + 1;
    while (end < document.size() && document[end] != '"')
      end += document[end] == '\\' ? 2 : 1;
    end = std::min(end + 1, document.size());
    const std::string_view literal = document.substr(begin, end - begin);
    const std::size_t next = document.find_first_not_of(" \t\r\n", end);
    const bool is_key = next != std::string_view::npos && document[next] == ':';
    out += is_key ? std::string(literal) : apply(literal);
    at = end;
  }
  return out;
}

}  // namespace floe::service
