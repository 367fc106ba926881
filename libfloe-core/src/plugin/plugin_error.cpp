#include "plugin/plugin_error.hpp"

#include <array>

namespace floe {
namespace {

struct FaultInfo {
  const char* code;
  const char* name;
  ErrorCode error;
};

// In the order of PluginFault.
constexpr std::array kFaults{
    FaultInfo{"FLOE-E0401", "plugin-not-found", ErrorCode::kNotFound},
    FaultInfo{"FLOE-E0402", "plugin-manifest-invalid", ErrorCode::kInvalidConfig},
    FaultInfo{"FLOE-E0403", "plugin-manifest-unreadable", ErrorCode::kIo},
    FaultInfo{"FLOE-E0404", "plugin-denied", ErrorCode::kPermission},
    FaultInfo{"FLOE-E0405", "plugin-path-unsafe", ErrorCode::kPermission},
    FaultInfo{"FLOE-E0406", "plugin-library-missing", ErrorCode::kNotFound},
    FaultInfo{"FLOE-E0407", "plugin-library-damaged", ErrorCode::kData},
    FaultInfo{"FLOE-E0408", "plugin-wrong-machine", ErrorCode::kUnsupported},
    FaultInfo{"FLOE-E0409", "plugin-entry-missing", ErrorCode::kData},
    FaultInfo{"FLOE-E0410", "plugin-load-failed", ErrorCode::kUnavailable},
    FaultInfo{"FLOE-E0411", "plugin-entry-failed", ErrorCode::kInternal},
    FaultInfo{"FLOE-E0412", "plugin-abi-mismatch", ErrorCode::kUnsupported},
    FaultInfo{"FLOE-E0413", "plugin-manifest-mismatch", ErrorCode::kData},
    FaultInfo{"FLOE-E0414", "plugin-slot-missing", ErrorCode::kData},
    FaultInfo{"FLOE-E0415", "plugin-config-invalid", ErrorCode::kInvalidConfig},
    FaultInfo{"FLOE-E0416", "plugin-create-failed", ErrorCode::kInternal},
    FaultInfo{"FLOE-E0418", "plugin-checksum-mismatch", ErrorCode::kData},
    FaultInfo{"FLOE-E0419", "plugin-pin-mismatch", ErrorCode::kNotFound},
    FaultInfo{"FLOE-E0420", "plugin-runtime-unsupported", ErrorCode::kUnsupported},
    FaultInfo{"FLOE-E0430", "plugin-config-schema-invalid", ErrorCode::kData},
    FaultInfo{"FLOE-E0431", "plugin-disabled", ErrorCode::kPanic},
    FaultInfo{"FLOE-E0432", "plugin-unhealthy", ErrorCode::kUnavailable},
    FaultInfo{"FLOE-E0435", "plugin-binding-secret", ErrorCode::kPermission},
    FaultInfo{"FLOE-E0436", "plugin-python-missing", ErrorCode::kUnavailable},
    FaultInfo{"FLOE-E0438", "plugin-late", ErrorCode::kTimeout},
    FaultInfo{"FLOE-E0439", "plugin-same-id", ErrorCode::kInvalidConfig},
    FaultInfo{"FLOE-E0440", "plugin-root-mismatch", ErrorCode::kInvalidConfig},
    FaultInfo{"FLOE-E0446", "plugin-executable-stack", ErrorCode::kPermission},
};

const FaultInfo* info_of(std::string_view code) {
  for (const FaultInfo& info : kFaults) {
    if (info.code == code) return &info;
  }
  return nullptr;
}

}  // namespace

Diagnostic plugin_diagnostic(PluginFault fault, std::string message, std::string path) {
  const FaultInfo& info = kFaults[static_cast<std::size_t>(fault)];
  Diagnostic diagnostic = error_diagnostic(info.code, info.name, std::move(message));
  if (path.empty()) return diagnostic;
  return std::move(diagnostic).at(Span{std::move(path), 0, 0, 0, 0});
}

Error plugin_error(Diagnostic diagnostic) {
  const FaultInfo* info = info_of(diagnostic.code);
  return diagnostics_error(info == nullptr ? ErrorCode::kInternal : info->error, std::move(diagnostic))
      .with_detail(kUnopenedPlugin, "");
}

Error plugin_error(PluginFault fault, std::string message, std::string path) {
  return plugin_error(plugin_diagnostic(fault, std::move(message), std::move(path)));
}

}  // namespace floe
