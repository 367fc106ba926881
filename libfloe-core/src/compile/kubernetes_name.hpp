// Names that Kubernetes takes for namespaces and accounts, and that are names of files too.
#pragma once

#include <string_view>

namespace floe::compile {

// 1 to 63 small letters, digits and `-`, with a letter or digit at both ends.
bool is_kubernetes_name(std::string_view name);

}  // namespace floe::compile
