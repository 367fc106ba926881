#include "base/time/civil.hpp"

#include <array>

namespace floe::time {

namespace {

constexpr std::int64_t kMicrosPerSecond = 1'000'000;
constexpr std::int64_t kMicrosPerDay = 86'400 * kMicrosPerSecond;
constexpr std::int64_t kMillisPerDay = 86'400'000;

std::int64_t floor_div(std::int64_t value, std::int64_t divisor) {
  const std::int64_t quotient = value / divisor;
  return value % divisor < 0 ? quotient - 1 : quotient;
}

void append_padded(std::string* out, std::int64_t number, int width) {
  std::array<char, 20> digits{};
  int count = 0;
  auto rest = static_cast<std::uint64_t>(number);
  do {
    digits[static_cast<std::size_t>(count++)] = static_cast<char>('0' + rest % 10);
    rest /= 10;
  } while (rest > 0);
  for (int i = count; i < width; ++i)
    out->push_back('0');
  while (count > 0)
    out->push_back(digits[static_cast<std::size_t>(--count)]);
}

void append_date(std::string* out, std::int64_t days) {
  const CivilDate date = civil_from_days(days);
  // ISO 8601 wants a sign on years of more than four digits; Java, Spark and PyIceberg print negative ones like this.
  std::int64_t year = date.year;
  if (year < 0) {
    out->push_back('-');
    year = -year;
  } else if (year > 9999) {
    out->push_back('+');
  }
  append_padded(out, year, 4);
  out->push_back('-');
  append_padded(out, date.month, 2);
  out->push_back('-');
  append_padded(out, date.day, 2);
}

void append_seconds(std::string* out, std::int64_t seconds) {
  append_padded(out, seconds / 3600, 2);
  out->push_back(':');
  append_padded(out, seconds / 60 % 60, 2);
  out->push_back(':');
  append_padded(out, seconds % 60, 2);
}

void append_time_micros(std::string* out, std::int64_t micros) {
  append_seconds(out, micros / kMicrosPerSecond);
  out->push_back('.');
  append_padded(out, micros % kMicrosPerSecond, 6);
}

bool is_leap(std::int32_t year) { return year % 4 == 0 && (year % 100 != 0 || year % 400 == 0); }

// Reads from the front; every member returns false, and leaves the text alone, when it is not there.
class Scanner {
 public:
  explicit Scanner(std::string_view text) : text_(text) {}

  [[nodiscard]] bool at_end() const { return text_.empty(); }

  bool take(char c) {
    if (text_.empty() || text_.front() != c) return false;
    text_.remove_prefix(1);
    return true;
  }

  // Exactly `width` digits.
  bool digits(int width, std::int32_t* value) {
    if (text_.size() < static_cast<std::size_t>(width)) return false;
    std::int32_t number = 0;
    for (int i = 0; i < width; ++i) {
      const char c = text_[static_cast<std::size_t>(i)];
      if (c < '0' || c > '9') return false;
      number = number * 10 + (c - '0');
    }
    text_.remove_prefix(static_cast<std::size_t>(width));
    *value = number;
    return true;
  }

  // 1 to 9 digits after a dot, as microseconds; what is finer is cut off.
  bool fraction(std::int64_t* micros) {
    std::int64_t value = 0;
    int count = 0;
    while (!text_.empty() && text_.front() >= '0' && text_.front() <= '9') {
      if (++count > 9) return false;
      if (count <= 6) value = value * 10 + (text_.front() - '0');
      text_.remove_prefix(1);
    }
    for (int i = count; i < 6; ++i)
      value *= 10;
    *micros = value;
    return count > 0;
  }

  bool date(std::int64_t* days) {
    CivilDate date;
    const bool negative = text_.size() > 1 && text_.front() == '-';
    if (negative || (!text_.empty() && text_.front() == '+')) text_.remove_prefix(1);
    int width = 4;
    while (text_.size() > static_cast<std::size_t>(width) && width < 7 &&
           text_[static_cast<std::size_t>(width)] != '-') {
      ++width;
    }
    if (!digits(width, &date.year) || !take('-') || !digits(2, &date.month) || !take('-') || !digits(2, &date.day)) {
      return false;
    }
    if (negative) date.year = -date.year;
    if (!is_valid_date(date)) return false;
    *days = days_from_civil(date);
    return true;
  }

  bool time(std::int64_t* micros) {
    std::int32_t hour = 0;
    std::int32_t minute = 0;
    std::int32_t second = 0;
    std::int64_t fraction_micros = 0;
    if (!digits(2, &hour) || !take(':') || !digits(2, &minute)) return false;
    if (take(':')) {
      if (!digits(2, &second)) return false;
      if (take('.') && !fraction(&fraction_micros)) return false;
    }
    if (hour > 23 || minute > 59 || second > 59) return false;
    *micros = ((hour * 60LL + minute) * 60 + second) * kMicrosPerSecond + fraction_micros;
    return true;
  }

