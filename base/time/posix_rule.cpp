#include "base/time/posix_rule.hpp"

#include "base/time/civil.hpp"

namespace floe::time {

namespace {

constexpr std::int64_t kDaySeconds = 86'400;

std::int64_t floor_days(std::int64_t seconds) { return seconds / kDaySeconds - (seconds % kDaySeconds < 0 ? 1 : 0); }

bool is_letter(char c) { return (c >= 'A' && c <= 'Z') || (c >= 'a' && c <= 'z'); }

bool is_digit(char c) { return c >= '0' && c <= '9'; }

}  // namespace

// Reads from the front; false when the element is not there.
class PosixRule::Reader {
 public:
  explicit Reader(std::string_view text) : text_(text) {}

  [[nodiscard]] bool at_end() const { return text_.empty(); }

  bool take(char c) {
    if (text_.empty() || text_.front() != c) return false;
    text_.remove_prefix(1);
    return true;
  }

  // At least three letters, or anything between angle brackets.
  bool name(std::string* name) {
    std::size_t length = 0;
    if (take('<')) {
      length = text_.find('>');
      if (length == std::string_view::npos) return false;
      *name = text_.substr(0, length);
      text_.remove_prefix(length + 1);
    } else {
      while (length < text_.size() && is_letter(text_[length]))
        ++length;
      *name = text_.substr(0, length);
      text_.remove_prefix(length);
    }
    return length >= 3;
  }

  bool number(std::int32_t low, std::int32_t high, std::int32_t* value) {
    std::size_t length = 0;
    std::int32_t number = 0;
    while (length < text_.size() && length < 4 && is_digit(text_[length]))
      number = number * 10 + (text_[length++] - '0');
    text_.remove_prefix(length);
    *value = number;
    return length > 0 && number >= low && number <= high;
  }

  // [+-]hh[:mm[:ss]]
  bool clock(std::int32_t* seconds) {
    const bool negative = take('-');
    if (!negative) take('+');
    std::int32_t hours = 0;
    std::int32_t minutes = 0;
    std::int32_t rest = 0;
    if (!number(0, 167, &hours)) return false;
    if (take(':') && !number(0, 59, &minutes)) return false;
    if (take(':') && !number(0, 59, &rest)) return false;
    const std::int32_t total = (hours * 60 + minutes) * 60 + rest;
    *seconds = negative ? -total : total;
    return true;
  }

  bool change(Change* change) {
    if (!take(',')) return false;
    bool read = false;
    if (take('M')) {
      change->form = DayForm::kMonthWeekDay;
      read = number(1, 12, &change->month) && take('.') && number(1, 5, &change->week) && take('.') &&
             number(0, 6, &change->day);
    } else if (take('J')) {
      change->form = DayForm::kJulianWithoutLeapDay;
      read = number(1, 365, &change->day);
    } else {
      change->form = DayForm::kDayOfYear;
      read = number(0, 365, &change->day);
    }
    if (!read) return false;
    return !take('/') || clock(&change->seconds);
  }

 private:
  std::string_view text_;
};

std::optional<PosixRule> PosixRule::parse(std::string_view text) {
  PosixRule rule;
  Reader reader(text);
  std::int32_t west = 0;
  if (!reader.name(&rule.standard_.abbreviation) || !reader.clock(&west)) return std::nullopt;
  rule.standard_.seconds_east = -west;
  if (reader.at_end()) return rule;
  ZoneOffset daylight{rule.standard_.seconds_east + 3600, true, ""};
  if (!reader.name(&daylight.abbreviation)) return std::nullopt;
  Reader offset = reader;
  if (offset.clock(&west)) {
    reader = offset;
    daylight.seconds_east = -west;
  }
  rule.daylight_ = daylight;
  if (reader.at_end()) reader = Reader(",M3.2.0,M11.1.0");  // what implementations take when no rule is given
  if (!reader.change(&rule.begin_) || !reader.change(&rule.end_) || !reader.at_end()) return std::nullopt;
  return rule;
}

std::int64_t PosixRule::local_seconds(const Change& change, std::int32_t year) {
  std::int64_t days = days_from_civil({year, 1, 1});
  switch (change.form) {
    case DayForm::kJulianWithoutLeapDay:
      days += change.day - 1 + (is_valid_date({year, 2, 29}) && change.day >= 60 ? 1 : 0);
      break;
    case DayForm::kDayOfYear:
      days += change.day;
      break;
    case DayForm::kMonthWeekDay: {
      const std::int64_t first = days_from_civil({year, change.month, 1});
      const std::int64_t weekday = ((first + 4) % 7 + 7) % 7;  // 1970-01-01 was a Thursday
      std::int32_t day = static_cast<std::int32_t>(1 + (change.day - weekday + 7) % 7) + (change.week - 1) * 7;
      while (!is_valid_date({year, change.month, day}))
        day -= 7;  // week 5 is the last one
      days = first + day - 1;
      break;
    }
  }
  return days * kDaySeconds + change.seconds;
}

ZoneOffset PosixRule::at_utc(std::int64_t unix_seconds) const {
  if (!daylight_.has_value()) return standard_;
  const std::int32_t year = civil_from_days(floor_days(unix_seconds + standard_.seconds_east)).year;
  const std::int64_t begin = local_seconds(begin_, year) - standard_.seconds_east;
  const std::int64_t end = local_seconds(end_, year) - daylight_->seconds_east;
  const bool northern = begin < end;
  const bool between =
      northern ? unix_seconds >= begin && unix_seconds < end : unix_seconds >= end && unix_seconds < begin;
  return between == northern ? *daylight_ : standard_;
}

}  // namespace floe::time
