// strftime and strptime.
#include "value/datetime.hpp"
#include "value/temporal.hpp"

#include "base/text/text.hpp"

#include <fmt/format.h>

#include <array>
#include <ctime>

namespace floe::dbt {

std::string offset_text(std::int32_t seconds_east, std::string_view colon) {
  std::int32_t rest = std::abs(seconds_east);
  std::string text = fmt::format("{}{:02}{}{:02}", seconds_east < 0 ? "-" : "+", rest / 3600, colon, rest / 60 % 60);
  if (rest % 60 != 0) text += fmt::format("{}{:02}", colon, rest % 60);
  return text;
}

std::string clock_text(std::int64_t micros_of_day, std::string_view timespec) {
  std::int64_t seconds = micros_of_day / kMicrosPerSecond;
  std::int64_t micros = micros_of_day % kMicrosPerSecond;
  if (timespec == "hours") return fmt::format("{:02}", seconds / 3600);
  std::string text = fmt::format("{:02}:{:02}", seconds / 3600, seconds / 60 % 60);
  if (timespec == "minutes") return text;
  text += fmt::format(":{:02}", seconds % 60);
  if (timespec == "milliseconds") return text + fmt::format(".{:03}", micros / 1000);
  if (timespec == "microseconds" || (timespec == "auto" && micros != 0)) text += fmt::format(".{:06}", micros);
  if (timespec != "auto" && timespec != "seconds" && timespec != "microseconds") {
    raise(ExceptionKind::kValueError, "Unknown timespec value");
  }
  return text;
}

namespace {

std::tm broken_down(std::int64_t days, std::int64_t micros_of_day) {
  time::CivilDate date = time::civil_from_days(days);
  std::int64_t seconds = micros_of_day / kMicrosPerSecond;
  std::tm result{};
  result.tm_year = date.year - 1900;
  result.tm_mon = date.month - 1;
  result.tm_mday = date.day;
  result.tm_hour = static_cast<int>(seconds / 3600);
  result.tm_min = static_cast<int>(seconds / 60 % 60);
  result.tm_sec = static_cast<int>(seconds % 60);
  result.tm_wday = static_cast<int>(((days + 4) % 7 + 7) % 7);
  result.tm_yday = static_cast<int>(days - time::days_from_civil({date.year, 1, 1}));
  result.tm_isdst = -1;
  return result;
}

}  // namespace

std::string format_time(std::string_view format, std::int64_t days, std::int64_t micros_of_day,
                        const ZoneObject* zone) {
  std::tm parts = broken_down(days, micros_of_day);
  std::string out;
  for (std::size_t index = 0; index < format.size(); ++index) {
    if (format[index] != '%' || index + 1 >= format.size()) {
      out += format[index];
      continue;
    }
    std::string directive = "%";
    char code = format[++index];
    if ((code == '-' || code == '_' || code == '0' || code == '^' || code == '#') && index + 1 < format.size()) {
      directive += code;
      code = format[++index];
    }
    directive += code;
    if (code == 'f') {
      out += fmt::format("{:06}", micros_of_day % kMicrosPerSecond);
    } else if (code == 'z') {
      if (zone != nullptr) out += offset_text(zone->offset.seconds_east, "");
    } else if (code == 'Z') {
      if (zone != nullptr) out += zone->offset.abbreviation;
    } else if (code == 's') {
      out += std::to_string(days * 86400 + micros_of_day / kMicrosPerSecond);
    } else {
      std::array<char, 256> buffer{};
      std::size_t size = std::strftime(buffer.data(), buffer.size(), directive.c_str(), &parts);
      out.append(buffer.data(), size);
    }
  }
  return out;
}

namespace {

class TimeParser {
 public:
  TimeParser(std::string_view text, std::string_view format) : text_(text), format_(format) {}

  Value run() {
    for (std::size_t index = 0; index < format_.size(); ++index) {
      char each = format_[index];
      if (each == ' ' || each == '\t' || each == '\n') {
        while (position_ < text_.size() && std::isspace(static_cast<unsigned char>(text_[position_])) != 0)
          ++position_;
      } else if (each != '%') {
        literal(each);
      } else if (++index < format_.size()) {
        directive(format_[index]);
      } else {
        raise(ExceptionKind::kValueError, fmt::format("stray %% in format '{}'", format_));
      }
    }
    if (position_ != text_.size()) {
      raise(ExceptionKind::kValueError, "unconverted data remains: " + std::string(text_.substr(position_)));
    }
    return finish();
  }

 private:
  [[noreturn]] void mismatch() const {
    raise(ExceptionKind::kValueError,
          fmt::format("time data {} does not match format {}", to_repr(Value(text_)), to_repr(Value(format_))));
  }

  void literal(char each) {
    if (position_ >= text_.size() ||
        std::tolower(static_cast<unsigned char>(text_[position_])) != std::tolower(static_cast<unsigned char>(each))) {
      mismatch();
    }
    ++position_;
  }

  std::int64_t number(std::size_t most, std::int64_t low, std::int64_t high) {
    std::size_t end = position_;
    std::int64_t value = 0;
    while (end < text_.size() && end - position_ < most && std::isdigit(static_cast<unsigned char>(text_[end])) != 0) {
      std::int64_t longer = value * 10 + (text_[end] - '0');
      if (longer > high && end > position_) break;
      value = longer;
      ++end;
    }
    if (end == position_ || value < low || value > high) mismatch();
    position_ = end;
    return value;
  }

