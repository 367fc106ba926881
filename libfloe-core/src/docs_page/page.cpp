#include "docs_page/page.hpp"

#include "docs_page/page_files.hpp"

#include "base/text/text.hpp"

#include <fmt/format.h>

#include <map>

namespace floe::docs_page {
namespace {

std::string source_hash(std::string_view text) {
  return fmt::format("'sha256-{}'", text::to_base64(text::from_hex(text::sha256_hex(text)).value_or("")));
}

std::string content_policy() {
  return fmt::format("default-src 'none'; script-src {}; style-src {}; base-uri 'none'; form-action 'none'",
                     source_hash(page_script()), source_hash(page_style()));
}

std::string html_text(std::string_view text) {
  std::string out;
  for (const char c : text) {
    switch (c) {
      case '&':
        out += "&amp;";
        break;
      case '<':
        out += "&lt;";
        break;
      case '>':
        out += "&gt;";
        break;
      case '"':
        out += "&quot;";
        break;
      default:
        out += c;
    }
  }
  return out;
}

// The same JSON: these characters stand in strings only. Without `<` no text can end the element or open a comment in
// it.
std::string json_for_html(const json::object& data) {
  std::string out;
  for (const char c : to_json(data)) {
    if (c == '<' || c == '>' || c == '&') {
      out += fmt::format("\\u{:04x}", static_cast<unsigned>(c));
    } else {
      out += c;
    }
  }
  return out;
}

}  // namespace

std::string page_html(const json::object& data, std::string_view title) {
  const std::map<std::string_view, std::string> values{{"policy", content_policy()},
                                                       {"title", html_text(title)},
                                                       {"style", std::string(page_style())},
                                                       {"data", json_for_html(data)},
                                                       {"script", std::string(page_script())}};
  std::string out;
  std::string_view rest = page_template();
  while (true) {
    const std::size_t begin = rest.find('@');
    const std::size_t end = begin == std::string_view::npos ? begin : rest.find('@', begin + 1);
    if (end == std::string_view::npos) break;
    out += rest.substr(0, begin);
    out += values.at(rest.substr(begin + 1, end - begin - 1));
    rest.remove_prefix(end + 1);
  }
  return out.append(rest);
}

}  // namespace floe::docs_page
