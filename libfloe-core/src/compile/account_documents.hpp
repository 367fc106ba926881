// The namespace and the account of a product, as the chosen plugin of floe.rbac/1 renders them.
#pragma once

#include "artifact/deploy_document.hpp"
#include "compile/compiler_host.hpp"

#include "base/result.hpp"

#include <string>
#include <vector>

namespace floe::compile {

// A namespace for jobs and an account in it that is named after the product and mounts no token. No role: a job of floe
// asks the cluster for nothing. kData for an answer that is another object.
Result<std::vector<artifact::DeployDocument>> render_accounts(const PluginChoice& rbac, const std::string& name_space,
                                                              const std::string& account, CompilerHost& host);

}  // namespace floe::compile
