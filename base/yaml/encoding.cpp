#include "base/yaml/encoding.hpp"

#include "base/text/text.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <optional>

namespace floe::yaml {

namespace {

constexpr char32_t kByteOrderMark = 0xFEFF;

bool is_allowed(char32_t code_point) {
  if (code_point < 0x20U) return code_point == '\t' || code_point == '\n' || code_point == '\r';
  if (code_point < 0x7FU) return true;
  if (code_point < 0xA0U) return code_point == 0x85U;
  return code_point != kByteOrderMark && code_point != 0xFFFEU && code_point != 0xFFFFU;
}

std::optional<std::size_t> find_forbidden(std::string_view text) {
  for (std::size_t position = 0; position < text.size();) {
    const std::size_t start = position;
    const auto byte = static_cast<unsigned char>(text[position]);
    if (byte >= 0x20U && byte < 0x7FU) {
      ++position;
      continue;
    }
    if (!is_allowed(text::next_code_point(text, &position))) return start;
  }
  return std::nullopt;
}

Span span_at(std::string_view text, std::size_t offset, const std::string& file) {
  const std::string_view before = text.substr(0, offset);
  const auto line = static_cast<std::int32_t>(1 + std::count(before.begin(), before.end(), '\n'));
  const std::size_t line_start = before.rfind('\n') + 1;  // npos + 1 is 0
  const auto column = static_cast<std::int32_t>(1 + text::code_point_count(before.substr(line_start)));
  return {file, line, column, line, column + 1};
}

bool is_utf16(std::string_view text) { return text.starts_with("\xFF\xFE") || text.starts_with("\xFE\xFF"); }

Diagnostic encoding_error(std::string message, Span span) {
  return error_diagnostic("FLOE-E0106", "yaml-encoding", std::move(message)).at(std::move(span));
}

}  // namespace

bool check_encoding(std::string_view text, const std::string& file, DiagnosticSink& sink) {
  if (is_utf16(text)) {
    sink.report(encoding_error("file is UTF-16, not UTF-8", Span{file, 0, 0, 0, 0}).help("save the file as UTF-8"));
    return false;
  }
  if (const std::optional<std::size_t> bad = text::find_invalid_utf8(text)) {
    const auto byte = static_cast<unsigned char>(text[*bad]);
    sink.report(encoding_error(fmt::format("byte 0x{:02X} is not UTF-8", byte), span_at(text, *bad, file))
                    .help("save the file as UTF-8"));
    return false;
  }
  if (const std::optional<std::size_t> bad = find_forbidden(text)) {
    std::size_t position = *bad;
    const auto code_point = static_cast<std::uint32_t>(text::next_code_point(text, &position));
    sink.report(
        encoding_error(fmt::format("YAML does not allow the character U+{:04X}", code_point), span_at(text, *bad, file))
            .help(fmt::format("remove it, or write it as the escape \"\\u{:04x}\" in double quotes", code_point)));
    return false;
  }
  return true;
}

}  // namespace floe::yaml
