#include "compile/kubernetes_name.hpp"

#include <algorithm>

namespace floe::compile {

bool is_kubernetes_name(std::string_view name) {
  constexpr std::size_t kMost = 63;
  const auto is_inner = [](char c) { return (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '-'; };
  return !name.empty() && name.size() <= kMost && name.front() != '-' && name.back() != '-' &&
         std::all_of(name.begin(), name.end(), is_inner);
}

}  // namespace floe::compile
