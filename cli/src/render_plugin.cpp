#include "render_plugin.hpp"

#include "text_table.hpp"

#include "base/text/text.hpp"

#include <fmt/format.h>

#include <vector>

namespace floe::cli {
namespace {

std::string joined(const json::object& object, std::string_view key) {
  std::string text;
  if (const json::array* items = get_array(object, key)) {
    for (const json::value& item : *items)
      text += (text.empty() ? "" : ", ") + std::string(to_view(item.as_string()));
  }
  return text;
}

// `usable`, or `shadowed: by ...`.
std::string state_of(const json::object& plugin) {
  const std::string reason = get_string_or(plugin, "reason", "");
  return get_string_or(plugin, "state", "") + (reason.empty() ? "" : ": " + reason);
}

}  // namespace

std::string render_plugin_list(const json::object& answer) {
  const std::vector<TextColumn> columns = {{"group"}, {"name"}, {"version"}, {"interface"}, {"state"}, {"description"}};
  std::vector<std::vector<std::string>> rows;
  if (const json::array* plugins = get_array(answer, "plugins")) {
    for (const json::value& item : *plugins) {
      const json::object& plugin = item.as_object();
      rows.push_back({get_string_or(plugin, "group", ""), get_string_or(plugin, "name", ""),
                      get_string_or(plugin, "version", ""), get_string_or(plugin, "interface", ""), state_of(plugin),
                      get_string_or(plugin, "description", "")});
    }
  }
  return format_text_table(columns, rows);
}

std::string render_plugin_show(const json::object& answer) {
  std::string text = fmt::format("{}/{} {}\n", get_string_or(answer, "group", ""), get_string_or(answer, "name", ""),
                                 get_string_or(answer, "version", ""));
  const auto line = [&](std::string_view title, const std::string& value) {
    if (!value.empty()) text += fmt::format("  {:<13} {}\n", title, text::printable(value));
  };
  line("", get_string_or(answer, "description", ""));
  line("id", get_string_or(answer, "id", ""));
  line("vendor", get_string_or(answer, "vendor", ""));
  line("license", get_string_or(answer, "license", ""));
  line("homepage", get_string_or(answer, "homepage", ""));
  line("interface", get_string_or(answer, "interface", ""));
  line("state", state_of(answer));
  line("aliases", joined(answer, "aliases"));
  line("capabilities", joined(answer, "capabilities"));
  line("requires", joined(answer, "requires"));
  line("services", joined(answer, "services"));
  line("runtime", get_string_or(answer, "runtime", ""));
  line("isolation", get_string_or(answer, "isolation", ""));
  line("library", get_string_or(answer, "library", ""));
  line("configuration", get_string_or(answer, "config_schema", ""));
  return text;
}

std::string render_plugin_trace(const json::object& answer) {
  const std::vector<TextColumn> columns = {{"plugin"},
                                           {"method"},
                                           {"calls", Align::kRight},
                                           {"failed", Align::kRight},
                                           {"own ms", Align::kRight},
                                           {"total ms", Align::kRight},
                                           {"longest ms", Align::kRight}};
  std::vector<std::vector<std::string>> rows;
  if (const json::array* methods = get_array(answer, "methods")) {
    for (const json::value& item : *methods) {
      const json::object& method = item.as_object();
      const auto count = [&](const char* key) { return format_count(get_int(method, key).value_or(0)); };
      const auto time = [&](const char* key) { return fmt::format("{:.3f}", get_double(method, key).value_or(0)); };
      rows.push_back({get_string_or(method, "plugin", ""), get_string_or(method, "method", ""), count("calls"),
                      count("failures"), time("own_ms"), time("total_ms"), time("longest_ms")});
    }
  }
  return format_text_table(columns, rows);
}

std::string render_plugin_why(const json::object& answer) {
  std::string text = "Directories, in the order they are looked at:\n";
  if (const json::array* roots = get_array(answer, "roots")) {
    for (const json::value& item : *roots) {
      const json::object& root = item.as_object();
      text += fmt::format("  {}  ({}{})\n", get_string_or(root, "path", ""), get_string_or(root, "kind", ""),
                          get_bool_or(root, "exists", false) ? "" : ", not there");
    }
  }
  const std::string query = get_string_or(answer, "query", "");
  const json::array* candidates = get_array(answer, "candidates");
  if (candidates == nullptr || candidates->empty()) {
    return text + fmt::format("No plugin is named `{}`; `floe plugin list` shows those there are.\n", query);
  }
  text += fmt::format("Plugins named `{}`:\n", query);
  for (const json::value& item : *candidates) {
    const json::object& plugin = item.as_object();
    text += text::printable(fmt::format("  {}  ({})", get_string_or(plugin, "path", ""), state_of(plugin))) + "\n";
  }
  const std::string chosen = get_string_or(answer, "chosen", "");
  return text + (chosen.empty() ? "None can be used.\n" : fmt::format("Chosen: {}\n", chosen));
}

std::string render_plugin_new(const json::object& answer) {
  const std::string path = get_string_or(answer, "path", "");
  return fmt::format("created {}: {}\nnext: cd {} && make check PREFIX=<where floe is installed>\n", path,
                     joined(answer, "files"), path);
}

}  // namespace floe::cli