  template <std::size_t N>
  int word(const std::array<std::string_view, N>& words, std::size_t shortest) {
    for (std::size_t length : {std::size_t{0}, shortest}) {
      for (std::size_t index = 0; index < N; ++index) {
        std::string_view candidate = length == 0 ? words[index] : words[index].substr(0, length);
        if (text::equals_ignore_case_ascii(text_.substr(position_, candidate.size()), candidate)) {
          position_ += candidate.size();
          return static_cast<int>(index);
        }
      }
    }
    mismatch();
  }

  void directive(char code) {
    static constexpr std::array<std::string_view, 12> kMonths = {"January",   "February", "March",    "April",
                                                                 "May",       "June",     "July",     "August",
                                                                 "September", "October",  "November", "December"};
    static constexpr std::array<std::string_view, 7> kDays = {"Monday", "Tuesday",  "Wednesday", "Thursday",
                                                              "Friday", "Saturday", "Sunday"};
    static constexpr std::array<std::string_view, 2> kHalves = {"AM", "PM"};
    switch (code) {
      case 'Y': {
        std::size_t start = position_;
        year_ = number(4, 0, 9999);
        if (position_ - start != 4) mismatch();
        return;
      }
      case 'y':
        year_ = number(2, 0, 99), year_ += year_ < 69 ? 2000 : 1900;
        return;
      case 'm':
        month_ = number(2, 1, 12);
        return;
      case 'd':
        day_ = number(2, 1, 31);
        return;
      case 'H':
        hour_ = number(2, 0, 23);
        return;
      case 'I':
        hour_ = number(2, 1, 12);
        return;
      case 'M':
        minute_ = number(2, 0, 59);
        return;
      case 'S':
        second_ = number(2, 0, 61);
        return;
      case 'j':
        day_of_year_ = number(3, 1, 366);
        return;
      case 'b':
      case 'B':
        month_ = word(kMonths, 3) + 1;
        return;
      case 'a':
      case 'A':
        word(kDays, 3);
        return;
      case 'p':
        half_ = word(kHalves, 2);
        return;
      case 'f':
        fraction();
        return;
      case 'z':
        offset();
        return;
      case 'Z':
        if (!text_.substr(position_).starts_with("UTC") && !text_.substr(position_).starts_with("GMT")) mismatch();
        position_ += 3;
        return;
      case 'T':
        time_of_day();
        return;
      case '%':
        literal('%');
        return;
      default:
        raise(ExceptionKind::kValueError,
              fmt::format("'{}' is a bad directive in format {}", code, to_repr(Value(format_))));
    }
  }

  void time_of_day() {
    hour_ = number(2, 0, 23);
    literal(':');
    minute_ = number(2, 0, 59);
    literal(':');
    second_ = number(2, 0, 61);
  }

  void fraction() {
    std::size_t start = position_;
    micros_ = number(6, 0, 999999);
    for (std::size_t digits = position_ - start; digits < 6; ++digits)
      micros_ *= 10;
  }

  void offset() {
    if (position_ < text_.size() && text_[position_] == 'Z') {
      ++position_;
      offset_ = 0;
      return;
    }
    if (position_ >= text_.size() || (text_[position_] != '+' && text_[position_] != '-')) mismatch();
    std::int32_t sign = text_[position_++] == '-' ? -1 : 1;
    std::int64_t hours = number(2, 0, 99);
    if (position_ < text_.size() && text_[position_] == ':') ++position_;
    offset_ = static_cast<std::int32_t>(sign * (hours * 3600 + number(2, 0, 59) * 60));
  }

  Value finish() {
    if (half_ >= 0) hour_ = hour_ % 12 + (half_ == 1 ? 12 : 0);
    std::int64_t days =
        day_of_year_ > 0 ? checked_days(year_, 1, 1) + day_of_year_ - 1 : checked_days(year_, month_, day_);
    std::int64_t micros =
        days * kMicrosPerDay + checked_micros(hour_, minute_, std::min<std::int64_t>(second_, 59), micros_);
    Ref<ZoneObject> zone;
    if (offset_) zone = Ref<ZoneObject>(fixed_zone(*offset_, "").object_as<ZoneObject>());
    return Value(make_ref<DateTimeObject>(micros, zone));
  }

  std::string_view text_;
  std::string_view format_;
  std::size_t position_ = 0;
  std::int64_t year_ = 1900;
  std::int64_t month_ = 1;
  std::int64_t day_ = 1;
  std::int64_t hour_ = 0;
  std::int64_t minute_ = 0;
  std::int64_t second_ = 0;
  std::int64_t micros_ = 0;
  std::int64_t day_of_year_ = 0;
  int half_ = -1;
  std::optional<std::int32_t> offset_;
};

}  // namespace

Value parse_time(const Value& text, const Value& format) {
  if (!text.is_string()) {
    raise(ExceptionKind::kTypeError, fmt::format("strptime() argument 1 must be str, not {}", type_name(text)));
  }
  if (!format.is_string()) {
    raise(ExceptionKind::kTypeError, fmt::format("strptime() argument 2 must be str, not {}", type_name(format)));
  }
  return TimeParser(text.as_string(), format.as_string()).run();
}

}  // namespace floe::dbt
