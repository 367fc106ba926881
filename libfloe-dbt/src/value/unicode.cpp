#include "value/unicode.hpp"

#include <algorithm>

namespace floe::dbt::unicode {

bool is_in(std::span<const Range> ranges, char32_t code) {
  auto after = std::upper_bound(ranges.begin(), ranges.end(), code,
                                [](char32_t value, const Range& range) { return value < range.first; });
  return after != ranges.begin() && code <= std::prev(after)->last;
}

char32_t decode(std::string_view text, std::size_t* position) {
  auto byte = [&](std::size_t index) { return static_cast<unsigned char>(text[index]); };
  std::size_t at = *position;
  char32_t lead = byte(at);
  std::size_t length = lead < 0x80 ? 1 : lead < 0xe0 ? 2 : lead < 0xf0 ? 3 : 4;
  if (lead < 0x80) {
    ++*position;
    return lead;
  }
  if (lead < 0xc0 || at + length > text.size()) {
    ++*position;
    return 0xfffd;
  }
  char32_t code = lead & (0xffU >> (length + 1));
  for (std::size_t index = 1; index < length; ++index) {
    if ((byte(at + index) & 0xc0U) != 0x80U) {
      ++*position;
      return 0xfffd;
    }
    code = (code << 6) | (byte(at + index) & 0x3fU);
  }
  *position += length;
  return code;
}

void encode(std::string* out, char32_t code) {
  auto put = [out](char32_t byte) { *out += static_cast<char>(static_cast<unsigned char>(byte)); };
  if (code < 0x80) {
    put(code);
  } else if (code < 0x800) {
    put(0xc0 | (code >> 6));
    put(0x80 | (code & 0x3f));
  } else if (code < 0x10000) {
    put(0xe0 | (code >> 12));
    put(0x80 | ((code >> 6) & 0x3f));
    put(0x80 | (code & 0x3f));
  } else {
    put(0xf0 | (code >> 18));
    put(0x80 | ((code >> 12) & 0x3f));
    put(0x80 | ((code >> 6) & 0x3f));
    put(0x80 | (code & 0x3f));
  }
}

namespace {

bool is_ascii(std::string_view text) {
  return std::all_of(text.begin(), text.end(), [](char byte) { return static_cast<unsigned char>(byte) < 0x80; });
}

char ascii_upper(char byte) { return byte >= 'a' && byte <= 'z' ? static_cast<char>(byte - 32) : byte; }

char ascii_lower(char byte) { return byte >= 'A' && byte <= 'Z' ? static_cast<char>(byte + 32) : byte; }

void append_mapped(std::string* out, char32_t code, std::span<const CaseRun> runs,
                   std::span<const SpecialCase> special) {
  auto exact = std::lower_bound(special.begin(), special.end(), code,
                                [](const SpecialCase& item, char32_t value) { return item.from < value; });
  if (exact != special.end() && exact->from == code) {
    *out += exact->to;
    return;
  }
  auto after = std::upper_bound(runs.begin(), runs.end(), code,
                                [](char32_t value, const CaseRun& run) { return value < run.first; });
  // Runs with step 2 may interleave with the run before them, so look back twice.
  for (int back = 0; back < 2 && after != runs.begin(); ++back) {
    --after;
    if (code <= after->last && (code - after->first) % after->step == 0) {
      encode(out, static_cast<char32_t>(static_cast<std::int64_t>(code) + after->delta));
      return;
    }
  }
  encode(out, code);
}

void append_upper(std::string* out, char32_t code) {
  if (code < 0x80) {
    *out += ascii_upper(static_cast<char>(code));
  } else {
    append_mapped(out, code, kToUpper, kToUpperSpecial);
  }
}

void append_title(std::string* out, char32_t code) {
  if (code < 0x80) {
    *out += ascii_upper(static_cast<char>(code));
  } else {
    append_mapped(out, code, kToTitle, kToTitleSpecial);
  }
}

// Capital sigma at the end of a word becomes the final form.
bool is_final_sigma(const std::u32string& text, std::size_t index) {
  std::size_t before = index;
  while (before > 0 && is_in(kCaseIgnorable, text[before - 1]))
    --before;
  if (before == 0 || !is_cased(text[before - 1])) return false;
  std::size_t after = index + 1;
  while (after < text.size() && is_in(kCaseIgnorable, text[after]))
    ++after;
  return after == text.size() || !is_cased(text[after]);
}

void append_lower(std::string* out, const std::u32string& text, std::size_t index) {
  char32_t code = text[index];
  if (code < 0x80) {
    *out += ascii_lower(static_cast<char>(code));
  } else if (code == 0x3a3) {
    encode(out, is_final_sigma(text, index) ? 0x3c2 : 0x3c3);
  } else {
    append_mapped(out, code, kToLower, kToLowerSpecial);
  }
}

}  // namespace

std::string to_upper(std::string_view text) {
  std::string out;
  out.reserve(text.size());
  if (is_ascii(text)) {
    std::transform(text.begin(), text.end(), std::back_inserter(out), ascii_upper);
    return out;
  }
  for (std::size_t position = 0; position < text.size();)
    append_upper(&out, decode(text, &position));
  return out;
}

std::string to_lower(std::string_view text) {
  std::string out;
  out.reserve(text.size());
  if (is_ascii(text)) {
    std::transform(text.begin(), text.end(), std::back_inserter(out), ascii_lower);
    return out;
  }
  std::u32string codes = to_utf32(text);
  for (std::size_t index = 0; index < codes.size(); ++index)
    append_lower(&out, codes, index);
  return out;
}

std::string to_title(std::string_view text) {
  std::u32string codes = to_utf32(text);
  std::string out;
  bool previous_cased = false;
  for (std::size_t index = 0; index < codes.size(); ++index) {
    if (previous_cased) {
      append_lower(&out, codes, index);
    } else {
      append_title(&out, codes[index]);
    }
    previous_cased = is_cased(codes[index]);
  }
  return out;
}

std::string to_capital(std::string_view text) {
  std::u32string codes = to_utf32(text);
  std::string out;
  for (std::size_t index = 0; index < codes.size(); ++index) {
    if (index == 0) {
      append_title(&out, codes[index]);
    } else {
      append_lower(&out, codes, index);
    }
  }
  return out;
}

std::string swap_case(std::string_view text) {
  std::u32string codes = to_utf32(text);
  std::string out;
  for (std::size_t index = 0; index < codes.size(); ++index) {
    if (is_in(kUpper, codes[index])) {
      append_lower(&out, codes, index);
    } else if (is_in(kLower, codes[index])) {
      append_upper(&out, codes[index]);
    } else {
      encode(&out, codes[index]);
    }
  }
  return out;
}

std::string case_fold(std::string_view text) {
  if (is_ascii(text)) return to_lower(text);
  // Folding equals lowering the upper form, letter by letter, for all but a few historic letters.
  std::string out;
  for (std::size_t position = 0; position < text.size();) {
    std::size_t start = position;
    decode(text, &position);
    std::string upper = to_upper(text.substr(start, position - start));
    for (std::size_t at = 0; at < upper.size();) {
      std::size_t letter = at;
      decode(upper, &at);
      out += to_lower(std::string_view(upper).substr(letter, at - letter));
    }
  }
  return out;
}

std::string_view strip(std::string_view text, bool left, bool right) {
  std::size_t first = 0;
  while (left && first < text.size()) {
    std::size_t next = first;
    if (!is_space(decode(text, &next))) break;
    first = next;
  }
  std::size_t last = text.size();
  while (right && last > first) {
    std::size_t start = last - 1;
    while (start > first && (static_cast<unsigned char>(text[start]) & 0xc0U) == 0x80U)
      --start;
    std::size_t position = start;
    if (!is_space(decode(text, &position))) break;
    last = start;
  }
  return text.substr(first, last - first);
}

std::size_t offset_of(std::string_view text, std::size_t index) {
  std::size_t position = 0;
  while (index > 0 && position < text.size()) {
    ++position;
    while (position < text.size() && (static_cast<unsigned char>(text[position]) & 0xc0U) == 0x80U)
      ++position;
    --index;
  }
  return position;
}

std::size_t count(std::string_view text) {
  return static_cast<std::size_t>(std::count_if(
      text.begin(), text.end(), [](char byte) { return (static_cast<unsigned char>(byte) & 0xc0U) != 0x80U; }));
}

std::u32string to_utf32(std::string_view text) {
  std::u32string codes;
  codes.reserve(text.size());
  for (std::size_t position = 0; position < text.size();)
    codes += decode(text, &position);
  return codes;
}

std::string to_utf8(std::u32string_view text) {
  std::string out;
  out.reserve(text.size());
  for (char32_t code : text)
    encode(&out, code);
  return out;
}

}  // namespace floe::dbt::unicode
