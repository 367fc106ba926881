#include "explain/error_page.hpp"

#include "base/text/text.hpp"

namespace floe::explain {
namespace {

constexpr std::string_view kFence = "---\n";
constexpr std::string_view kPrefix = "FLOE-";

// `key: value` of the head of a page.
std::string_view head_value(std::string_view head, std::string_view key) {
  for (const std::string_view line : text::split(head, '\n')) {
    if (line.starts_with(key) && line.substr(key.size()).starts_with(": ")) return line.substr(key.size() + 2);
  }
  return {};
}

ErrorPage parse_page(std::string_view file) {
  const std::size_t head_end = file.find(kFence, kFence.size());
  const std::string_view head = file.substr(kFence.size(), head_end - kFence.size());
  const std::string_view page = file.substr(head_end + kFence.size());
  const std::string_view title = page.substr(0, page.find('\n'));
  return {head_value(head, "code"),  head_value(head, "name"),           head_value(head, "severity"),
          head_value(head, "since"), title.substr(title.find(": ") + 2), page};
}

// As codes are written; also for what is none.
std::string as_code(std::string_view asked) {
  const std::string upper = text::to_upper_ascii(asked);
  return upper.starts_with(kPrefix) ? upper : std::string(kPrefix) + upper;
}

}  // namespace

const std::vector<ErrorPage>& error_pages() {
  static const std::vector<ErrorPage> kPages = [] {
    std::vector<ErrorPage> out;
    for (const std::string_view file : error_page_files())
      out.push_back(parse_page(file));
    return out;
  }();
  return kPages;
}

const ErrorPage* find_error_page(std::string_view asked) {
  const std::string code = as_code(asked);
  const std::string name = text::to_lower_ascii(asked);
  for (const ErrorPage& page : error_pages()) {
    if (page.code == code || page.name == name) return &page;
  }
  return nullptr;
}

std::optional<std::string> nearest_error_page(std::string_view asked) {
  std::vector<std::string> codes;
  std::vector<std::string> names;
  for (const ErrorPage& page : error_pages()) {
    codes.emplace_back(page.code);
    names.emplace_back(page.name);
  }
  const auto near = text::nearest(asked, names);
  return near ? near : text::nearest(as_code(asked), codes);
}

}  // namespace floe::explain