  // Z, +hh, +hhmm or +hh:mm.
  bool zone(std::int64_t* offset_micros) {
    if (take('Z') || take('z')) {
      *offset_micros = 0;
      return true;
    }
    const bool negative = !text_.empty() && text_.front() == '-';
    if (!take('-') && !take('+')) return false;
    std::int32_t hours = 0;
    std::int32_t minutes = 0;
    if (!digits(2, &hours)) return false;
    if (take(':') || !at_end()) {
      if (!digits(2, &minutes)) return false;
    }
    if (hours > 23 || minutes > 59) return false;
    const std::int64_t micros = (hours * 60LL + minutes) * 60 * kMicrosPerSecond;
    *offset_micros = negative ? -micros : micros;
    return true;
  }

 private:
  std::string_view text_;
};

}  // namespace

bool is_valid_date(const CivilDate& date) {
  constexpr std::array<std::int32_t, 12> kDays{31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31};
  if (date.month < 1 || date.month > 12 || date.day < 1) return false;
  const std::int32_t days = kDays[static_cast<std::size_t>(date.month - 1)];
  return date.day <= days + (date.month == 2 && is_leap(date.year) ? 1 : 0);
}

// Counts in years that begin in March, so that the leap day is the last of its year, and in eras of 400 such years.
std::int64_t days_from_civil(const CivilDate& date) {
  const std::int64_t year = date.month <= 2 ? static_cast<std::int64_t>(date.year) - 1 : date.year;
  const std::int64_t era = floor_div(year, 400);
  const std::int64_t year_of_era = year - era * 400;
  const std::int64_t month_from_march = (date.month + 9) % 12;
  const std::int64_t day_of_year = (153 * month_from_march + 2) / 5 + date.day - 1;
  const std::int64_t day_of_era = year_of_era * 365 + year_of_era / 4 - year_of_era / 100 + day_of_year;
  return era * 146'097 + day_of_era - 719'468;
}

CivilDate civil_from_days(std::int64_t days) {
  const std::int64_t shifted = days + 719'468;  // since 0000-03-01
  const std::int64_t era = floor_div(shifted, 146'097);
  const std::int64_t day_of_era = shifted - era * 146'097;
  const std::int64_t year_of_era = (day_of_era - day_of_era / 1'460 + day_of_era / 36'524 - day_of_era / 146'096) / 365;
  const std::int64_t day_of_year = day_of_era - (365 * year_of_era + year_of_era / 4 - year_of_era / 100);
  const std::int64_t month_from_march = (5 * day_of_year + 2) / 153;
  CivilDate date;
  date.day = static_cast<std::int32_t>(day_of_year - (153 * month_from_march + 2) / 5 + 1);
  date.month = static_cast<std::int32_t>(month_from_march < 10 ? month_from_march + 3 : month_from_march - 9);
  date.year = static_cast<std::int32_t>(year_of_era + era * 400 + (date.month <= 2 ? 1 : 0));
  return date;
}

std::string format_date(std::int64_t days) {
  std::string out;
  append_date(&out, days);
  return out;
}

std::string format_time_micros(std::int64_t micros_of_day) {
  std::string out;
  append_time_micros(&out, micros_of_day);
  return out;
}

std::string format_timestamp_micros(std::int64_t micros) {
  const std::int64_t days = floor_div(micros, kMicrosPerDay);
  std::string out;
  append_date(&out, days);
  out.push_back('T');
  append_time_micros(&out, micros - days * kMicrosPerDay);
  return out;
}

std::string format_timestamptz_micros(std::int64_t micros) { return format_timestamp_micros(micros) + "+00:00"; }

std::string format_utc_millis(std::int64_t unix_ms) {
  const std::int64_t days = floor_div(unix_ms, kMillisPerDay);
  const std::int64_t millis = unix_ms - days * kMillisPerDay;
  std::string out;
  append_date(&out, days);
  out.push_back('T');
  append_seconds(&out, millis / 1000);
  out.push_back('.');
  append_padded(&out, millis % 1000, 3);
  out.push_back('Z');
  return out;
}

std::optional<std::int64_t> parse_date(std::string_view text) {
  Scanner scanner(text);
  std::int64_t days = 0;
  if (!scanner.date(&days) || !scanner.at_end()) return std::nullopt;
  return days;
}

std::optional<std::int64_t> parse_time_micros(std::string_view text) {
  Scanner scanner(text);
  std::int64_t micros = 0;
  if (!scanner.time(&micros) || !scanner.at_end()) return std::nullopt;
  return micros;
}

std::optional<std::int64_t> parse_timestamp_micros(std::string_view text, bool* had_zone) {
  if (had_zone != nullptr) *had_zone = false;
  Scanner scanner(text);
  std::int64_t days = 0;
  std::int64_t micros = 0;
  if (!scanner.date(&days)) return std::nullopt;
  if (!scanner.at_end()) {
    if (!scanner.take('T') && !scanner.take('t') && !scanner.take(' ')) return std::nullopt;
    if (!scanner.time(&micros)) return std::nullopt;
  }
  std::int64_t offset = 0;
  if (!scanner.at_end()) {
    if (!scanner.zone(&offset) || !scanner.at_end()) return std::nullopt;
    if (had_zone != nullptr) *had_zone = true;
  }
  std::int64_t result = 0;
  if (__builtin_mul_overflow(days, kMicrosPerDay, &result)) return std::nullopt;
  if (__builtin_add_overflow(result, micros - offset, &result)) return std::nullopt;
  return result;
}

}  // namespace floe::time
