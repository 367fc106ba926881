#include "metadata.hpp"

#include "base/fail.hpp"

#include <algorithm>
#include <cctype>

namespace floe::kubernetes {
namespace {

constexpr std::size_t kMaxName = 63;
constexpr std::size_t kMaxPrefix = 253;

bool is_alphanumeric(char c) { return std::isalnum(static_cast<unsigned char>(c)) != 0; }

// Letters, digits, `-`, `_` and `.`, a letter or digit at both ends.
bool is_qualified_name(std::string_view name) {
  return !name.empty() && name.size() <= kMaxName && is_alphanumeric(name.front()) && is_alphanumeric(name.back()) &&
         std::all_of(name.begin(), name.end(),
                     [](char c) { return is_alphanumeric(c) || c == '-' || c == '_' || c == '.'; });
}

// The key of a label or an annotation: an optional DNS name and `/` before the name.
bool is_key(std::string_view key) {
  const std::size_t slash = key.find('/');
  if (slash == std::string_view::npos) return is_qualified_name(key);
  return is_dns_subdomain(key.substr(0, slash)) && is_qualified_name(key.substr(slash + 1));
}

}  // namespace

bool is_dns_label(std::string_view name) {
  const auto is_inner = [](char c) {
    return (c >= 'a' && c <= 'z') || std::isdigit(static_cast<unsigned char>(c)) != 0 || c == '-';
  };
  return !name.empty() && name.size() <= kMaxName && name.front() != '-' && name.back() != '-' &&
         std::all_of(name.begin(), name.end(), is_inner);
}

bool is_dns_subdomain(std::string_view name) {
  if (name.empty() || name.size() > kMaxPrefix) return false;
  while (true) {
    const std::size_t dot = name.find('.');
    if (!is_dns_label(name.substr(0, dot))) return false;
    if (dot == std::string_view::npos) return true;
    name.remove_prefix(dot + 1);
  }
}

Result<std::string> dns_label(const Request& request, std::string_view key) {
  std::string name = FLOE_TRY(request.text(key));
  if (!is_dns_label(name)) {
    return failf(ErrorCode::kInvalidArgument,
                 "`{}` is `{}`; a name has 1 to 63 small letters, digits and `-`, with a letter or digit at both ends",
                 request.place(key), name);
  }
  return name;
}

Result<Labels> labels(const Request& request, std::string_view key) {
  Labels out = FLOE_TRY(request.text_map(key));
  for (const auto& [name, value] : out) {
    if (!is_key(name)) {
      return failf(ErrorCode::kInvalidArgument, "`{}` has the key `{}`, which Kubernetes does not accept",
                   request.place(key), name);
    }
    if (!value.empty() && !is_qualified_name(value)) {
      return failf(ErrorCode::kInvalidArgument,
                   "`{}.{}` is `{}`; a label has up to 63 letters, digits, `-`, `_` and `.`, with a letter or digit at "
                   "both ends",
                   request.place(key), name, value);
    }
  }
  return out;
}

json::object to_object(const Labels& labels) {
  json::object out;
  for (const auto& [name, value] : labels)
    out[name] = value;
  return out;
}

Result<json::object> metadata(const Request& request, std::string_view name, std::string_view name_space,
                              const Labels& more) {
  Labels all{{"app.kubernetes.io/managed-by", "floe"}, {"app.kubernetes.io/part-of", "floe"}};
  all.insert(more.begin(), more.end());
  for (const auto& [key, value] : FLOE_TRY(labels(request, "labels"))) {
    const auto [at, is_new] = all.emplace(key, value);
    if (!is_new && at->second != value) {
      return failf(ErrorCode::kInvalidArgument, "the label `{}` is floe's own and is `{}` here, not `{}`", key,
                   at->second, value);
    }
  }
  json::object out{{"name", name}};
  if (!name_space.empty()) out["namespace"] = name_space;
  out["labels"] = to_object(all);
  const Labels annotations = FLOE_TRY(request.text_map("annotations"));
  for (const auto& [key, value] : annotations) {
    if (!is_key(key)) {
      return failf(ErrorCode::kInvalidArgument, "`annotations` has the key `{}`, which Kubernetes does not accept",
                   key);
    }
  }
  if (!annotations.empty()) out["annotations"] = to_object(annotations);
  return out;
}

}  // namespace floe::kubernetes
