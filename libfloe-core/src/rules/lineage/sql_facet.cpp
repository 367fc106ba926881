#include "rules/lineage/sql_facet.hpp"

#include "base/text/sql_tokens.hpp"
#include "base/text/text.hpp"

namespace floe::lineage {
namespace {

bool is_digit(char c) { return c >= '0' && c <= '9'; }

// `'text'`, `E'text'`, `$$text$$`, `$tag$text$tag$`, also where it does not end.
bool is_string(std::string_view token) {
  return token.front() != '"' &&
         (token.find('\'') != std::string_view::npos || (token.size() > 1 && token.front() == '$'));
}

bool is_number(std::string_view token) {
  return is_digit(token.front()) || (token.size() > 1 && token.front() == '.' && is_digit(token[1]));
}

std::string_view gap_without_comments(std::string_view gap) {
  const bool has_comment = gap.find("--") != std::string_view::npos || gap.find("/*") != std::string_view::npos;
  if (!has_comment) return gap;
  return gap.find('\n') == std::string_view::npos ? " " : "\n";
}

std::string masked(std::string_view sql, bool masks_names) {
  std::string out;
  text::SqlTokens tokens(sql);
  std::size_t end = 0;
  for (std::string_view token = tokens.next(); !token.empty(); token = tokens.next()) {
    const auto begin = static_cast<std::size_t>(token.data() - sql.data());
    if (!out.empty()) out += gap_without_comments(sql.substr(end, begin - end));
    end = tokens.position();
    const bool is_hidden = is_number(token) || is_string(token) || (masks_names && token.front() == '"');
    out += is_hidden ? std::string_view("?") : token;
  }
  return out;
}

}  // namespace

std::string sql_facet(std::string_view sql, compile::SqlFacet facet) {
  if (sql.empty() || facet == compile::SqlFacet::kOff) return "";
  if (facet == compile::SqlFacet::kHash) return "sha256:" + text::sha256_hex(sql);
  return facet == compile::SqlFacet::kMasked ? masked(sql, false) : std::string(sql);
}

std::string error_facet(std::string_view message, compile::SqlFacet facet) {
  if (facet == compile::SqlFacet::kFull) return std::string(message);
  return masked(message.substr(0, message.find('\n')), true);
}

}  // namespace floe::lineage
