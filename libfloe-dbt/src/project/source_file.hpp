// Files of a project as findings: those that cannot be read, and those that need not be there.
#pragma once

#include "base/diagnostics/diagnostic.hpp"
#include "base/io/read_document.hpp"

#include <cstdint>
#include <optional>
#include <string>

namespace floe::dbt {

// Seeds are data; dbt advises against more than a few thousand lines.
inline constexpr std::uint64_t kMaxSeedBytes = std::uint64_t{256} << 20;

// `shown`: the file as findings call it.
Diagnostic unreadable_file(const std::string& shown, const Error& error);

// The content of a file that need not be there; nullopt also when it cannot be read, which is reported.
std::optional<std::string> read_optional(io::FileSystem& files, const std::string& path, const std::string& shown,
                                         DiagnosticSink& sink);

}  // namespace floe::dbt
