#include "render_product.hpp"

#include "text_table.hpp"

#include <fmt/format.h>

#include <map>
#include <vector>

namespace floe::cli {
namespace {

const json::array& items_of(const json::object& answer, std::string_view key) {
  static const json::array kNone;
  const json::array* items = get_array(answer, key);
  return items == nullptr ? kNone : *items;
}

std::string render_product_list(const json::object& answer) {
  std::vector<std::vector<std::string>> rows;
  for (const json::value& item : items_of(answer, "products")) {
    const json::object& product = item.as_object();
    std::string offers;
    for (const json::value& port : items_of(product, "output_ports"))
      offers += (offers.empty() ? "" : ", ") + get_string_or(port.as_object(), "port", "");
    rows.push_back({get_string_or(product, "name", ""), get_string_or(product, "version", ""),
                    get_string_or(product, "owner", ""), offers,
                    std::to_string(get_int(product, "input_ports").value_or(0)), get_string_or(product, "file", "")});
  }
  return format_text_table({{"product", Align::kLeft},
                            {"version", Align::kLeft},
                            {"owner", Align::kLeft},
                            {"offers", Align::kLeft},
                            {"reads", Align::kRight},
                            {"file", Align::kLeft}},
                           rows);
}

// ` 1.2, which is at 1.4` of an edge.
std::string fit_of(const json::object& edge) {
  const std::string needs = get_string_or(edge, "needs", "");
  const std::string version = get_string_or(edge, "version", "");
  const std::string status = get_string_or(edge, "status", "");
  std::string out = needs.empty() ? "any version" : "needs " + needs;
  if (!version.empty()) out += ", is " + version;
  return out + (status == "ok" ? "" : ": " + status);
}

const char* mark_of(const json::object& edge) { return get_string_or(edge, "status", "") == "ok" ? "✓" : "✗"; }

std::string render_product_show(const json::object& answer) {
  std::string out = fmt::format("{} {}\n", get_string_or(answer, "name", ""), get_string_or(answer, "version", ""));
  for (const char* key : {"description", "owner", "platform", "file"}) {
    const std::string text = get_string_or(answer, key, "");
    if (!text.empty()) out += fmt::format("  {}: {}\n", key, text);
  }
  for (const json::value& item : items_of(answer, "output_ports")) {
    const json::object& port = item.as_object();
    out += fmt::format("offers {} {} ({})\n", get_string_or(port, "port", ""), get_string_or(port, "version", ""),
                       get_string_or(port, "model", ""));
  }
  for (const json::value& item : items_of(answer, "input_ports")) {
    const json::object& edge = item.as_object();
    out += fmt::format("{} reads {}.{}: {}\n", mark_of(edge), get_string_or(edge, "producer", ""),
                       get_string_or(edge, "port", ""), fit_of(edge));
  }
  for (const json::value& item : items_of(answer, "consumers")) {
    const json::object& edge = item.as_object();
    out += fmt::format("{} {} is read by {}: {}\n", mark_of(edge), get_string_or(edge, "port", ""),
                       get_string_or(edge, "consumer", ""), fit_of(edge));
  }
  return out;
}

// Every product that is read, its ports, and below each who reads it; then what is read and is not there.
std::string render_product_graph(const json::object& answer) {
  const std::string dot = get_string_or(answer, "dot", "");
  if (!dot.empty()) return dot;
  std::map<std::string, std::string> readers;
  for (const json::value& item : items_of(answer, "edges")) {
    const json::object& edge = item.as_object();
    readers[get_string_or(edge, "producer", "") + "." + get_string_or(edge, "port", "")] +=
        fmt::format("  {} {}: {}\n", mark_of(edge), get_string_or(edge, "consumer", ""), fit_of(edge));
  }
  std::string out;
  for (const auto& [port, lines] : readers)
    out += port + "\n" + lines;
  return out + fmt::format("{} products, {} input ports\n", items_of(answer, "products").size(),
                           items_of(answer, "edges").size());
}

std::string render_product_register(const json::object& answer) {
  if (!get_bool_or(answer, "success", false)) return "";
  return fmt::format("registered {} {} of {} in {}\n", get_string_or(answer, "product", ""),
                     get_string_or(answer, "version", ""), get_string_or(answer, "owner", ""),
                     get_string_or(answer, "registry", ""));
}

}  // namespace

std::string render_product(std::string_view command, const json::object& answer) {
  if (command == "list") return render_product_list(answer);
  if (command == "show") return render_product_show(answer);
  if (command == "graph") return render_product_graph(answer);
  return render_product_register(answer);
}

}  // namespace floe::cli
