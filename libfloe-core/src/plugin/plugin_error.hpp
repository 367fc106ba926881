// Findings about plugins: FLOE-E04xx. Every failure to find, load or open one is a diagnostic that names path and
// reason.
#pragma once

#include "base/diagnostics/diagnostic.hpp"

#include <string>
#include <string_view>
#include <vector>

namespace floe {

enum class PluginFault : std::uint8_t {
  kNotFound,            // E0401
  kManifest,            // E0402
  kManifestUnreadable,  // E0403
  kDenied,              // E0404
  kUnsafePath,          // E0405
  kLibraryMissing,      // E0406
  kLibraryDamaged,      // E0407
  kWrongMachine,        // E0408
  kEntryMissing,        // E0409
  kLoadFailed,          // E0410
  kEntryFailed,         // E0411
  kAbiMismatch,         // E0412
  kManifestMismatch,    // E0413
  kSlotMissing,         // E0414
  kConfig,              // E0415
  kCreateFailed,        // E0416
  kChecksum,            // E0418
  kPinMismatch,         // E0419
  kUnsupportedRuntime,  // E0420
  kConfigSchema,        // E0430
  kDisabled,            // E0431
  kUnhealthy,           // E0432
  kBindingSecret,       // E0435
  kNoPython,            // E0436
  kLate,                // E0438
  kSameId,              // E0439
  kRootMismatch,        // E0440
  kExecutableStack,     // E0446
};

// The detail of an Error by which a plugin that is needed could not be opened, whatever its code.
inline constexpr const char* kUnopenedPlugin = "floe.plugin.unopened";

// A diagnostic at the file `path` as a whole.
Diagnostic plugin_diagnostic(PluginFault fault, std::string message, std::string path);

// The same as an Error that carries it; its code says what the caller does next.
Error plugin_error(Diagnostic diagnostic);
Error plugin_error(PluginFault fault, std::string message, std::string path);

}  // namespace floe
