#include "verbs/explain_text.hpp"

#include "verbs/text_table.hpp"

#include "base/text/text.hpp"

#include <fmt/format.h>

namespace floe::run {
namespace {

constexpr std::size_t kLineWidth = 90;

// `[text](target)` becomes text; with an address of the web, `text (target)`.
std::string without_links(std::string_view line) {
  std::string out;
  while (true) {
    const std::size_t open = line.find('[');
    const std::size_t middle = open == std::string_view::npos ? open : line.find("](", open);
    const std::size_t close = middle == std::string_view::npos ? middle : line.find(')', middle);
    if (close == std::string_view::npos) return out.append(line);
    const std::string_view target = line.substr(middle + 2, close - middle - 2);
    out.append(line.substr(0, open)).append(line.substr(open + 1, middle - open - 1));
    if (target.starts_with("http")) out.append(" (").append(target).append(")");
    line.remove_prefix(close + 1);
  }
}

// A page is written for every width; here its paragraphs get one.
class PageText {
 public:
  explicit PageText(bool color) : color_(color) {}

  void add(std::string_view line) {
    if (line.starts_with("```")) {
      end_paragraph();
      in_code_ = !in_code_;
    } else if (in_code_) {
      out_ += line.empty() ? "\n" : fmt::format("    {}\n", line);
    } else if (line.starts_with("#")) {
      end_paragraph();
      const std::string_view title = line.substr(line.find_first_not_of("# "));
      out_ += color_ ? fmt::format("\x1b[1m{}\x1b[0m\n", title) : fmt::format("{}\n", title);
    } else if (line.empty() || line.starts_with("|")) {
      end_paragraph();
      out_ += without_links(line) + "\n";
    } else {
      if (line.starts_with("- ")) end_paragraph();
      for (const std::string& word : text::split_words(without_links(line)))
        add_word(word);
    }
  }

  std::string take() {
    end_paragraph();
    return std::move(out_);
  }

 private:
  void add_word(const std::string& word) {
    const std::size_t width = text::code_point_count(line_) + 1 + text::code_point_count(word);
    if (!line_.empty() && width > kLineWidth) end_paragraph();
    line_ += (line_.empty() ? "" : " ") + word;
  }

  void end_paragraph() {
    if (!line_.empty()) out_ += line_ + "\n";
    line_.clear();
  }

  bool color_;
  bool in_code_ = false;
  std::string line_;
  std::string out_;
};

std::string code_list(const json::array& codes, const TextStyle& style) {
  std::vector<std::vector<std::string>> rows;
  for (const json::value& item : codes) {
    const json::object& page = item.as_object();
    rows.push_back(
        {get_string_or(page, "code", ""), get_string_or(page, "name", ""), get_string_or(page, "summary", "")});
  }
  return format_text_table({{"code", Align::kLeft}, {"name", Align::kLeft}, {"", Align::kLeft}}, rows, style,
                           kLineWidth);
}

}  // namespace

std::string explain_text(const json::object& answer, const TextStyle& style) {
  if (const json::array* codes = get_array(answer, "codes")) return code_list(*codes, style);
  const std::string page = get_string_or(answer, "page", "");
  PageText text(style.color);
  for (const std::string_view line : text::split(text::trim(page), '\n'))
    text.add(line);
  return text.take();
}

}  // namespace floe::run
