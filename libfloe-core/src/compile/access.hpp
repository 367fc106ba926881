// Who may compile and read (governance.rbac).
#pragma once

#include "compile/compile.hpp"
#include "config/platform_manifest.hpp"

#include "base/diagnostics/diagnostic.hpp"
#include "base/result.hpp"

#include <cstdint>

namespace floe::compile {

enum class Access : std::uint8_t { kCompile, kRead };

// False, with FLOE-E0781, when neither FLOE_TOKEN nor, where the platform allows it, FLOE_PRINCIPAL says that this
// person may: the token is checked by the platform's identity plugin, and `required_role` has to be among its roles. An
// identity plugin that cannot answer is an error: nobody is let in unasked.
Result<bool> check_access(Access wanted, const config::CompileAccess& access, const Compiled& compiled,
                          CompilerHost& host, DiagnosticSink& sink);

}  // namespace floe::compile
