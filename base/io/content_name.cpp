#include "base/io/content_name.hpp"

#include "base/io/environment.hpp"
#include "base/text/text.hpp"

#include <fmt/format.h>
#include <openssl/evp.h>

#include <algorithm>
#include <array>

namespace floe::io {

namespace {

constexpr std::string_view kMark = "f10e";
constexpr std::size_t kNumberDigits = 8;
constexpr std::size_t kLength = 36;

bool is_hex(char c) { return (c >= '0' && c <= '9') || (c >= 'a' && c <= 'f'); }

// f10eNNNN-NNNN-8DDD-8DDD-DDDDDDDDDDDD
bool is_content_uuid(std::string_view text) {
  if (text.size() != kLength || !text.starts_with(kMark) || text[14] != '8' || text[19] != '8') return false;
  for (std::size_t i = 0; i < text.size(); ++i) {
    const bool is_dash = i == 8 || i == 13 || i == 18 || i == 23;
    if (is_dash ? text[i] != '-' : !is_hex(text[i])) return false;
  }
  return true;
}

std::string number_of(std::string_view uuid) { return std::string(uuid.substr(4, 4)) + std::string(uuid.substr(9, 4)); }

}  // namespace

struct ContentNamer::Digest {
  Digest() : context(EVP_MD_CTX_new(), &EVP_MD_CTX_free) { EVP_DigestInit_ex(context.get(), EVP_sha256(), nullptr); }

  std::unique_ptr<EVP_MD_CTX, decltype(&EVP_MD_CTX_free)> context;
};

ContentNamer::ContentNamer() : number_(text::to_hex(random_bytes(kNumberDigits / 2))), digest_(new Digest) {
  add(number_);
}

ContentNamer::ContentNamer(std::string_view known_uuid) : number_(number_of(known_uuid)), digest_(new Digest) {
  add(number_);
}

ContentNamer::~ContentNamer() = default;

ContentNamer& ContentNamer::add(std::string_view bytes) {
  EVP_DigestUpdate(digest_->context.get(), bytes.data(), bytes.size());
  return *this;
}

std::string ContentNamer::uuid() {
  std::array<unsigned char, EVP_MAX_MD_SIZE> bytes{};
  EVP_DigestFinal_ex(digest_->context.get(), bytes.data(), nullptr);
  const std::string hex = text::to_hex({reinterpret_cast<const char*>(bytes.data()), 9});
  const std::string_view number = number_;
  const std::string_view digits = hex;
  return fmt::format("{}{}-{}-8{}-8{}-{}", kMark, number.substr(0, 4), number.substr(4), digits.substr(0, 3),
                     digits.substr(3, 3), digits.substr(6));
}

std::string content_uuid(std::string_view bytes) { return ContentNamer().add(bytes).uuid(); }

std::optional<std::string_view> find_content_uuid(std::string_view path) {
  const std::size_t slash = path.rfind('/');
  const std::string_view name = slash == std::string_view::npos ? path : path.substr(slash + 1);
  for (std::size_t at = name.find(kMark); at != std::string_view::npos; at = name.find(kMark, at + 1)) {
    const std::string_view candidate = name.substr(at, kLength);
    const bool begins_word = at == 0 || !is_hex(name[at - 1]);
    const bool ends_word = at + kLength >= name.size() || !is_hex(name[at + kLength]);
    if (begins_word && ends_word && is_content_uuid(candidate)) return candidate;
  }
  return std::nullopt;
}

bool is_named_by(std::string_view path, std::string_view bytes) {
  const auto uuid = find_content_uuid(path);
  return !uuid || ContentNamer(*uuid).add(bytes).uuid() == *uuid;
}

}  // namespace floe::io
