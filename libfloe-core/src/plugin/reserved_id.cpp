#include "plugin/reserved_id.hpp"

#include "base/fail.hpp"

namespace floe {

std::optional<Diagnostic> reserved_id_warning(const PluginEntry& entry, std::string_view own_root,
                                              io::FileSystem& files) {
  if (!entry.manifest.id.starts_with("io.floe.")) return std::nullopt;
  const std::string directory = files.canonical(entry.directory).value_or(entry.directory);
  if (!own_root.empty() && directory.starts_with(std::string(own_root) + "/")) return std::nullopt;
  return warning_diagnostic(
             "FLOE-W1405", "plugin-id-reserved",
             fmt::format("`{}` is an id of floe's own plugins, and this plugin is none of them", entry.manifest.id))
      .at(Span{entry.manifest_path, 0, 0, 0, 0})
      .note(fmt::format("ids that begin with `io.floe.` are reserved for the plugins in `{}`", own_root))
      .help("give it an id of a domain that its vendor owns: `org.example.vault`")
      .addressed("id");
}

}  // namespace floe
