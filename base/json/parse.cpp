#include "base/fail.hpp"
#include "base/json/json.hpp"
#include "base/json/json_events.hpp"
#include "base/json/max_depth.hpp"

#include <boost/json/value_stack.hpp>

#include <algorithm>
#include <charconv>
#include <cmath>

namespace floe {

namespace {

// Boost 1.81 rounds some doubles one unit off; the digits are read again, correctly rounded.
std::optional<double> exact_double(double approximate, std::string_view digits) {
  double exact = 0;
  const auto result = std::from_chars(digits.data(), digits.data() + digits.size(), exact);
  if (result.ec == std::errc{} && result.ptr == digits.data() + digits.size()) return exact;
  if (std::abs(approximate) < 1) return 0.0 * approximate;  // underflow
  return std::nullopt;
}

// Builds the tree from Boost.JSON's events.
struct TreeBuilder : JsonEvents {
  json::value_stack stack;
  bool number_out_of_range = false;

  bool on_object_end(std::size_t count, Code& /*error*/) {
    stack.push_object(count);
    return true;
  }

  bool on_array_end(std::size_t count, Code& /*error*/) {
    stack.push_array(count);
    return true;
  }

  bool on_key_part(Text part, std::size_t /*count*/, Code& /*error*/) {
    stack.push_chars(part);
    return true;
  }

  bool on_key(Text key, std::size_t /*count*/, Code& /*error*/) {
    stack.push_key(key);
    return true;
  }

  bool on_string_part(Text part, std::size_t /*count*/, Code& /*error*/) {
    stack.push_chars(part);
    return true;
  }

  bool on_string(Text text, std::size_t /*count*/, Code& /*error*/) {
    stack.push_string(text);
    return true;
  }

  bool on_int64(std::int64_t number, Text /*digits*/, Code& /*error*/) {
    stack.push_int64(number);
    return true;
  }

  bool on_uint64(std::uint64_t number, Text /*digits*/, Code& /*error*/) {
    stack.push_uint64(number);
    return true;
  }

  bool on_double(double number, Text digits, Code& error) {
    const std::optional<double> exact = exact_double(number, {digits.data(), digits.size()});
    if (!exact.has_value()) {
      number_out_of_range = true;
      error = json::error::exponent_overflow;
      return false;
    }
    stack.push_double(*exact);
    return true;
  }

  bool on_bool(bool truth, Code& /*error*/) {
    stack.push_bool(truth);
    return true;
  }

  bool on_null(Code& /*error*/) {
    stack.push_null();
    return true;
  }
};

std::string describe(const json::error_code& error, bool number_out_of_range, std::size_t max_depth) {
  if (number_out_of_range) return "number does not fit a double";
  if (error == json::error::incomplete) return "the text ends too early";
  if (error == json::error::extra_data) return "more text after the document";
  if (error == json::error::too_deep) return fmt::format("nested deeper than {} levels", max_depth);
  return error.message();
}

Error parse_failure(std::string_view text, std::size_t offset, const std::string& reason) {
  const std::string_view before = text.substr(0, std::min(offset, text.size()));
  const auto line = 1 + std::count(before.begin(), before.end(), '\n');
  const std::size_t line_start = before.rfind('\n') + 1;  // npos + 1 is 0
  const std::size_t column = 1 + (before.size() - line_start);
  return failf(ErrorCode::kData, "JSON line {} column {}: {}", line, column, reason);
}

std::string_view kind_name(json::kind kind) {
  switch (kind) {
    case json::kind::null:
      return "null";
    case json::kind::bool_:
      return "a boolean";
    case json::kind::int64:
    case json::kind::uint64:
      return "an integer";
    case json::kind::double_:
      return "a number";
    case json::kind::string:
      return "a string";
    case json::kind::array:
      return "an array";
    case json::kind::object:
      return "an object";
  }
  return "unknown";
}

}  // namespace

Result<json::value> parse_json(std::string_view text) { return parse_json(text, kMaxJsonDepth); }

Result<json::value> parse_json(std::string_view text, std::size_t max_depth) {
  json::parse_options options;
  options.max_depth = max_depth;
  json::basic_parser<TreeBuilder> parser(options);
  parser.handler().stack.reset();
  json::error_code error;
  std::size_t consumed = parser.write_some(false, text.data(), text.size(), error);
  if (!error && consumed < text.size()) error = json::error::extra_data;
  if (error) return parse_failure(text, consumed, describe(error, parser.handler().number_out_of_range, max_depth));
  return parser.handler().stack.release();
}

Result<json::object> parse_json_object(std::string_view text) {
  json::value root = FLOE_TRY(parse_json(text));
  if (!root.is_object()) {
    return failf(ErrorCode::kData, "expected a JSON object at the top, found {}", kind_name(root.kind()));
  }
  return std::move(root.get_object());
}

}  // namespace floe
