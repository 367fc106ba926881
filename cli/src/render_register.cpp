#include "render_register.hpp"

#include "text_table.hpp"

#include "base/text/text.hpp"

#include <fmt/format.h>

namespace floe::cli {
namespace {

constexpr std::size_t kWidestCell = 200;  // paths are there to be copied

const json::array& list_of(const json::object& answer, const char* key) {
  static const json::array kNone;
  const json::array* list = get_array(answer, key);
  return list == nullptr ? kNone : *list;
}

std::string rows_of(const json::object& item) {
  const auto rows = get_int(item, "rows");
  return rows ? std::to_string(*rows) : "";
}

std::string registered_table(const json::array& registered) {
  std::vector<std::vector<std::string>> rows;
  for (const json::value& value : registered) {
    const json::object& item = value.as_object();
    rows.push_back({get_string_or(item, "identifier", ""), get_string_or(item, "kind", ""), rows_of(item),
                    get_string_or(item, "updated_at", ""), get_string_or(item, "metadata_location", "")});
  }
  return format_text_table({{"name"}, {"kind"}, {"rows", Align::kRight}, {"written"}, {"metadata"}}, rows, kWidestCell);
}

// What is in the catalog already is only counted.
std::string skipped_lines(const json::array& skipped) {
  std::string out;
  std::int64_t known = 0;
  for (const json::value& value : skipped) {
    const json::object& item = value.as_object();
    const bool is_known = get_string_or(item, "state", "") == "registered";
    known += is_known ? 1 : 0;
    if (is_known) continue;
    const std::string name = get_string_or(item, "identifier", get_string_or(item, "metadata_location", ""));
    out += fmt::format("Left out {}: {}.\n", name, get_string_or(item, "reason", ""));
  }
  if (known > 0) out += fmt::format("In the catalog already: {}.\n", text::counted(known, "table"));
  return out;
}

std::string verdict(const json::object& answer, std::int64_t count) {
  if (!get_bool_or(answer, "success", false)) return "Nothing is registered: see the findings.\n";
  if (count == 0) return "Nothing to register.\n";
  const char* verb = get_bool_or(answer, "dry_run", false) ? "Would register" : "Registered";
  return fmt::format("{} {}.\n", verb, text::counted(count, "table"));
}

}  // namespace

std::string render_register(const json::object& answer) {
  const json::array& registered = list_of(answer, "registered");
  const std::string table = registered.empty() ? "" : registered_table(registered);
  return table + skipped_lines(list_of(answer, "skipped")) +
         verdict(answer, static_cast<std::int64_t>(registered.size()));
}

}  // namespace floe::cli
