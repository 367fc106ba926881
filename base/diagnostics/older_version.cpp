#include "base/diagnostics/older_version.hpp"

#include <fmt/format.h>

namespace floe {

Diagnostic older_version_finding(std::string_view table, std::string_view current, std::string_view later) {
  return error_diagnostic("FLOE-E0503", "older-version",
                          fmt::format("the catalog has an older version of `{}` than the warehouse", table))
      .note(fmt::format("`{}` was committed after `{}`", later, current.substr(current.rfind('/') + 1)))
      .help("bring the catalog forward: `floe table register --scan`; with `--dry-run` it only lists the versions")
      .help(fmt::format("or go on from the older version: `floe table register --replace {} {}`", table, current));
}

}  // namespace floe
