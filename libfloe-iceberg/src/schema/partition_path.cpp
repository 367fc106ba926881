// The cosmetic directory name of a partition. Nothing ever parses it back.
#include "schema/partition_spec.hpp"

#include "base/fail.hpp"
#include "base/time/civil.hpp"

namespace floe::iceberg {

namespace {

using transform::Kind;

// java.net.URLEncoder: letters, digits and .-*_ stay, a space becomes `+`.
void append_form_encoded(std::string* out, std::string_view text) {
  static constexpr std::string_view kHex = "0123456789ABCDEF";
  for (const char c : text) {
    const auto byte = static_cast<unsigned char>(c);
    const bool is_alphanumeric = (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9');
    if (is_alphanumeric || c == '.' || c == '-' || c == '*' || c == '_') {
      out->push_back(c);
    } else if (c == ' ') {
      out->push_back('+');
    } else {
      out->push_back('%');
      out->push_back(kHex[byte >> 4]);
      out->push_back(kHex[byte & 15]);
    }
  }
}

std::int64_t floor_divide(std::int64_t value, std::int64_t by) {
  const std::int64_t quotient = value / by;
  return value % by < 0 ? quotient - 1 : quotient;
}

std::string value_text(const Transform& transform, const Literal& value) {
  const std::int64_t* number = std::get_if<std::int64_t>(&value.value);
  if (number == nullptr) return literal_to_text(value);
  switch (transform.kind) {
    case Kind::kYear:
      return fmt::format("{:04}", 1970 + *number);
    case Kind::kMonth: {
      const std::int64_t years = floor_divide(*number, 12);
      return fmt::format("{:04}-{:02}", 1970 + years, *number - years * 12 + 1);
    }
    case Kind::kDay:
      return time::format_date(*number);
    case Kind::kHour: {
      const std::int64_t days = floor_divide(*number, 24);
      return fmt::format("{}-{:02}", time::format_date(days), *number - days * 24);
    }
    default:
      return literal_to_text(value);
  }
}

}  // namespace

std::string partition_path(const PartitionSpec& spec, const PartitionTuple& tuple) {
  std::string path;
  for (std::size_t i = 0; i < spec.fields.size(); ++i) {
    if (!path.empty()) path.push_back('/');
    append_form_encoded(&path, spec.fields[i].name);
    path.push_back('=');
    const bool has_value = i < tuple.size() && tuple[i].has_value();
    append_form_encoded(&path, has_value ? value_text(spec.fields[i].transform, *tuple[i]) : "null");
  }
  return path;
}

}  // namespace floe::iceberg
