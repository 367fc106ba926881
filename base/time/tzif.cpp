#include "base/time/tzif.hpp"

#include "base/fail.hpp"

#include <algorithm>

namespace floe::time {

namespace {

constexpr std::size_t kHeaderSize = 44;

struct Header {
  char version = 0;
  std::uint64_t ut_flags = 0;
  std::uint64_t standard_flags = 0;
  std::uint64_t leap_seconds = 0;
  std::uint64_t moments = 0;
  std::uint64_t types = 0;
  std::uint64_t characters = 0;

  [[nodiscard]] std::uint64_t body_size(std::uint64_t time_size) const {
    return moments * time_size + moments + types * 6 + characters + leap_seconds * (time_size + 4) + standard_flags +
           ut_flags;
  }
};

Error damaged(std::string_view what) { return failf(ErrorCode::kData, "damaged time zone data: {}", what); }

// Big-endian, two's complement.
std::int64_t read_integer(std::string_view bytes, std::size_t offset, std::size_t size) {
  std::uint64_t value = (static_cast<unsigned char>(bytes[offset]) & 0x80U) != 0 ? ~std::uint64_t{0} : 0;
  for (std::size_t i = 0; i < size; ++i)
    value = (value << 8U) | static_cast<unsigned char>(bytes[offset + i]);
  return static_cast<std::int64_t>(value);
}

Result<Header> read_header(std::string_view bytes) {
  if (bytes.size() < kHeaderSize || !bytes.starts_with("TZif")) return damaged("no TZif header");
  const auto count = [&](std::size_t place) {
    return static_cast<std::uint64_t>(read_integer(bytes, 20 + place * 4, 4)) & 0xFFFFFFFFU;
  };
  return Header{bytes[4], count(0), count(1), count(2), count(3), count(4), count(5)};
}

Result<ZoneOffset> read_type(std::string_view types, std::size_t index, std::string_view characters) {
  ZoneOffset type;
  const std::int64_t seconds = read_integer(types, index * 6, 4);
  if (seconds < -90'000 || seconds > 93'600) return damaged("an offset of more than a day");  // RFC 8536's bounds
  type.seconds_east = static_cast<std::int32_t>(seconds);
  type.is_daylight = types[index * 6 + 4] != 0;
  const auto name = static_cast<unsigned char>(types[index * 6 + 5]);
  if (name >= characters.size()) return damaged("a name outside the names");
  const std::string_view rest = characters.substr(name);
  type.abbreviation = rest.substr(0, rest.find('\0'));
  return type;
}

Result<TzifTable> read_body(const Header& header, std::string_view body, std::size_t time_size) {
  if (header.types == 0) return damaged("no offsets");
  TzifTable table;
  std::size_t offset = 0;
  const auto section = [&](std::uint64_t size) {
    const std::string_view bytes = body.substr(offset, size);
    offset += size;
    return bytes;
  };
  const std::string_view moments = section(header.moments * time_size);
  const std::string_view moment_types = section(header.moments);
  const std::string_view types = section(header.types * 6);
  const std::string_view characters = section(header.characters);
  for (std::size_t i = 0; i < header.types; ++i)
    table.types.push_back(FLOE_TRY(read_type(types, i, characters)));
  table.moments.reserve(header.moments);
  table.moment_types.reserve(header.moments);
  for (std::size_t i = 0; i < header.moments; ++i) {
    const std::int64_t moment = read_integer(moments, i * time_size, time_size);
    const std::size_t type = static_cast<unsigned char>(moment_types[i]);
    if (type >= table.types.size()) return damaged("a transition to an offset that is not there");
    if (!table.moments.empty() && moment <= table.moments.back()) return damaged("transitions out of order");
    table.moments.push_back(moment);
    table.moment_types.push_back(type);
  }
  return table;
}

Result<Header> read_sized_header(std::string_view bytes, std::size_t time_size) {
  const Header header = FLOE_TRY(read_header(bytes));
  if (header.leap_seconds > 0) return fail(ErrorCode::kUnsupported, "time zones with leap seconds are not supported");
  if (header.body_size(time_size) > bytes.size() - kHeaderSize) return damaged("it ends too early");
  return header;
}

}  // namespace

Result<TzifTable> parse_tzif(std::string_view bytes) {
  const Header old = FLOE_TRY(read_sized_header(bytes, 4));
  if (old.version == '\0') return read_body(old, bytes.substr(kHeaderSize), 4);
  bytes.remove_prefix(kHeaderSize + old.body_size(4));
  const Header header = FLOE_TRY(read_sized_header(bytes, 8));
  TzifTable table = FLOE_TRY(read_body(header, bytes.substr(kHeaderSize), 8));
  std::string_view footer = bytes.substr(kHeaderSize + header.body_size(8));
  if (!footer.starts_with('\n')) return damaged("no rule at the end");
  footer.remove_prefix(1);
  const std::size_t end = footer.find('\n');
  if (end == std::string_view::npos) return damaged("an unfinished rule at the end");
  if (end == 0) return table;
  table.rule = PosixRule::parse(footer.substr(0, end));
  if (!table.rule.has_value()) return damaged(fmt::format("the rule `{}` at the end", footer.substr(0, end)));
  return table;
}

}  // namespace floe::time
